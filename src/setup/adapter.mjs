// A WebGPU adapter that Dawn accepts. A driver that answers is never touched; Dawn itself prefers a GPU to software.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, tail } from './command.mjs';
import { driverPlan } from './driver-plan.mjs';
import { CannotGoOn } from './step.mjs';
import { aptInstall, aptSources, osRelease, rootPrefix } from './system.mjs';

/** Milliseconds. lavapipe answers in 130; a first start on a busy machine has taken seconds. */
const PROBE_TIMEOUT = 60_000;

export async function adapterStep() {
  const first = await probe();
  if (first.adapter) return describe(first.adapter);
  const canInstall = (await rootPrefix()) !== null;
  const plan = driverPlan({ platform: process.platform, release: osRelease(), sources: aptSources(), canInstall });
  const refuse = (reason, output) => new CannotGoOn(`no WebGPU adapter answers.${hardwareHint()} ${reason}${output ? `\n${output}` : ''}`);
  if ('stop' in plan) throw refuse(plan.stop, first.output);
  const failure = await aptInstall(plan);
  if (failure !== null) throw refuse('Installing a software driver failed; the last lines of apt are below.', failure);
  const second = await probe();
  if (!second.adapter) throw refuse(`${plan.install.join(', ')} is installed and does not answer either.`, second.output);
  return `${describe(second.adapter)}, installed now.${second.adapter.software ? hardwareHint() : ''}`;
}

async function probe() {
  const { code, output } = await run(process.execPath, [join(import.meta.dirname, 'probe.mjs')], { timeout: PROBE_TIMEOUT });
  const answer = code === 0 ? /^(\{.*\}|null)$/m.exec(output) : null;
  if (code === null) return { adapter: null, output: `    the probe did not end within ${PROBE_TIMEOUT / 1000} s\n${tail(output)}` };
  return { adapter: answer ? JSON.parse(answer[1]) : null, output: tail(output.replace(answer?.[0] ?? '', '').replace(/\n\s*\n/g, '\n')) };
}

function describe({ vendor, description, device, software }) {
  return `${description || `${vendor} ${device}`}${software ? ' (software)' : ''}`;
}

/** A GPU that is there and does not answer deserves a word: its own driver is worth far more than a software one. */
function hardwareHint() {
  if (process.platform !== 'linux') return '';
  if (existsSync('/dev/nvidia0')) return " There is an NVIDIA GPU; its Vulkan driver is missing or not visible here (Debian: nvidia-vulkan-icd; containers: NVIDIA_DRIVER_CAPABILITIES=all).";
  const node = renderNodes().find((path) => !isAccessible(path));
  return node ? ` ${node} may not be opened by this user: add the user to its group (usually render).` : '';
}

function renderNodes() {
  if (!existsSync('/dev/dri')) return [];
  return readdirSync('/dev/dri').filter((name) => name.startsWith('renderD')).map((name) => `/dev/dri/${name}`);
}

function isAccessible(path) {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
