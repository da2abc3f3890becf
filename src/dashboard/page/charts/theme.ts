// Colours of what is drawn on a canvas: the style sheet's own, so that light and dark are decided in one place.
import { signal } from '@preact/signals';
import type { Status } from '../../wire.js';

export interface Theme {
  readonly ink: string;
  readonly soft: string;
  readonly faint: string;
  readonly ground: string;
  readonly running: string;
  readonly finished: string;
  readonly frozen: string;
  readonly thawed: string;
  readonly best: string;
  readonly changed: string;
}

const NAMES = ['ink', 'soft', 'faint', 'ground', 'running', 'finished', 'frozen', 'thawed', 'best', 'changed'] as const;

function read(): Theme {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as unknown as Theme;
}

/** Changes with the system's light and dark. */
export const theme = signal(read());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (theme.value = read()));

export function colourOf({ status, thaws, id }: { readonly status: Status; readonly thaws: readonly number[]; readonly id: number }, best: number | null, colours: Theme): string {
  if (id === best) return colours.best;
  if (status === 'running') return colours.running;
  if (status === 'frozen') return colours.frozen;
  if (status === 'finished') return thaws.length > 0 ? colours.thawed : colours.finished;
  return colours.soft;
}
