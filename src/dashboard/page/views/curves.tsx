// The chart of learning curves, with its key, which also hides and shows.
import { STATUSES, type Status } from '../../wire.js';
import { nearestCurve, paintLive, paintResting } from '../charts/curves.js';
import { scoreDomain } from '../charts/domain.js';
import { stripOf } from '../charts/marks.js';
import { Plot } from '../charts/plot.js';
import { theme } from '../charts/theme.js';
import { choose, hidden, isShown, looked, pointed, shownKey, step, toggle } from '../store/chosen.js';
import { model, version } from '../store/live.js';
import { Tip } from './tip.js';

const SIGNS: { readonly [status in Status]?: string } = { frozen: '×', failed: '·', cancelled: '·' };
const WORDS: { readonly [status in Status]: string } = { running: 'running', paused: 'paused', frozen: 'frozen', finished: 'trained to the end', failed: 'failed', cancelled: 'cancelled' };

export function Curves() {
  void version.value;
  const { facts } = model;
  if (facts === null) return null;
  const end = facts.epochs + stripOf(facts.epochs);
  return (
    <section aria-labelledby="curves-title">
      <h2 id="curves-title">Learning curves</h2>
      <p class="soft">A line a trial, {facts.metric} after each epoch. Right of epoch {facts.epochs}: what is predicted, with the 90 % interval. Drag to zoom, double-click to go back.</p>
      <div class="over-plot">
        <Plot
          label={`Learning curves of ${model.trials.length} trials. Arrow keys go from trial to trial.`}
          x={{ label: 'epoch', domain: [Math.min(1, facts.epochs * 0.02), end], tick: (epoch) => (epoch <= facts.epochs && Number.isInteger(epoch) ? String(epoch) : '') }}
          y={{ label: facts.metric, domain: scoreDomain(model) }}
          height={(width) => Math.round(Math.max(280, Math.min(460, width * 0.5)))}
          settled={`${model.settled} ${shownKey.value} ${theme.value.ground}`}
          below={(context, place) => {
            paintResting(context, place, model, isShown);
            markOnce(model.complete ? 'all painted' : 'some painted');
          }}
          above={(context, place) => paintLive(context, place, model, isShown, looked.value)}
          onPoint={(at) => (pointed.value = at === null ? null : (nearestCurve(model, at.place, at.left, at.top, isShown)?.id ?? null))}
          onPick={() => choose(pointed.value)}
          onKey={onKey}
        />
        <Tip />
      </div>
      <Key />
    </section>
  );
}

/** For whoever measures the page. */
function markOnce(name: string): void {
  if (performance.getEntriesByName(name).length === 0) performance.mark(name);
}

function onKey(event: KeyboardEvent): void {
  if (event.key === 'ArrowRight' || event.key === 'ArrowUp') step(1);
  else if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') step(-1);
  else if (event.key === 'Escape') choose(null);
  else return;
  event.preventDefault();
}

function Key() {
  void version.value;
  const counts = model.standing?.counts;
  const changed = model.trials.reduce((count, trial) => count + (trial === undefined ? 0 : trial.changes.length), 0);
  return (
    <ul class="key" aria-label="Shown trials">
      {model.best !== null && <li class="best"><b aria-hidden="true">━</b>best</li>}
      {STATUSES.filter((status) => (counts?.[status] ?? 0) > 0).map((status) => (
        <li key={status}>
          <button type="button" aria-pressed={!hidden.value.has(status)} onClick={() => toggle(status)}>
            <b class={status} aria-hidden="true">{SIGNS[status] ?? '━'}</b>{model.wordOf(status) === status ? WORDS[status] : model.wordOf(status)} <span class="count">{counts?.[status].toLocaleString('en')}</span>
          </button>
        </li>
      ))}
      {(model.standing?.thaws ?? 0) > 0 && <li><b class="thawed" aria-hidden="true">▲</b>thawed <span class="count">{model.standing?.thaws.toLocaleString('en')}</span></li>}
      {changed > 0 && <li><b class="changed" aria-hidden="true">◆</b>adapter changed <span class="count">{changed.toLocaleString('en')}</span></li>}
    </ul>
  );
}
