// A study's report as a file: what `report` writes, and `search` at its end.
import { writeFileSync } from 'node:fs';
import { renderPage, tellStory } from '../report/index.js';
import { writing } from './files.js';
import { readEvents } from './studies.js';

export function writeReport(study: string, target: string): void {
  const page = renderPage(tellStory(readEvents(study)));
  writing(target, '--out', () => writeFileSync(target, page));
}
