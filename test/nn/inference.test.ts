// Looking without training: what evaluation says equals what the oracle says, and named weights survive the way to a file and back.
import { describe, expect, it } from 'vitest';
import { type Architecture, architectureHash } from '../../src/core/index.js';
import { decodeSafetensors, encodeSafetensors, moments } from '../../src/data/index.js';
import { beginTraining, decodeSnapshot, evaluate, flatWeights, namedWeights, parameterLayout, predictClasses, trainSettings, uploadImages } from '../../src/nn/index.js';
import { useDevice } from '../ops/fixture.js';
import { fieldsOf, imageField, imagesOf, NETS, randomWeights } from './nets.js';
import { exact } from './oracle/arithmetic.js';
import { look } from './oracle/network.js';

const gpu = useDevice();
const SET = imagesOf(70);
const SCALE = moments(SET);

describe('a trained network', () => {
  it.each(Object.entries(NETS))('sees what the oracle sees: %s', async (name, architecture) => {
    const weights = randomWeights(architecture, name);
    const network = { architecture, weights, moments: SCALE };
    const want = look(exact, architecture, fieldsOf(architecture, weights), imageField(SET, SCALE), [...SET.labels]);
    const got = await evaluate(gpu.context(), network, SET);
    const classes = await predictClasses(gpu.context(), network, SET);
    expect(got.rows).toBe(70);
    expect(Math.abs(got.loss - want.loss)).toBeLessThan(want.lossBound + 70 * 2 ** -24 * want.loss);
    const unsure = unsureRows(want.logits.v, want.logits.e, 5);
    expect(unsure.size).toBeLessThan(5);
    expect(Math.abs(got.accuracy * 70 - want.correct)).toBeLessThanOrEqual(unsure.size + 1e-3);
    classes.forEach((c, n) => unsure.has(n) || expect(c, `image ${n}`).toBe(best(want.logits.v.subarray(5 * n, 5 * n + 5))));
  });

  it('evaluates as its training did', async () => {
    const architecture = NETS['conv, max pool twice, two dense'] as Architecture;
    const validation = imagesOf(70, 1, 'test');
    const [a, b] = [uploadImages(gpu.device, SET, SCALE), uploadImages(gpu.device, validation, SCALE)];
    const settings = trainSettings({ batch_size: 16 });
    const training = await beginTraining(gpu.context(), { architecture, settings, seed: 'x', train: a, validation: b });
    await training.epoch();
    const judged = (await training.epoch()).validation;
    const bytes = await training.snapshot();
    [training, a, b].forEach((held) => held.release());
    const { length } = parameterLayout(architecture);
    const { weights } = decodeSnapshot(bytes, { architecture: architectureHash(architecture), optimizer: 'sgd', length, states: 1 });
    const got = await evaluate(gpu.context(), { architecture, weights, moments: SCALE }, validation);
    expect(got.accuracy).toBe(judged.accuracy);
    expect(Math.abs(got.loss - judged.loss)).toBeLessThan(1e-5 * judged.loss);
  });
});

describe('named weights', () => {
  const architecture = NETS['conv, max pool twice, two dense'] as Architecture;
  const flat = randomWeights(architecture, 'named');

  it('come back from a safetensors file as they went', () => {
    const named = namedWeights(architecture, flat);
    expect([...named.keys()]).toEqual(['layers.0.weight', 'layers.0.bias', 'layers.2.weight', 'layers.2.bias', 'layers.4.weight', 'layers.4.bias', 'layers.5.weight', 'layers.5.bias']);
    expect(named.get('layers.0.weight')?.shape).toEqual([4, 2, 3, 3]);
    const { tensors } = decodeSafetensors(encodeSafetensors({ tensors: named, metadata: {} }));
    expect(flatWeights(architecture, tensors)).toEqual(flat);
  });

  it('of another network are refused', () => {
    const named = namedWeights(architecture, flat);
    const other = NETS['dense alone'] as Architecture;
    expect(() => flatWeights(other, named)).toThrow(/layers.0.weight: expected f32 of 11x144, got f32 of 4x2x3x3/);
    named.delete('layers.2.bias');
    expect(() => flatWeights(architecture, named)).toThrow(/expected a tensor layers.2.bias, got none/);
    expect(() => flatWeights(architecture, new Map([...namedWeights(architecture, flat), ['more', { shape: [1], data: new Float32Array(1) }]]))).toThrow(/got more too/);
  });
});

function best(row: Float64Array): number {
  return row.indexOf(Math.max(...row));
}

/** Rows whose two largest logits are closer than rounding may move them. */
function unsureRows(logits: Float64Array, bounds: Float64Array, classes: number): Set<number> {
  const rows = Array.from({ length: logits.length / classes }, (_, n) => n);
  return new Set(rows.filter((n) => {
    const row = [...logits.subarray(n * classes, (n + 1) * classes)].sort((a, b) => b - a);
    return (row[0] as number) - (row[1] as number) <= 2 * Math.max(...bounds.subarray(n * classes, (n + 1) * classes));
  }));
}
