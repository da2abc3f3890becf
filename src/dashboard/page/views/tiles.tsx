// The first glance: a number a tile, as in the report.
import type { Status } from '../../wire.js';
import { model, version } from '../store/live.js';
import { counted, duration, figure } from '../words.js';

export function Tiles() {
  void version.value;
  const { standing, facts } = model;
  if (standing === null || facts === null) return null;
  const { best, epochs, seconds, counts, freezes, thaws, fits, enqueued } = standing;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([status, count]) => `${count.toLocaleString('en')} ${model.wordOf(status as Status)}`);
  return (
    <dl class="tiles">
      <Tile title={`Best ${facts.metric}`} value={figure(best?.score)} small={best === null ? 'no trial is fully trained yet' : `validation, trial ${best.trial}`} />
      <Tile title="Speed-up in epochs" value={epochs.trained === 0 ? '–' : `${epochs.speedup.toFixed(2)}×`} small={`${epochs.trained.toLocaleString('en')} trained of ${epochs.possible.toLocaleString('en')}`} />
      <Tile title="Speed-up in seconds" value={epochs.trained === 0 ? '–' : `${seconds.speedup.toFixed(2)}×`} small={`${duration(seconds.trained)} of training`} />
      <Tile title="Trials" value={total.toLocaleString('en')} small={[...parts, ...(enqueued > 0 ? [`${enqueued} enqueued`] : [])].join(', ')} />
      <Tile title="Freezes" value={freezes.toLocaleString('en')} small={`${counted(thaws, 'thaw')}, ${counted(fits, 'fit')}`} />
    </dl>
  );
}

function Tile({ title, value, small }: { readonly title: string; readonly value: string; readonly small: string }) {
  return <div class="tile"><dt>{title}</dt><dd>{value}<small>{small}</small></dd></div>;
}
