// `node dist/bench/rounds.js [--space metaqnn,chain,nasbench201] [--model ridge] [--candidates 50000]`: what a round of predictor-guided search costs in a space: candidates are drawn
// and numbered, ranked by a regression fitted on 60 scores, and the best are kept. Nothing is trained: a score is a function of the candidate's numbers. One JSON line a space and model.
import { parseArgs } from 'node:util';
import { createRng, type Space } from '../core/index.js';
import { nativeSolver, RegressionSurrogate, type NativeKind } from '../predict/index.js';
import { ChainSpace, chainSpaceDefaults, guidedSource, MetaqnnNetSpace, NasBench201Space, spaceDomain, type Source } from '../search/index.js';

const KNOWN = 60;
const EPOCHS = 12;
const SQUARE = { input: { channels: 1, height: 28, width: 28 }, classes: 10 };

const SPACES: { readonly [name: string]: () => Space } = {
  metaqnn: () => new MetaqnnNetSpace({ ...SQUARE, multiplier: 1 / 16, epochs: EPOCHS }),
  chain: () => new ChainSpace({ ...SQUARE, ...chainSpaceDefaults }),
  nasbench201: () => new NasBench201Space({ ...SQUARE, epochs: EPOCHS }),
};

const { values } = parseArgs({ options: { space: { type: 'string', default: Object.keys(SPACES).join() }, model: { type: 'string', default: 'ridge' }, candidates: { type: 'string', default: '50000' } } });

for (const space of values.space.split(',')) {
  for (const model of values.model.split(',')) {
    const candidates = Number(values.candidates);
    await measure(space, model as NativeKind, 1); // the just-in-time compiler's share
    const fit = await measure(space, model as NativeKind, 1);
    const round = await measure(space, model as NativeKind, candidates);
    const [seconds, cpu] = [round.seconds - fit.seconds, round.cpu - fit.cpu];
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(JSON.stringify({ space, model, candidates, round_s: rounded(seconds), round_cpu_s: rounded(cpu), us_a_candidate: rounded((1e6 * cpu) / candidates), fit_s: rounded(fit.seconds), best: round.best, peak_rss_mib: peak }));
  }
}

/** One round after `KNOWN` random trials: seconds of wall clock and of processor time, and what it says is best. */
async function measure(name: string, kind: NativeKind, candidates: number): Promise<{ readonly seconds: number; readonly cpu: number; readonly best: object | undefined }> {
  const make = SPACES[name];
  if (make === undefined) throw new Error(`rounds: expected one of ${Object.keys(SPACES).join(', ')}, got ${name}`);
  const source = guidedSource(spaceDomain(make()), new RegressionSurrogate({ kind, draws: 10, solver: nativeSolver }), { initial: KNOWN, round: 10, refit: true, candidates, explore: 0 }, createRng(1));
  await tryAtRandom(source);
  const began = { wall: performance.now(), cpu: process.cpuUsage() };
  const offer = await source.next(KNOWN);
  const { user, system } = process.cpuUsage(began.cpu);
  return { seconds: (performance.now() - began.wall) / 1000, cpu: (user + system) / 1e6, best: offer?.candidate.ap };
}

async function tryAtRandom(source: Source): Promise<void> {
  for (let trial = 0, seq = 1; trial < KNOWN; trial++) {
    const offer = await source.next(trial);
    if (offer === null) throw new Error(`rounds: expected ${KNOWN} candidates, got ${trial}`);
    const { layers = 0, flops = 1 } = offer.candidate.ap;
    source.tell({ type: 'start', trial, candidate: offer.candidate, until: EPOCHS, seq: seq++, time: 0 });
    source.tell({ type: 'value', trial, y: Math.log(flops) - 0.1 * Math.abs(layers - 9), at: EPOCHS, predicted: false, seq: seq++, time: 0 });
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
