// Batch norm over channels (or units), with its ReLU. A training step normalises by the batch's own mean and variance and moves the
// running ones, which no gradient reaches; an evaluation uses those. Rows behind a short batch's last image do not count.
import { BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, type BatchNormLayer } from '../../core/index.js';
import { batchNormBackward, batchNormForward, batchNormInference } from '../../ops/index.js';
import type { ParameterValue } from '../parameter-values.js';
import type { Stage, Step } from '../step.js';
import { type Value, value } from '../value.js';
import { maskedGradient } from './epilogue.js';

export interface BatchNormParameters {
  readonly scale: ParameterValue;
  readonly shift: ParameterValue;
  readonly mean: Value;
  readonly variance: Value;
}

export function batchNormStage(layer: BatchNormLayer, input: Value, output: Value, parameters: BatchNormParameters): Stage {
  const { momentum = BATCH_NORM_MOMENTUM, epsilon = BATCH_NORM_EPSILON, activation } = layer;
  const { scale, shift, mean, variance } = parameters;
  const relu = activation === 'relu';
  const channels = [input.shape[1] ?? 1];
  const batchMean = value(`${output.name} batch mean`, channels);
  const batchInvstd = value(`${output.name} batch invstd`, channels);
  const training: Step = {
    label: `${output.name} forward`,
    reads: [input, scale.value, shift.value, mean, variance],
    writes: [output, batchMean, batchInvstd, mean, variance],
    follows: ['count'],
    prepare: (context, t) =>
      batchNormForward(context, {
        x: t(input), gamma: t(scale.value), beta: t(shift.value), y: t(output),
        mean: t(batchMean), invstd: t(batchInvstd), runningMean: t(mean), runningVar: t(variance),
      }, { momentum, epsilon, relu }),
  };
  const inference: Step = {
    label: `${output.name} inference`,
    reads: [input, scale.value, shift.value, mean, variance],
    writes: [output],
    prepare: (context, t) =>
      batchNormInference(context, { x: t(input), gamma: t(scale.value), beta: t(shift.value), runningMean: t(mean), runningVar: t(variance), y: t(output) }, { epsilon, relu }),
  };
  return {
    output,
    forward: (train) => [train ? training : inference],
    backward: (above, below) => {
      const { gradient, steps } = maskedGradient(output, above, relu);
      return [...steps, backwardStep(gradient, below)];
    },
  };

  function backwardStep(gradient: Value, below: Value | null): Step {
    return {
      label: `${output.name} gradient`,
      reads: [input, gradient, scale.value, batchMean, batchInvstd],
      writes: [...(below ? [below] : []), scale.gradient, shift.gradient],
      follows: ['count'],
      prepare: (context, t) =>
        batchNormBackward(context, {
          x: t(input), dy: t(gradient), gamma: t(scale.value), mean: t(batchMean), invstd: t(batchInvstd),
          ...(below ? { dx: t(below) } : {}), dgamma: t(scale.gradient), dbeta: t(shift.gradient),
        }),
    };
  }
}
