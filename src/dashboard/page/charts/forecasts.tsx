// One trial: its curve, and what was predicted of its end after each epoch, with the 90 % interval and the bar that it had to pass.
import type { TrialDetail } from '../../wire.js';
import { model } from '../store/live.js';
import { figure } from '../words.js';

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [380, 190, 48, 20];

export function Forecasts({ detail: { curve, afterwards, verdicts } }: { readonly detail: TrialDetail }) {
  const epochs = model.facts?.epochs ?? curve.length;
  const seen = [...curve, ...afterwards].flatMap((y, i) => (y === null ? [] : [{ epoch: i + 1, y }]));
  const told = verdicts.filter(({ mean }) => mean !== null);
  const values = [...seen.map(({ y }) => y), ...told.flatMap(({ mean, low, high, bar }) => [mean, low, high, bar].filter((y) => y !== null))];
  if (values.length === 0) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  const x = (epoch: number): number => LEFT + ((epoch - 0.5) / epochs) * (WIDTH - LEFT - 6);
  const y = (value: number): number => 6 + ((high + room - value) / (high - low + 2 * room)) * (HEIGHT - BOTTOM - 6);
  const path = (points: readonly { readonly epoch: number; readonly y: number }[]): string => points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.epoch).toFixed(1)} ${y(point.y).toFixed(1)}`).join('');
  const bars = told.flatMap(({ epoch, bar }) => (bar === null ? [] : [{ epoch, y: bar }]));
  return (
    <figure>
      <svg class="small-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="The trial's curve and what was predicted of its end after each epoch">
        {[low, high].map((value) => <text key={value} x={LEFT - 5} y={y(value) + 4} text-anchor="end">{figure(value)}</text>)}
        {[1, epochs].map((epoch) => <text key={epoch} x={x(epoch)} y={HEIGHT - 4} text-anchor="middle">{epoch}</text>)}
        {bars.length > 1 && <path class="bar" d={path(bars)} />}
        {told.map(({ event, epoch, mean, low: from, high: to, action }) => (
          <g key={event} class={action === 'freeze' ? 'frozen' : 'soft'}>
            {from !== null && to !== null && <line class="interval" x1={x(epoch)} x2={x(epoch)} y1={y(from)} y2={y(to)} />}
            <circle cx={x(epoch)} cy={y(mean ?? 0)} r={action === 'freeze' ? 3.4 : 2.4} />
          </g>
        ))}
        <path class="curve" d={path(seen.filter(({ epoch }) => epoch <= curve.length))} />
        {afterwards.length > 0 && <path class="curve later" d={path(seen.filter(({ epoch }) => epoch >= curve.length))} />}
      </svg>
      <figcaption class="soft">Line: its score. Dots: its end as predicted after that epoch, with the 90 % interval. Dashes: the bar.</figcaption>
    </figure>
  );
}
