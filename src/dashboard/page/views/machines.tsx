// Who trains, on which kernels, and who stepped in.
import type { KernelLine } from '../../wire.js';
import { model, version } from '../store/live.js';
import { ago, counted, figure } from '../words.js';
import { addressOf, route } from '../store/route.js';

export function Workers() {
  void version.value;
  const { workers, standing } = model;
  const now = standing?.ended === null ? Date.now() : (standing?.time ?? 0);
  return (
    <section aria-labelledby="workers-title">
      <h2 id="workers-title">Workers</h2>
      {workers.length === 0
        ? <p class="soft">Nobody has taken a trial yet.</p>
        : (
          <div class="scroll" tabIndex={0} role="region" aria-label="Table of workers"><table>
            <thead><tr><th scope="col">worker</th><th scope="col">adapter</th><th scope="col">trials</th><th scope="col" class="n">epochs</th><th scope="col" class="n">a minute</th><th scope="col" class="n">failures</th><th scope="col">last word</th></tr></thead>
            <tbody>{workers.map(({ name, adapter, trials, epochs, perMinute, failures, time }) => (
              <tr key={name}><td>{name}</td><td>{adapter ?? '–'}</td><td>{trials.slice(0, 6).map((trial) => <><a href={addressOf(route.value.study, trial)}>{trial}</a> </>)}{trials.length > 6 ? '…' : ''}</td><td class="n">{epochs.toLocaleString('en')}</td><td class="n">{figure(Math.round(10 * perMinute) / 10)}</td><td class="n">{failures}</td><td>{ago(time, now)}</td></tr>
            ))}</tbody>
          </table></div>
        )}
    </section>
  );
}

export function Kernels() {
  void version.value;
  const { kernels } = model;
  return (
    <section aria-labelledby="kernels-title">
      <h2 id="kernels-title">Kernels</h2>
      {kernels.length === 0
        ? <p class="soft">The journal names no choice of the tuner.</p>
        : (
          <><p class="soft">{kernelWords(kernels)}</p><div class="scroll" tabIndex={0} role="region" aria-label="Table of kernels"><table>
            <thead><tr><th scope="col">kernel</th><th scope="col">choice</th><th scope="col" class="n">measured</th><th scope="col" class="n">known</th><th scope="col" class="n">as a neighbour</th><th scope="col" class="n">untuned</th><th scope="col" class="n">seconds</th></tr></thead>
            <tbody>{kernels.map(({ kernel, choice, measured, known, neighbour, untuned, seconds }) => (
              <tr key={`${kernel} ${choice}`}><td>{kernel}</td><td class="soft">{choice}</td>{[measured, known, neighbour, untuned].map((count, i) => <td key={i} class="n">{count === 0 ? '' : count}</td>)}<td class="n">{figure(seconds)}</td></tr>
            ))}</tbody>
          </table></div></>
        )}
    </section>
  );
}

/** Where the choices come from, and what would better them. */
function kernelWords(kernels: readonly KernelLine[]): string {
  const sum = (of: (line: KernelLine) => number): number => kernels.reduce((total, line) => total + of(line), 0);
  const [measured, known, neighbour, untuned] = [sum((line) => line.measured), sum((line) => line.known), sum((line) => line.neighbour), sum((line) => line.untuned)];
  const parts = [[measured, 'measured by this search'], [known, 'known from earlier measurements'], [neighbour, 'chosen as a neighbour was'], [untuned, 'untuned']] as const;
  const words = `${counted(measured + known + neighbour + untuned, 'class of shapes', 'classes of shapes')}: ${parts.filter(([count]) => count > 0).map(([count, how]) => `${count} ${how}`).join(', ')}.`;
  return untuned === 0 ? words : `${words} An untuned kernel is the favourite of its family; search --set tune=on measures instead.`;
}

export function Steps() {
  void version.value;
  const { controls } = model;
  if (controls.length === 0) return null;
  return (
    <section aria-labelledby="steps-title">
      <h2 id="steps-title">Who stepped in</h2>
      <ul class="plain">{[...controls].reverse().map(({ time, by, words }) => <li key={`${time} ${words}`}><span class="soft">{new Date(time).toISOString().slice(0, 19).replace('T', ' ')}</span> {by}: {words}</li>)}</ul>
    </section>
  );
}

export function Settings() {
  void version.value;
  return (
    <section aria-labelledby="settings-title">
      <h2 id="settings-title">Environment and settings</h2>
      <dl class="facts">{model.facts?.settings.map(([name, words]) => <><dt>{name}</dt><dd>{words}</dd></>)}</dl>
    </section>
  );
}
