// Accuracy against cost.
import { useState } from 'preact/hooks';
import { domainOf } from '../charts/domain.js';
import { Plot } from '../charts/plot.js';
import { type Cost, frontOf, nearestPoint, paintPoints, pointsOf, ring } from '../charts/scatter.js';
import { theme } from '../charts/theme.js';
import { choose, isShown, looked, pointed, shownKey, step } from '../store/chosen.js';
import { model, version } from '../store/live.js';

const COSTS: readonly (readonly [Cost, string])[] = [['weights', 'weights'], ['seconds', 'seconds of training'], ['epochs', 'epochs trained']];
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 2 });

export function CostChart() {
  void version.value;
  const [asked, setCost] = useState<Cost | null>(null);
  const { facts } = model;
  if (facts === null) return null;
  // A user's own loop need not know of weights.
  const cost = asked ?? (model.trials.some((trial) => trial !== undefined && trial.weights !== null) ? 'weights' : 'seconds');
  const points = pointsOf(model, cost, isShown);
  const front = frontOf(points, facts.negated);
  const xs = points.map(({ x }) => x);
  const [low, high] = xs.length === 0 ? [1, 10] : [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))];
  // Over less than half a decade a logarithmic axis has hardly a line to name.
  const log = high / low > 3;
  const point = points.find(({ trial }) => trial.id === looked.value?.id);
  return (
    <section aria-labelledby="cost-title">
      <h2 id="cost-title">Against cost</h2>
      <p class="soft">The line is the Pareto front of the true scores; open circles are predicted. Cost: <select aria-label="Cost" value={cost} onChange={(event) => setCost(event.currentTarget.value as Cost)}>{COSTS.map(([value, words]) => <option key={value} value={value}>{words}</option>)}</select></p>
      {points.length === 0
        ? <p class="soft">No trial has both a score and this cost yet.</p>
        : (
          <Plot
            key={`${cost} ${log}`}
            label={`${facts.metric} against ${cost} of ${points.length} trials`}
            x={{ label: cost, domain: log ? [low / 1.15, high * 1.15] : [low - 0.06 * (high - low || low), high + 0.06 * (high - low || low)], log, tick: (value) => compact.format(value) }}
            y={{ label: facts.metric, domain: domainOf(points.map(({ y }) => y), facts.negated) }}
            height={(width) => Math.round(Math.max(240, Math.min(320, width * 0.6)))}
            settled={`${model.settled} ${cost} ${shownKey.value} ${theme.value.ground}`}
            below={(context, place) => paintPoints(context, place, points, front)}
            above={(context, place) => point !== undefined && ring(context, place, point)}
            onPoint={(at) => (pointed.value = at === null ? null : (nearestPoint(points, at.place, at.left, at.top)?.id ?? null))}
            onPick={() => choose(pointed.value)}
            onKey={(event) => {
              const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              if (by !== 0) step(by);
            }}
          />
        )}
    </section>
  );
}
