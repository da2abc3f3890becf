// Whether the rule's predictions mean what they say.
import { model, version } from '../store/live.js';
import { counted, figure, percent } from '../words.js';

const SIDE = 240;
const [LEFT, BOTTOM] = [34, 22];
/** Shares of fewer trials than that say nothing. */
const LEAST = 8;

export function CalibrationView() {
  void version.value;
  const { calibration: found } = model;
  return (
    <section aria-labelledby="calibration-title">
      <h2 id="calibration-title">Calibration so far</h2>
      {found === null
        ? <p class="soft">No trial has both a prediction and a true score yet. Trials that run to their end bring them, and --verify or --audit those of the frozen.</p>
        : (
          <>
            <p class="soft">
              {counted(found.count, 'trial')} with a prediction and a true score: mean absolute error {figure(found.meanAbsoluteError)}, bias {found.bias > 0 ? '+' : ''}{figure(found.bias)}.
              {found.frozenKnown > 0 && ` Of ${counted(found.frozenKnown, 'freeze')} whose true score is known, ${found.frozenWrong.toLocaleString('en')} would have passed the bar (${percent(found.frozenWrong / found.frozenKnown)}).`}
              {' '}Trials that stay frozen say nothing here, so it is a word on those that went on.
            </p>
            {found.withSpread >= LEAST && <Coverage coverage={found.coverage} count={found.withSpread} />}
          </>
        )}
    </section>
  );
}

/** On the diagonal = honest; below it = too sure. The band is what chance alone does to so many trials (two binomial deviations). */
function Coverage({ coverage, count }: { readonly coverage: readonly { readonly nominal: number; readonly measured: number }[]; readonly count: number }) {
  const x = (share: number): number => LEFT + share * (SIDE - LEFT - 14);
  const y = (share: number): number => 8 + (1 - share) * (SIDE - BOTTOM - 8);
  const band = Array.from({ length: 41 }, (_, i) => i / 40);
  const edge = (sign: number) => (p: number): string => `${x(p)},${y(Math.max(0, Math.min(1, p + sign * 2 * Math.sqrt((p * (1 - p)) / count))))}`;
  const points = [{ nominal: 0, measured: 0 }, ...coverage];
  return (
    <figure>
      <svg class="small-chart square" viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label={`Central intervals and the share of true scores inside: ${coverage.map(({ nominal, measured }) => `${percent(nominal)} held ${percent(measured)}`).join(', ')}`}>
        <polygon class="band" points={[...band.map(edge(1)), ...band.reverse().map(edge(-1))].join(' ')} />
        <line class="bar" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
        {[0, 0.5, 1].map((share) => <text key={share} x={LEFT - 5} y={y(share) + 4} text-anchor="end">{100 * share}</text>)}
        {[0, 0.5, 1].map((share) => <text key={share} x={x(share)} y={SIDE - 6} text-anchor="middle">{100 * share}</text>)}
        <polyline class="curve" points={points.map(({ nominal, measured }) => `${x(nominal)},${y(measured)}`).join(' ')} />
        {coverage.map(({ nominal, measured }) => <circle key={nominal} class="finished" cx={x(nominal)} cy={y(measured)} r="3" />)}
      </svg>
      <figcaption class="soft">Per cent that an interval should hold, and per cent that it held, of {counted(count, 'trial')}. Below the diagonal: too sure.</figcaption>
    </figure>
  );
}
