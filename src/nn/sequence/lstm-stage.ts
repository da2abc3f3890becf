// A layer of LSTM over a window. Its states live from one window to the next: row 0 is what comes in (the row T before, or zeros
// where the param `keep` is 0), and gradients end there.
import { lstmBackward, lstmCarry, lstmForward } from '../../ops/index.js';
import type { ParameterValue } from '../parameter-values.js';
import type { Stage, Step } from '../step.js';
import { type Value, value } from '../value.js';
import type { WindowExtents } from './window-extents.js';

export interface LstmParameters {
  /** 4H x I. */
  readonly input: ParameterValue;
  /** 4H x H. */
  readonly recurrent: ParameterValue;
  /** 4H. */
  readonly bias: ParameterValue;
}

/** `below` is T B x I; the stage's output T B x H. `states` must outlive a window (h and c, T + 1 rows each). */
export function lstmStage(
  name: string,
  below: Value,
  { input: w, recurrent: r, bias }: LstmParameters,
  { steps: T, streams: B, hidden: H }: WindowExtents & { readonly hidden: number },
): { stage: Stage; states: readonly Value[] } {
  const I = below.shape[1] ?? 0;
  const output = value(name, [T * B, H]);
  const gates = value(`${name} gates`, [T, B, 4 * H]);
  const [h, c] = [value(`${name} h`, [T + 1, B, H]), value(`${name} c`, [T + 1, B, H])];
  const carry: Step = {
    label: `${name} carry`, reads: [h, c], writes: [h, c], follows: ['keep'],
    prepare: (context, t) => lstmCarry(context, { h: t(h), c: t(c) }),
  };
  const forward: Step = {
    label: `${name} forward`, reads: [below, w.value, r.value, bias.value, h, c], writes: [gates, h, c, output],
    prepare: (context, t) => {
      const tensors = { w: t(w.value), r: t(r.value), bias: t(bias.value), gates: t(gates), h: t(h), c: t(c) };
      return lstmForward(context, { ...tensors, x: t(below).view([T, B, I]), y: t(output).view([T, B, H]) });
    },
  };
  const backward = (gradient: Value, to: Value | null): Step => ({
    label: `${name} backward`, reads: [below, w.value, r.value, gates, h, c, gradient],
    writes: [gates, w.gradient, r.gradient, bias.gradient, ...(to ? [to] : [])],
    prepare: (context, t) => {
      const tensors = { w: t(w.value), r: t(r.value), gates: t(gates), h: t(h), c: t(c) };
      const gradients = { dy: t(gradient).view([T, B, H]), dw: t(w.gradient), dr: t(r.gradient), dbias: t(bias.gradient) };
      return lstmBackward(context, { ...tensors, x: t(below).view([T, B, I]), ...gradients, ...(to ? { dx: t(to).view([T, B, I]) } : {}) });
    },
  });
  return { stage: { output, forward: () => [carry, forward], backward: (gradient, to) => [backward(gradient, to)] }, states: [h, c] };
}
