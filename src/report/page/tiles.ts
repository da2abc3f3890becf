// The page's first glance: a number a tile.
import { duration, figure, type Scale } from '../score.js';
import type { Story } from '../story.js';
import { fatesOf, type Summary } from '../summary.js';
import { html, type Markup } from './markup.js';

interface Tile {
  readonly title: string;
  readonly value: string;
  readonly small?: string;
}

export function tiles(story: Story, summary: Summary, scale: Scale): Markup {
  return html`<dl class="tiles">${[...scoreTiles(summary, scale), ...costTiles(summary), countTile(story, summary)].map(
    ({ title, value, small }) => html`<div class="tile"><dt>${title}</dt><dd>${value}${small === undefined ? html`` : html`<small>${small}</small>`}</dd></div>`,
  )}</dl>`;
}

function scoreTiles(summary: Summary, scale: Scale): Tile[] {
  const { best, test, verified } = summary;
  const found: Tile[] = [
    best === null
      ? { title: `Best ${scale.name}`, value: '–', small: 'no trial is fully trained yet' }
      : { title: `Best ${scale.name}`, value: figure(scale.shown(best.y)), small: `validation, trial ${best.trial}` },
  ];
  for (const [name, value] of Object.entries(test?.metrics ?? {})) {
    if (name === 'accuracy') found.push({ title: 'Test accuracy', value: figure(value), small: `trial ${test?.trial ?? '?'}, test set touched once` });
  }
  if (verified !== null) found.push(verifiedTile(verified, scale));
  if (summary.audit !== null) found.push(auditTile(summary.audit));
  return found;
}

function auditTile({ audited, frozen, beat, bound }: NonNullable<Summary['audit']>): Tile {
  return { title: 'Audit', value: `≤ ${(100 * bound).toFixed(1)} %`, small: `of the frozen beat the winner, with 95 % confidence: ${beat} of ${audited} drawn from ${frozen} did` };
}

function verifiedTile({ optimumKept, trueBest, verified, epochs }: NonNullable<Summary['verified']>, scale: Scale): Tile {
  const best = trueBest === null ? '' : `; best ${figure(scale.shown(trueBest.y))}, trial ${trueBest.trial}`;
  return {
    title: 'Optimum kept',
    value: optimumKept ? 'yes' : 'no',
    small: `${verified} frozen trained to the end${best}; true speed-up ${times(epochs.speedup)}`,
  };
}

function costTiles({ epochs, seconds }: Summary): Tile[] {
  return [
    { title: 'Speed-up in epochs', value: times(epochs.speedup), small: `${epochs.trained} trained of ${epochs.possible} possible` },
    { title: 'Speed-up in seconds', value: times(seconds.speedup), small: `${duration(seconds.trained)} of training` },
  ];
}

function countTile(story: Story, summary: Summary): Tile {
  const { trials, thaws } = summary;
  const parts = fatesOf(summary);
  if (thaws > 0) parts.push(`${thaws} ${thaws === 1 ? 'thaw' : 'thaws'}`);
  if (story.fits.length > 0) parts.push(`${story.fits.length} ${story.fits.length === 1 ? 'fit' : 'fits'}`);
  return { title: 'Trials', value: String(trials), small: parts.join(', ') };
}

function times(factor: number): string {
  return `${factor.toFixed(2)}×`;
}
