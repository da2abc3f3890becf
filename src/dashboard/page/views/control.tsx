// Stepping in. Each command says what came of it where it was given; what it did then comes by the stream like everything else.
import { signal } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import type { TrialDetail } from '../../wire.js';
import { send, type Command } from '../store/ask.js';
import { listing, model, version } from '../store/live.js';
import { token } from '../store/route.js';

/** Of the last command. */
const answer = signal<{ readonly words: string; readonly refused: boolean } | null>(null);
const busy = signal(false);
/** A configuration to begin with in the dialogue. */
const draft = signal<string | null>(null);

function mayStepIn(): boolean {
  return listing.value?.control === true && token !== null && model.standing?.ended === null;
}

async function give(study: string, command: Command, words: string): Promise<boolean> {
  busy.value = true;
  try {
    await send(study, command);
    answer.value = { words: `${words}: done`, refused: false };
    return true;
  } catch (error) {
    answer.value = { words: (error as Error).message, refused: true };
    return false;
  } finally {
    busy.value = false;
  }
}

export function TrialControls({ study, detail: { trial, status, candidate } }: { readonly study: string; readonly detail: TrialDetail }) {
  void version.value;
  if (!mayStepIn()) return null;
  const button = (type: 'freeze' | 'thaw' | 'cancel', on: readonly string[]) =>
    on.includes(status) && <button type="button" class="act" disabled={busy.value} onClick={() => void give(study, { type, trial }, `${type} trial ${trial}`)}>{type}</button>;
  return (
    <div class="acts">
      {button('freeze', ['running', 'paused'])}
      {button('thaw', ['frozen'])}
      {button('cancel', ['running', 'paused', 'frozen'])}
      <button type="button" class="act" onClick={() => (draft.value = candidate)}>enqueue a variation</button>
    </div>
  );
}

export function StudyControls({ study }: { readonly study: string }) {
  void version.value;
  return (
    <>
      {mayStepIn() && (
        <div class="acts">
          <button type="button" class="act" onClick={() => (draft.value = '{\n  "hp": {}\n}')}>enqueue a configuration</button>
          <EndButton study={study} />
        </div>
      )}
      {answer.value !== null && <p class={answer.value.refused ? 'trouble' : 'soft'} role="status">{answer.value.words}</p>}
      {draft.value !== null && <Enqueue study={study} initial={draft.value} />}
    </>
  );
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
      answer.value = { words: `expected JSON: ${(error as Error).message}`, refused: true };
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
