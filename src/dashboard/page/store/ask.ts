// Single questions to the server, and commands.
import type { Importance, Refusal, TrialDetail } from '../../wire.js';
import { token } from './route.js';

export type Command = { readonly type: 'freeze' | 'thaw' | 'cancel'; readonly trial: number } | { readonly type: 'enqueue'; readonly candidate: unknown } | { readonly type: 'end' };

export const trialDetail = (study: string, trial: number): Promise<TrialDetail> => ask(`${pathOf(study)}/trials/${trial}`);
export const importance = (study: string): Promise<Importance> => ask(`${pathOf(study)}/importance`);

/** Resolves when the command is in the journal; rejects with the study's own reason. */
export async function send(study: string, command: Command): Promise<void> {
  await ask(`${pathOf(study)}/commands`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-foretell-token': token ?? '' }, body: JSON.stringify(command) });
}

function pathOf(study: string): string {
  return `./api/studies/${encodeURIComponent(study)}`;
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  const answer = (await response.json()) as T | Refusal;
  if (!response.ok) throw new Error((answer as Refusal).error);
  return answer as T;
}
