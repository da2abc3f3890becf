// Stepping in. Each command says what came of it where it was given; what it did then comes by the stream like everything else.
import { signal } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import type { TrialDetail } from '../../wire.js';
import { send, trialDetail, type Command } from '../store/ask.js';
import { listing, model, version } from '../store/live.js';
import { token } from '../store/route.js';

/** What came of the last command, said where it was given: beside that trial, or null = above all. */
const answer = signal<{ readonly words: string; readonly refused: boolean; readonly at: number | null } | null>(null);
const busy = signal(false);
/** A configuration to begin with in the dialogue. */
const draft = signal<string | null>(null);

/** Of another study nothing is said or begun here. */
export function forgetControls(): void {
  answer.value = null;
  draft.value = null;
}

function mayStepIn(): boolean {
  return listing.value?.control === true && token !== null && model.standing?.ended === null;
}

/** Commands are for the process that holds the study. */
function isHeld(study: string): boolean {
  return listing.value?.studies.find(({ key }) => key === study)?.state === 'running';
}

async function give(study: string, command: Command, words: string): Promise<boolean> {
  const at = 'trial' in command ? command.trial : null;
  busy.value = true;
  try {
    await send(study, command);
    answer.value = { words: `${words}: done`, refused: false, at };
    return true;
  } catch (error) {
    answer.value = { words: (error as Error).message, refused: true, at };
    return false;
  } finally {
    busy.value = false;
  }
}

export function TrialControls({ study, detail: { trial, status, candidate } }: { readonly study: string; readonly detail: TrialDetail }) {
  void version.value;
  if (!mayStepIn() || !isHeld(study)) return null;
  const button = (type: 'freeze' | 'thaw' | 'cancel', on: readonly string[]) =>
    on.includes(status) && <button type="button" class="act" disabled={busy.value} onClick={() => void give(study, { type, trial }, `${type} trial ${trial}`)}>{type}</button>;
  return (
    <>
      <div class="acts">
        {button('freeze', ['running', 'paused'])}
        {button('thaw', ['frozen'])}
        {button('cancel', ['running', 'paused', 'frozen'])}
        <button type="button" class="act" onClick={() => (draft.value = candidate)}>enqueue a variation</button>
      </div>
      <Answer at={trial} />
    </>
  );
}

export function StudyControls({ study }: { readonly study: string }) {
  void version.value;
  return (
    <>
      {mayStepIn() && !isHeld(study) && <p class="soft">No process holds this study now. Once its search goes on, you can step in here.</p>}
      {mayStepIn() && isHeld(study) && (
        <div class="acts">
          <button type="button" class="act" onClick={() => void beginDraft(study)}>enqueue a configuration</button>
          <EndButton study={study} />
        </div>
      )}
      <Answer at={null} />
      {draft.value !== null && <Enqueue study={study} initial={draft.value} />}
    </>
  );
}

/** From the best configuration so far, or the first: what a space wants of one is best seen in one. */
async function beginDraft(study: string): Promise<void> {
  draft.value = await trialDetail(study, model.best ?? 0).then(({ candidate }) => candidate, () => '{}');
}

function Answer({ at }: { readonly at: number | null }) {
  const said = answer.value;
  return said === null || said.at !== at ? null : <p class={said.refused ? 'trouble' : 'soft'} role="status">{said.words}</p>;
}

/** Asks once more: an ended search stays ended. */
function EndButton({ study }: { readonly study: string }) {
  const [asked, setAsked] = useState(false);
  if (!asked) return <button type="button" class="act" onClick={() => setAsked(true)}>end the search</button>;
  return (
    <span class="sure">
      End it for good?{' '}
      <button type="button" class="act danger" disabled={busy.value} onClick={() => void give(study, { type: 'end' }, 'end').then(() => setAsked(false))}>yes, end it</button>{' '}
      <button type="button" class="act" onClick={() => setAsked(false)}>no</button>
    </span>
  );
}

function Enqueue({ study, initial }: { readonly study: string; readonly initial: string }) {
  const text = useRef<HTMLTextAreaElement>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    let candidate: unknown;
    try {
      candidate = JSON.parse(text.current?.value ?? '');
    } catch (error) {
      answer.value = { words: `expected JSON: ${(error as Error).message}`, refused: true, at: null };
      return;
    }
    if (await give(study, { type: 'enqueue', candidate }, 'enqueue')) draft.value = null;
  };
  return (
    <form class="enqueue" onSubmit={(event) => void submit(event)} onKeyDown={(event) => event.key === 'Escape' && (draft.value = null)}>
      <label for="candidate">Configuration: architecture, hp and ap as the space has them. It is tried before the strategy's own.</label>
      <textarea id="candidate" key={initial} ref={text} rows={10} spellcheck={false} defaultValue={initial} />
      <button type="submit" class="act" disabled={busy.value}>enqueue</button> <button type="button" class="act" onClick={() => (draft.value = null)}>discard</button>
    </form>
  );
}
