// How much of a text a language model sees at once.

export interface WindowExtents {
  /** T. */
  readonly steps: number;
  /** B, read in parallel. */
  readonly streams: number;
}
