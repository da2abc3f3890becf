// The device of predictors that train nets: opened at the first one, closed once.
import type { OpContext } from '../ops/index.js';
import type { Compute, Machine } from './machine.js';

export interface LazyCompute {
  openContext(): Promise<OpContext>;
  /** Of what was opened; nothing where nobody asked. */
  close(): Promise<void>;
}

export function computeOf(machine: Machine, warn: (message: string) => void, adapter?: string): LazyCompute {
  let opened: Promise<Compute> | null = null;
  return {
    openContext: async () => (await (opened ??= machine.openCompute({ warn, ...(adapter === undefined ? {} : { adapter }) }))).context,
    close: async () => (await opened?.catch(() => null))?.close(),
  };
}
