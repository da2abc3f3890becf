// One study, from the first glance down to its settings.
import { useEffect } from 'preact/hooks';
import { pointed, within } from '../store/chosen.js';
import { listing, model, trouble, version } from '../store/live.js';
import { route } from '../store/route.js';
import { CalibrationView } from './calibration.js';
import { forgetControls, StudyControls } from './control.js';
import { CostChart } from './cost.js';
import { Curves } from './curves.js';
import { ImportanceBars } from './importance.js';
import { Kernels, Settings, Steps, Workers } from './machines.js';
import { ParallelView } from './parallel.js';
import { TrialTable } from './table.js';
import { Tiles } from './tiles.js';
import { TrialPanel } from './trial.js';

export function Study({ study }: { readonly study: string }) {
  void version.value;
  const { facts, standing } = model;
  const line = listing.value?.studies.find(({ key }) => key === study);
  useEffect(() => {
    document.title = `${facts?.name ?? study} · foretell`;
  }, [facts?.name, study]);
  useEffect(() => () => {
    pointed.value = null;
    within.value = null;
    forgetControls();
  }, []);
  if (listing.value !== null && line === undefined) return <p>There is no study {study} here.</p>;
  return (
    <div data-seq={model.seq}>
      <h1>{facts?.name ?? study}</h1>
      <p class="soft">
        {line !== undefined && <><span class={`state is-${line.state}`}>{line.state}</span>{line.data === '' ? '' : ` · ${line.data} · strategy ${line.strategy} · rule ${line.rule}`}</>}
        {standing?.ended != null && ` · ${standing.ended}`}
      </p>
      {trouble.value !== null && <p class="trouble" role="alert">{trouble.value}</p>}
      {facts === null && trouble.value === null && <p class="soft">Nothing has been journaled yet, or it is being read.</p>}
      {facts !== null && <Parts study={study} />}
    </div>
  );
}

function Parts({ study }: { readonly study: string }) {
  return (
    <>
      <Tiles />
      <StudyControls study={study} />
      <div class={route.value.trial === null ? '' : 'beside'}>
        <Curves />
        <TrialPanel />
      </div>
      <div class="pair"><CostChart /><ImportanceBars study={study} /></div>
      <ParallelView />
      <div class="pair"><CalibrationView /><div><Workers /><Steps /></div></div>
      <Kernels />
      <TrialTable />
      <Settings />
    </>
  );
}
