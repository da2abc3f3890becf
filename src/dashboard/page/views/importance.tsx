// Which parameters the score hangs on. Asked for when it comes into sight, and again only when the server says that it is worth it.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Importance } from '../../wire.js';
import { importance } from '../store/ask.js';
import { important, model, version } from '../store/live.js';
import { counted, figure } from '../words.js';

const MOST = 12;
/** The server wants twenty scores. */
const LEAST = 20;

export function ImportanceBars({ study }: { readonly study: string }) {
  void version.value;
  const box = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const judged = model.standing?.judged ?? 0;
  const found = important.value;
  const due = seen && judged >= (found?.next ?? LEAST);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => setSeen(entries.some(({ isIntersecting }) => isIntersecting)));
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (due) importance(study).then((answer) => (setTrouble(null), (important.value = answer)), (error: Error) => setTrouble(error.message));
  }, [due, study]);
  return (
    <section ref={box} aria-labelledby="importance-title">
      <h2 id="importance-title">What matters</h2>
      {found !== null
        ? <Bars found={found} />
        : <p class="soft" role="status">{trouble ?? (judged < LEAST ? `This takes ${LEAST} trials with a score; so far there ${judged === 1 ? 'is' : 'are'} ${judged}.` : 'Growing forests.')}</p>}
    </section>
  );
}

function Bars({ found: { rows, predicted, r2, r2Deviation, fits, columns } }: { readonly found: Importance }) {
  const most = Math.max(...columns.map(({ mean, deviation }) => mean + deviation), 1e-9);
  const share = (value: number): string => `${(100 * Math.max(0, Math.min(1, value / most))).toFixed(2)}%`;
  return (
    <>
      <p class="soft">How much worse a random forest explains {counted(rows, 'score')}{predicted > 0 ? ` (${predicted.toLocaleString('en')} of them predicted)` : ''} when a parameter is shuffled: mean and deviation of {fits} fits, on trials left out. Unshuffled it explains R² {r2.toFixed(2)} ± {r2Deviation.toFixed(2)}{r2 < 0.2 ? ', so little that the bars say little' : ''}.</p>
      <ol class="bars">
        {columns.slice(0, MOST).map(({ name, mean, deviation }) => (
          <li key={name} aria-label={`${name}: ${figure(mean)}, deviation ${figure(deviation)}`}>
            <span class="bar-name" title={name}>{name.replaceAll('_', ' ')}</span>
            <span class="bar-track"><span class="bar-fill" style={{ width: share(mean) }} /><span class="bar-spread" style={{ left: share(mean - deviation), right: `calc(100% - ${share(mean + deviation)})` }} /></span>
            <span class="bar-value">{mean.toFixed(3)}</span>
          </li>
        ))}
      </ol>
      {columns.length > MOST && <p class="soft">and {columns.length - MOST} more that matter less.</p>}
    </>
  );
}
