// Our fastest variant against the peers, a case at a time, in turns: a round of ours, a round of each peer's, so that what slows the machine
// slows all. The ratio is the median of the rounds' ratios. Peers are processes of their own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Device } from '../../gpu/index.js';
import { describeChoice, quantile } from '../../tune/index.js';
import type { BenchCase, Runnable } from '../cases/index.js';
import type { BenchLine, CaseLine } from '../measure/record.js';
import { type FromPeer, taskOf, type ToPeer } from './task.js';

export const PEERS = ['tfjs', 'ort-webgpu', 'ort-cpu'] as const;
export type PeerName = (typeof PEERS)[number];

export interface RaceOptions {
  readonly peers?: readonly PeerName[];
  /** A part of an adapter's name; ONNX Runtime takes what it finds. */
  readonly adapter?: string;
  readonly rounds?: number;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

interface Peer {
  readonly name: PeerName;
  readonly process: ChildProcess;
}

const SCRIPTS: Readonly<Record<PeerName, readonly [script: string, ...rest: string[]]>> = { tfjs: ['tfjs.js'], 'ort-webgpu': ['ort.js', 'webgpu'], 'ort-cpu': ['ort.js', 'cpu'] };
const ROUNDS = 7;
/** Ours lasts about as long as a peer's round. Seconds. */
const ROUND = 1;

/** `lines`: what the laboratory measured of the same cases. Yields the fastest variant's line once a peer, with peer, peer_gflops and ratio. */
export async function* racePeers(device: Device, cases: readonly BenchCase[], lines: readonly BenchLine[], options: RaceOptions): AsyncGenerator<CaseLine, void, undefined> {
  const peers: Peer[] = [];
  try {
    for (const name of options.peers ?? PEERS) peers.push(await openPeer(name, device.facts.name, options.adapter));
    for (const each of cases) {
      const ours = lines.find((line): line is CaseLine => line.type === 'case' && line.checked && line.case === each.name && line.shape === each.shape);
      if (ours) yield* raceCase(device, each, ours, peers, options);
    }
  } finally {
    for (const { process: child } of peers) if (child.connected) child.disconnect();
  }
}

async function* raceCase(device: Device, each: BenchCase, ours: CaseLine, peers: readonly Peer[], options: RaceOptions): AsyncGenerator<CaseLine, void, undefined> {
  const task = taskOf(each);
  const choice = each.choices(device.facts).find((candidate) => describeChoice(candidate) === ours.variant);
  if (task === null || choice === undefined) return;
  const able: Peer[] = [];
  for (const peer of peers) {
    const reply = await ask(peer, { type: 'prepare', task });
    if (reply.type === 'ready') able.push(peer);
    else options.say(`${each.name} ${each.shape}: ${peer.name} does not take part: ${reply.type === 'unable' ? reply.why : reply.type}`);
  }
  const opened = await each.open(device);
  const runnable = await opened.prepare(choice);
  const runs = Math.max(1, Math.min(64, Math.round(ROUND / (ours.wall_median_ms / 1000))));
  const own: number[] = [];
  const theirs = able.map((): number[] => []);
  await ownRound(device, runnable, runs);
  for (let round = 0; round < (options.rounds ?? ROUNDS); round++) {
    options.signal?.throwIfAborted();
    own.push(await ownRound(device, runnable, runs));
    for (const [i, peer] of able.entries()) {
      const reply = await ask(peer, { type: 'round' });
      theirs[i]?.push(reply.type === 'seconds' ? reply.seconds : NaN);
    }
  }
  runnable.release();
  opened.release();
  for (const [i, peer] of able.entries()) yield lineOf(each, ours, peer.name, own, theirs[i] ?? []);
}

function lineOf(each: BenchCase, ours: CaseLine, peer: PeerName, own: readonly number[], theirs: readonly number[]): CaseLine {
  const gflops = (seconds: readonly number[]): number => each.flops / quantile(seconds, 0.5) / 1e9;
  const ratio = quantile(own.map((seconds, round) => (theirs[round] ?? NaN) / seconds), 0.5);
  const scale = gflops(own) / ours.gflops;
  return {
    ...ours,
    gflops: gflops(own),
    percent_of_peak: ours.percent_of_peak * scale,
    percent_of_roofline: ours.percent_of_roofline * scale,
    ...(each.items ? { items_per_second: each.items.count / quantile(own, 0.5) } : {}),
    peer,
    peer_gflops: gflops(theirs),
    ratio,
  };
}

/** Seconds a run. */
async function ownRound(device: Device, runnable: Runnable, runs: number): Promise<number> {
  const begun = performance.now();
  for (let i = 0; i < runs; i++) runnable.run();
  await device.settle();
  return (performance.now() - begun) / 1000 / runs;
}

async function openPeer(name: PeerName, ours: string, adapter: string | undefined): Promise<Peer> {
  const [script, ...rest] = SCRIPTS[name];
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [adapter ?? '', ...rest].filter((word, i) => i > 0 || word !== '' || rest.length > 0), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const peer = { name, process: child };
  const hello = await answer(peer);
  // ONNX Runtime does not say on which adapter it runs.
  if (name === 'tfjs' && hello.type === 'hello' && hello.adapter !== ours) {
    child.disconnect();
    throw new Error(`bench --peers: expected ${name} on our adapter ${ours}, got ${hello.adapter}; name one with --set adapter=NAME`);
  }
  return peer;
}

async function ask(peer: Peer, message: ToPeer): Promise<FromPeer> {
  peer.process.send(message);
  return answer(peer);
}

async function answer({ name, process: child }: Peer): Promise<FromPeer> {
  const died = new AbortController();
  const failure = once(child, 'exit', { signal: died.signal }).then(([code]): never => {
    throw new Error(`${name}: expected an answer, its process ended with code ${String(code)}; its message stands above`);
  });
  failure.catch(() => undefined);
  try {
    const [message] = (await Promise.race([once(child, 'message'), failure])) as [FromPeer];
    return message;
  } finally {
    died.abort();
  }
}
