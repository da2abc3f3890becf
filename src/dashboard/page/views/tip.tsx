// What is known of the trial under the pointer, in a corner of the chart: it never hides what is pointed at. Of one that was only chosen the panel says
// it all; then this is for screen readers alone.
import { looked, pointed } from '../store/chosen.js';
import { model } from '../store/live.js';
import type { Trial } from '../store/model.js';
import { figure } from '../words.js';

export function Tip() {
  const trial = looked.value;
  if (trial === null) return null;
  return (
    <div class={pointed.value === null ? 'heard' : 'tip'} role="status">
      <b>trial {trial.id}</b> <span class={trial.id === model.best ? 'best' : trial.status}>{trial.id === model.best ? 'best' : model.wordOf(trial.status)}{trial.thaws.length > 0 ? ', thawed' : ''}{trial.changes.length > 0 ? ', adapter changed' : ''}</span>
      <div>{model.facts?.metric} {figure(trial.last)} at epoch {trial.epoch}</div>
      {trial.forecast !== null && <Foretold trial={trial} />}
      <div class="soft what">{trial.what}</div>
    </div>
  );
}

function Foretold({ trial: { forecast } }: { readonly trial: Trial }) {
  if (forecast === null) return null;
  const [epoch, horizon, mean, low, high, probability, bar] = forecast;
  return (
    <div>
      at {epoch} predicted for {horizon}: {figure(mean)}{low !== null && high !== null ? ` (${figure(low)} to ${figure(high)})` : ''}
      {probability !== null && bar !== null && <><br />p(does not pass {figure(bar)}) = {figure(probability)}</>}
    </div>
  );
}
