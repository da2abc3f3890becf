// What the page knows, as signals, and the two streams that feed it. The page asks for nothing again and again: the server tells.
import { signal } from '@preact/signals';
import type { Frame, Importance, Listing, Refusal } from '../../wire.js';
import { StudyModel } from './model.js';
import { Sparing } from './sparing.js';

export const listing = signal<Listing | null>(null);
/** Grows when frames have come: whoever reads it draws the model again. */
export const version = signal(0);
export const connected = signal(false);
export const trouble = signal<string | null>(null);
/** Of the followed study, as far as it was asked for. */
export const important = signal<Importance | null>(null);
export let model = new StudyModel();

/** Views take a third of the time at most; frames are taken in all the same, so that none waits. */
const refresh = new Sparing(2, () => {
  const began = performance.now();
  version.value++;
  setTimeout(() => refresh.spent(performance.now() - began));
});

let study: { readonly key: string; readonly source: EventSource } | null = null;

export function followList(): void {
  const source = new EventSource('./api/stream');
  source.addEventListener('listing', (event: MessageEvent<string>) => {
    listing.value = JSON.parse(event.data) as Listing;
  });
  watchLine(source);
}

/** Null = none any more. */
export function followStudy(key: string | null): void {
  if (study?.key === key) return;
  study?.source.close();
  study = null;
  model = new StudyModel();
  trouble.value = null;
  important.value = null;
  version.value++;
  if (key === null) return;
  const source = new EventSource(`./api/studies/${encodeURIComponent(key)}/stream`);
  study = { key, source };
  source.addEventListener('frame', (event: MessageEvent<string>) => {
    model.take(JSON.parse(event.data) as Frame);
    refresh.ask();
  });
  source.addEventListener('trouble', (event: MessageEvent<string>) => {
    trouble.value = (JSON.parse(event.data) as Refusal).error;
  });
  watchLine(source);
}

function watchLine(source: EventSource): void {
  source.addEventListener('open', () => (connected.value = true));
  source.addEventListener('error', () => (connected.value = false));
}
