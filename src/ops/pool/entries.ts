// Which entry point of a pool kernel file serves a direction; the files share their entries' names.
import type { PipelineKey } from '../../gpu/index.js';
import type { Direction } from '../contracts.js';
import type { PoolShape } from './shape.js';

export function poolEntry(direction: Direction, { max, chosen }: PoolShape): string {
  if (!max) return `average_${direction}`;
  return direction === 'forward' && chosen ? 'max_forward_chosen' : `max_${direction}`;
}

/** ReLU is applied forward; backward, the recorded choice has it in. */
export function poolOverrides(direction: Direction, { relu }: PoolShape): Record<string, number> {
  return direction === 'forward' && relu ? { RELU: 1 } : {};
}

export function poolPipelines(file: string): PipelineKey[] {
  const forward = ['max_forward', 'max_forward_chosen'];
  return [
    ...['average_forward', 'average_grad_input', 'max_grad_input', ...forward].map((entry) => ({ file, entry, overrides: {} })),
    ...forward.map((entry) => ({ file, entry, overrides: { RELU: 1 } })),
  ];
}
