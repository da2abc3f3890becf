// bench:peers: training throughput of one small CNN, ours against TensorFlow.js's WebGPU backend, on one adapter in one run.
// Each side has a process of its own; rounds take turns, so that what slows the machine slows both. Medians of the rounds.
//   npm run bench:peers -- [--json] [--rounds N] [--adapter NAME]        the last line is the result
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../../tune/index.js';
import type { Round } from './cnn-net.js';

interface Side {
  readonly name: string;
  readonly adapter: string;
  readonly process: ChildProcess;
  readonly rounds: Round[];
}

/** Rounds before the measured ones: pipelines compile, buffers are made. */
const WARM_UP = 2;

async function openSide(name: string, script: string, adapter: string | undefined): Promise<Side> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(path, adapter === undefined ? [] : [adapter], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const hello = (await answer(name, child)) as { adapter: string };
  return { name, adapter: hello.adapter, process: child, rounds: [] };
}

async function answer(name: string, child: ChildProcess): Promise<unknown> {
  const died = new AbortController();
  const failure = once(child, 'exit', { signal: died.signal }).then(([code]) => {
    throw new Error(`${name}: expected an answer, the process ended with code ${code}; its message stands above`);
  });
  failure.catch(() => undefined);
  try {
    const [message] = (await Promise.race([once(child, 'message'), failure])) as [unknown];
    return message;
  } finally {
    died.abort();
  }
}

async function round(side: Side): Promise<Round> {
  side.process.send('round');
  return (await answer(side.name, side.process)) as Round;
}

/** Samples a second; throws unless the side trained: its loss must have fallen by half. */
function throughput({ name, rounds }: Side, first: number): number {
  const last = rounds.at(-1)?.loss ?? NaN;
  if (!(last < 0.5 * first)) throw new Error(`${name}: expected the loss to fall below half of ${first}, got ${last}; a side that does not learn proves nothing`);
  return median(rounds.map(({ samples, seconds }) => samples / seconds));
}

async function measure(sides: readonly Side[], rounds: number, say: (line: string) => void): Promise<number[]> {
  const first: number[] = [];
  for (let i = -WARM_UP; i < rounds; i++) {
    for (const [at, side] of sides.entries()) {
      const done = await round(side);
      first[at] ??= done.loss;
      if (i >= 0) side.rounds.push(done);
      say(`${i < 0 ? 'warm-up' : `round ${i + 1}`}  ${side.name}  ${(done.samples / done.seconds).toFixed(0)} samples/s  loss ${done.loss.toFixed(4)}`);
    }
  }
  return sides.map((side, at) => throughput(side, first[at] ?? NaN));
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, rounds: { type: 'string', default: '7' }, adapter: { type: 'string' } } });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const sides = [await openSide('ours', './cnn-ours.js', values.adapter), await openSide('tfjs', './cnn-tfjs.js', values.adapter)];
  try {
    const [adapter, other] = sides.map((side) => side.adapter);
    if (adapter !== other) throw new Error(`expected both sides on one adapter, got ${adapter} and ${other}; name one with --adapter`);
    say(`adapter: ${adapter}`);
    const [ours = NaN, tfjs = NaN] = await measure(sides, Number(values.rounds), say);
    const ratio = ours / tfjs;
    if (!values.json) process.stdout.write(`ours ${ours.toFixed(0)} samples/s, TensorFlow.js ${tfjs.toFixed(0)} samples/s\n`);
    process.stdout.write(`${JSON.stringify({ ours: Math.round(ours), tfjs: Math.round(tfjs), ratio: Math.round(ratio * 100) / 100 })}\n`);
  } finally {
    for (const side of sides) side.process.disconnect();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`bench:peers: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
