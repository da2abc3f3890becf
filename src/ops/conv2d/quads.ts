// What conv2d's subgroup kernels share: outputs in quads of four along a row, images padded so that a row of taps is a few
// aligned vec4.
import type { Conv2dShape } from './shape.js';

/** Filter widths and strides along a row that the kernels are unrolled for. */
export const WIDTHS: readonly number[] = [1, 3, 5, 7];
export const STRIDES: readonly number[] = [1, 2];

/** vec4 that a row of outputs needs of a padded row of images. */
export function pitchOf(outputs: number, S: number, stride: number): number {
  return (Math.ceil(outputs / 4) - 1) * stride + Math.floor((3 * stride + S + 3) / 4);
}

/** Rows and columns that a filter spans, with those between dilated taps. */
export function spanOf({ R, S, dilateH, dilateW }: Conv2dShape): { readonly rows: number; readonly columns: number } {
  return { rows: (R - 1) * dilateH + 1, columns: (S - 1) * dilateW + 1 };
}
