// All studies of the folder, the latest first.
import type { StudyLine } from '../../wire.js';
import { listing } from '../store/live.js';
import { addressOf } from '../store/route.js';
import { ago, figure } from '../words.js';

export function List() {
  const known = listing.value;
  if (known === null) return <p class="soft">Looking for studies.</p>;
  return (
    <>
      <h1>Studies</h1>
      <p class="soft">{known.folder}</p>
      {known.studies.length === 0 ? <p>There is no study here yet. <code>foretell search</code> makes one in <code>./studies</code>; it shows up here by itself.</p> : <ul class="studies">{known.studies.map((line) => <Line key={line.key} line={line} />)}</ul>}
    </>
  );
}

function Line({ line }: { readonly line: StudyLine }) {
  const { key, name, data, strategy, rule, metric, trials, best, speedup, state, trouble, time } = line;
  return (
    <li>
      <a href={addressOf(key)} onKeyDown={walk}>
        <span class="name">{name}{name !== key && <span class="soft"> {key}</span>}</span>
        <span class={`state is-${state}`}>{state}</span>
        <span class="soft">{trouble ?? (data === '' ? 'reading' : `${data} · ${strategy} · ${rule}`)}</span>
        <span class="numbers soft">
          {trials > 0 && <>{trials.toLocaleString('en')} trials</>}
          {best !== null && <> · best {metric} <b>{figure(best)}</b></>}
          {speedup !== null && <> · {speedup.toFixed(2)}×</>}
          {time > 0 && <> · {ago(time, Date.now())}</>}
        </span>
      </a>
    </li>
  );
}

/** Up and down go from line to line; Enter is the link's own. */
function walk(event: KeyboardEvent): void {
  const { parentElement } = event.currentTarget as HTMLElement;
  const to = event.key === 'ArrowDown' ? parentElement?.nextElementSibling : event.key === 'ArrowUp' ? parentElement?.previousElementSibling : null;
  const link = to?.querySelector('a') ?? null;
  if (link === null) return;
  link.focus();
  event.preventDefault();
}
