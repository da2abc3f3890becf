// The chosen trial in full: what came of it, why, and the means to step in. Its events are asked for again when it changes.
import { useEffect, useState } from 'preact/hooks';
import type { TrialDetail, VerdictWords } from '../../wire.js';
import { Forecasts } from '../charts/forecasts.js';
import { trialDetail } from '../store/ask.js';
import { choose, step } from '../store/chosen.js';
import { model, version } from '../store/live.js';
import { route } from '../store/route.js';
import { figure } from '../words.js';
import { TrialControls } from './control.js';

export function TrialPanel() {
  void version.value;
  const { study, trial: id } = route.value;
  const trial = model.trials[id ?? -1];
  const [detail, setDetail] = useState<TrialDetail | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const stamp = trial === undefined ? '' : `${trial.epoch} ${trial.status} ${trial.freezes.length} ${trial.thaws.length} ${trial.changes.length} ${trial.final ?? ''}`;
  useEffect(() => {
    if (study === null || id === null || trial === undefined) return setDetail(null);
    let current = true;
    trialDetail(study, id).then((found) => current && (setDetail(found), setTrouble(null)), (error: Error) => current && setTrouble(error.message));
    return () => void (current = false);
  }, [study, id, stamp]);
  if (study === null || id === null) return null;
  return (
    <aside class="panel" aria-label={`Trial ${id}`} onKeyDown={(event) => event.key === 'Escape' && choose(null)}>
      <div class="panel-head">
        <h2>Trial {id}{id === model.best && <span class="best"> best</span>}</h2>
        <span class="buttons">
          <button type="button" aria-label="Previous trial" onClick={() => step(-1)}>‹</button>
          <button type="button" aria-label="Next trial" onClick={() => step(1)}>›</button>
          <button type="button" aria-label="Close" onClick={() => choose(null)}>×</button>
        </span>
      </div>
      {trouble !== null && <p class="trouble">{trouble}</p>}
      {detail !== null && detail.trial === id && <Detail study={study} detail={detail} />}
    </aside>
  );
}

function Detail({ study, detail }: { readonly study: string; readonly detail: TrialDetail }) {
  const { what, outcome, hp, ap, verdicts, thaws, attempts, changes } = detail;
  const frozen = verdicts.findLast(({ action }) => action === 'freeze');
  const thawed = thaws.findLast(({ event }) => event > (frozen?.event ?? 0));
  return (
    <>
      <p class="outcome">
        {frozen !== undefined && <Reason verdict={frozen} />}
        {thawed !== undefined && <><b class="thawed">Thawed at epoch {thawed.epoch}</b>: {thawed.words}. </>}
        {outcome}
      </p>
      {changes.map(({ epoch, from, to }) => <p key={epoch}><b class="changed">Adapter changed after epoch {epoch}</b>: {from} trained it up to there, {to} went on. From there on the curve is not bit for bit what one adapter would have given.</p>)}
      <TrialControls study={study} detail={detail} />
      <Forecasts detail={detail} />
      <p class="soft what">{what}</p>
      <dl class="numbers">{[...hp, ...ap].slice(0, 24).map(([name, value]) => <div key={name}><dt>{name.replaceAll('_', ' ')}</dt><dd>{figure(value)}</dd></div>)}</dl>
      <details open={verdicts.length <= 6}>
        <summary>{verdicts.length === 0 ? 'No verdict' : `${verdicts.length} verdicts, the last first`}</summary>
        <ol class="verdicts">{[...verdicts].reverse().map((verdict) => <Verdict key={verdict.event} verdict={verdict} thaw={thaws.find(({ event, epoch }) => epoch === verdict.epoch && event > verdict.event)?.words ?? null} />)}</ol>
      </details>
      <details>
        <summary>{attempts.length === 1 ? 'Trained by' : `${attempts.length} attempts`}</summary>
        <ul class="plain">{attempts.map(({ attempt, worker, adapter, start, end }) => <li key={attempt}>{attempt}: {worker}{adapter === null ? '' : ` on ${adapter}`}, {new Date(start).toISOString().slice(0, 19).replace('T', ' ')}, {figure((end - start) / 1000)} s</li>)}</ul>
      </details>
      <details><summary>Configuration as JSON</summary><pre tabIndex={0}>{detail.candidate}</pre></details>
    </>
  );
}

function Reason({ verdict: { epoch, reason, by } }: { readonly verdict: VerdictWords }) {
  return <><b class="frozen">Frozen at epoch {epoch}</b>{by === null ? '' : ` by ${by}`}: {reason}. </>;
}

function Verdict({ verdict, thaw }: { readonly verdict: VerdictWords; readonly thaw: string | null }) {
  const { epoch, action, value, reason, by, prediction, fit, features } = verdict;
  return (
    <li>
      {thaw !== null && <div><b class="thawed">thawed</b>: {thaw}</div>}
      <div><b>epoch {epoch}</b> {figure(value)} <span class={action === 'freeze' ? 'frozen' : 'soft'}>{action}</span>{by === null ? '' : ` by ${by}`}{reason === null ? '' : `: ${reason}`}</div>
      {prediction !== null && <div class="soft">{prediction}</div>}
      {fit !== null && <div class="soft">fit: {fit}</div>}
      {features !== null && <details><summary>{features.length} features</summary><p class="soft">{features.map(([name, number]) => `${name} = ${figure(number)}`).join(', ')}</p></details>}
    </li>
  );
}
