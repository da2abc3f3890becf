// The table of trials: only the rows in sight are in the document, so ten thousand cost no more than thirty. Arrows walk, Enter opens, a title sorts.
import { signal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { choose, isShown, pointed, within, hidden } from '../store/chosen.js';
import { model, version } from '../store/live.js';
import type { Trial } from '../store/model.js';
import { route } from '../store/route.js';
import { duration, figure } from '../words.js';

const ROW = 30;
const AROUND = 8;
const MOST_NUMBERS = 6;

interface Column {
  readonly title: string;
  readonly value: (trial: Trial) => number | string | null;
  readonly text?: (value: number) => string;
}

const order = signal<{ readonly column: number; readonly rising: boolean }>({ column: 0, rising: false });

function columnsOf(): Column[] {
  return [
    { title: 'trial', value: ({ id }) => id, text: String },
    { title: 'state', value: (trial) => stateOf(trial) },
    { title: model.facts?.metric ?? 'score', value: ({ score }) => score },
    { title: 'true', value: ({ final }) => final },
    { title: 'predicted', value: ({ forecast }) => forecast?.[2] ?? null },
    { title: 'p(no pass)', value: ({ forecast }) => forecast?.[5] ?? null },
    { title: 'epochs', value: ({ epoch }) => epoch },
    { title: 'time', value: ({ seconds }) => seconds, text: duration },
    { title: 'weights', value: ({ weights }) => weights },
    ...model.columns.map((name, i): Column => ({ title: name.replaceAll('_', ' '), value: ({ numbers }) => numbers[i] ?? null })).filter(({ title }) => title !== 'weights').slice(0, MOST_NUMBERS),
    { title: 'configuration', value: ({ what }) => what },
  ];
}

function stateOf({ status, freezes, thaws, changes }: Trial): string {
  return `${model.wordOf(status)}${status === 'frozen' ? ` at ${freezes.at(-1) ?? 0}` : ''}${thaws.length > 0 ? ', thawed' : ''}${changes.length > 0 ? `, adapter changed after ${changes.join(' and ')}` : ''}`;
}

export function TrialTable() {
  void version.value;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [active, setActive] = useState<number | null>(null);
  const columns = columnsOf();
  const { column, rising } = order.value;
  const rows = useMemo(() => sorted(model.trials.filter((trial) => trial !== undefined && isShown(trial)), columns[column] ?? columns[0], rising), [version.value, column, rising, within.value, hidden.value]);
  const height = Math.min(12, rows.length) * ROW + ROW + 2;
  const first = Math.max(0, Math.floor(top / ROW) - AROUND);
  const visible = rows.slice(first, first + Math.ceil(height / ROW) + 2 * AROUND);
  const at = active === null ? -1 : rows.findIndex(({ id }) => id === active);
  useEffect(() => {
    const element = box.current;
    if (element === null || at < 0) return;
    const place = at * ROW;
    if (place < element.scrollTop) element.scrollTop = place;
    else if (place > element.scrollTop + height - 3 * ROW) element.scrollTop = place - height + 3 * ROW;
  }, [at]);
  const onKey = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
    if (by !== undefined && rows.length > 0) setActive(rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.id ?? null);
    else if (event.key === 'Enter' && active !== null && event.target === box.current) choose(active);
    else if (event.key === 'Escape') choose(null);
    else return;
    event.preventDefault();
  };
  return (
    <section aria-labelledby="trials-title">
      <h2 id="trials-title">Trials</h2>
      <p class="soft">A title sorts; arrows walk through the rows and Enter opens one. ≈ marks a predicted score.</p>
      <div class="scroll grid" ref={box} style={{ height: `${height}px` }} tabIndex={0} role="grid" aria-rowcount={rows.length + 1} aria-labelledby="trials-title" aria-activedescendant={at < 0 ? undefined : `row-${active}`} onKeyDown={onKey} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
        <table>
          <thead><tr role="row">{columns.map(({ title }, i) => (
            <th key={i} scope="col" aria-sort={i !== column ? undefined : rising ? 'ascending' : 'descending'}><button type="button" onClick={() => (order.value = { column: i, rising: i === column ? !rising : false })}>{title}</button></th>
          ))}</tr></thead>
          <tbody>
            {first > 0 && <tr aria-hidden="true" style={{ height: `${first * ROW}px` }} />}
            {visible.map((trial, i) => <Row key={trial.id} trial={trial} columns={columns} index={first + i} active={trial.id === active} />)}
            {first + visible.length < rows.length && <tr aria-hidden="true" style={{ height: `${(rows.length - first - visible.length) * ROW}px` }} />}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ trial, columns, index, active }: { readonly trial: Trial; readonly columns: readonly Column[]; readonly index: number; readonly active: boolean }) {
  const chosen = route.value.trial === trial.id;
  return (
    <tr id={`row-${trial.id}`} role="row" aria-rowindex={index + 2} aria-selected={chosen} class={`${active ? 'is-active' : ''} ${trial.id === model.best ? 'is-best' : ''}`} onClick={() => choose(trial.id)} onMouseEnter={() => (pointed.value = trial.id)} onMouseLeave={() => (pointed.value = null)}>
      {columns.map(({ title, value, text = figure }, i) => {
        const cell = value(trial);
        if (typeof cell === 'string') return <td key={i} role="gridcell" class={title === 'state' ? trial.status : 'soft'}>{cell}</td>;
        return <td key={i} role="gridcell" class="n">{cell === null ? '–' : `${title === model.facts?.metric && trial.predicted ? '≈ ' : ''}${text(cell)}`}</td>;
      })}
    </tr>
  );
}

/** What has no value comes last, whichever way. */
function sorted(trials: Trial[], column: Column | undefined, rising: boolean): Trial[] {
  if (column === undefined) return trials;
  const sign = rising ? 1 : -1;
  return trials.sort((a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    if (x === null || y === null) return x === y ? a.id - b.id : x === null ? 1 : -1;
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x) < String(y) ? -1 : 1);
  });
}
