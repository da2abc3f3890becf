// `foretell search`: the main job. What a run does lies in search/session.ts; here are its options and its study's name.
import path from 'node:path';
import type { Command } from 'commander';
import type { StoredEvent, StudyHeader } from '../../core/index.js';
import type { Ends, World } from '../world.js';
import { suited } from '../../parts/index.js';
import { addSearchOptions, resumedOptions, type SearchOptions } from '../search/options.js';

export function addSearch(command: Command, world: World, ends: Ends): void {
  addSearchOptions(command).action(
    ends(async (given: SearchOptions) => {
      const { existingStudy, readEvents } = await import('../studies.js');
      const known = given.study === undefined ? undefined : existingStudy(given.study);
      const file = known ?? given.study ?? defaultFile(given.seed, new Date());
      const header = known === undefined ? null : headerIn(readEvents(known));
      const wasGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
      const options = header === null ? suited(given, wasGiven) : resumedOptions(given, header.environment['options'] ?? null, wasGiven);
      const { search } = await import('../search/session.js');
      await search(options, file, world);
    }),
  );
}

/** `studies/20260102-030405-seed1.study`, by the local clock. */
export function defaultFile(seed: number, now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  return path.join('studies', `${date}-${time}-seed${seed}.study`);
}

/** Null where the file holds no event yet (its first writer was killed). */
function headerIn([first]: readonly StoredEvent[]): StudyHeader | null {
  return first?.type === 'study' ? first.header : null;
}
