// Where the page is, in the address's fragment: `#/`, `#/STUDY`, `#/STUDY/TRIAL`. The fragment that the server printed carries the token: it is kept
// for this tab and taken out of the address at once.
import { computed, signal } from '@preact/signals';

export interface Route {
  readonly study: string | null;
  readonly trial: number | null;
}

const TOKEN = 'foretell-token';
const [, given] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
if (given !== undefined) {
  sessionStorage.setItem(TOKEN, given);
  history.replaceState(null, '', location.pathname);
}

export const token: string | null = sessionStorage.getItem(TOKEN);

const fragment = signal(location.hash);
addEventListener('hashchange', () => (fragment.value = location.hash));

export const route = computed((): Route => {
  const [, study, trial] = /^#\/([^/]+)(?:\/(\d+))?$/.exec(fragment.value) ?? [];
  return { study: study === undefined ? null : decoded(study), trial: trial === undefined ? null : Number(trial) };
});

export function addressOf(study: string | null, trial: number | null = null): string {
  return study === null ? '#/' : `#/${encodeURIComponent(study)}${trial === null ? '' : `/${trial}`}`;
}

export function goTo(study: string | null, trial: number | null = null): void {
  const address = addressOf(study, trial);
  if (location.hash !== address) location.hash = address;
}

/** Trials are looked at one after the other: they leave no trace in the history. */
export function lookAt(study: string, trial: number | null): void {
  history.replaceState(null, '', addressOf(study, trial));
  fragment.value = location.hash;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
