// What an op must at least do, for the bench's roofline; families with variants say the same through `flops` and `bytes`.

export interface Cost {
  readonly flops: number;
  /** Every input read once, every output written once. */
  readonly bytes: number;
}
