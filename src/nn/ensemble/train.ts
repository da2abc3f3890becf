// Training of an ensemble: every member goes through its own rows in its own order, all in one submit a step; nothing is read back before the end.
// Bit for bit: weights, orders and dropout are functions of the seed, so the same request on the same adapter gives the same weights.
import { createRng, type Rng, TrialError } from '../../core/index.js';
import type { EnsembleLoss, OpContext } from '../../ops/index.js';
import { submitAhead } from '../batch-program.js';
import type { TrainSettings } from '../hyper.js';
import { initialWeights } from '../init.js';
import { uploadWeights } from '../memory.js';
import { updateParams } from '../optimizer.js';
import { learningRateAt } from '../schedule.js';
import { type EnsembleSet, type Hold, holding, prepareStep, uploadSet } from './prepare.js';
import { ensembleParameters, type EnsembleSpec } from './spec.js';

export interface EnsembleTraining {
  readonly spec: EnsembleSpec;
  readonly set: EnsembleSet;
  /** One a row. */
  readonly targets: Float32Array<ArrayBuffer>;
  /** Rows that each member is trained on, by number; equally many, or up to one more. */
  readonly rows: readonly (readonly number[])[];
  readonly settings: TrainSettings;
  readonly loss: EnsembleLoss;
  readonly epochs: number;
  readonly seed: string;
  /** Where to go on from; absent = from first weights. */
  readonly from?: Float32Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
}

/** The trained weights, flat by `ensembleParameters`. Throws TrialError 'diverged' where a loss is not finite. */
export function trainEnsemble(context: OpContext, training: EnsembleTraining): Promise<Float32Array<ArrayBuffer>> {
  return holding((hold) => train(context, training, hold));
}

async function train(context: OpContext, { spec, set, targets, rows, settings, loss, epochs, seed, from, signal }: EnsembleTraining, hold: Hold): Promise<Float32Array<ArrayBuffer>> {
  const { device } = context;
  const most = rows.reduce((longest, { length }) => Math.max(longest, length), 0);
  const batch = Math.min(settings.batch, most);
  const rng = createRng(seed);
  const order = hold(device.tensor([spec.members, most], { type: 'u32', label: 'ensemble orders' }));
  const stats = hold(device.tensor([spec.members], { label: 'ensemble losses' }));
  const source = uploadSet(device, spec, set, order, batch, hold);
  const judged = { targets: hold(device.tensor([set.count], { data: targets, label: 'ensemble targets' })), stats, loss };
  const { memory, program } = await prepareStep(context, spec, batch, source, judged, settings, hold);
  uploadWeights(device, memory, from ?? initialWeights(ensembleParameters(spec), rng));
  device.clear(stats, ...memory.state);
  const draws = rng.fork('draws').int(2 ** 32);
  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    signal?.throwIfAborted();
    device.upload(order, ordersOf(rows, most, rng.fork('order', epoch)));
    const rate = learningRateAt(settings, epoch);
    const starts = Array.from({ length: Math.ceil(most / batch) }, (_, i) => i * batch);
    await submitAhead(device, starts, (start) => {
      step++;
      program.run({ start, count: Math.min(batch, most - start), step, seed: draws, epoch }, updateParams(settings, rate, step));
    });
    // Bounds what the queue holds.
    if (epoch % SETTLED_EPOCHS === 0) await device.settle();
  }
  const [losses, weights] = (await device.readAll([stats, memory.weights])) as [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
  if (losses.every(Number.isFinite) && weights.every(Number.isFinite)) return weights;
  throw new TrialError('diverged', `ensemble: expected finite losses of ${spec.members} members, got ${losses.join(', ')}; lower the learning rate`);
}

const SETTLED_EPOCHS = 8;

/** Each member's rows shuffled; a shorter list begins again, so that all are of one length. */
function ordersOf(rows: readonly (readonly number[])[], most: number, rng: Rng): Uint32Array<ArrayBuffer> {
  const orders = new Uint32Array(rows.length * most);
  rows.forEach((own, e) => {
    const shuffled = rng.fork(e).shuffle([...own]);
    for (let i = 0; i < most; i++) orders[e * most + i] = shuffled[i % shuffled.length] as number;
  });
  return orders;
}
