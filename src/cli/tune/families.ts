// The kernel families that have variants to choose from, and what identifies their kernels in this version.
import { KernelSources } from '../../gpu/index.js';
import { readKernels } from '../../host/index.js';
import { conv2dFamily, forestFamily, gatherFamily, kernelsOf, lstmFamily, matmulFamily, poolFamily, rbfFamily, softmaxFamily } from '../../ops/index.js';

export const FAMILIES = [conv2dFamily, forestFamily, gatherFamily, lstmFamily, matmulFamily, poolFamily, rbfFamily, softmaxFamily] as const;

/** Family -> hash of its kernels, as evidence carries it. Opens no device. */
export async function kernelHashes(): Promise<ReadonlyMap<string, string>> {
  const sources = new KernelSources(await readKernels());
  return new Map(FAMILIES.map((family) => [family.name, kernelsOf({ sources }, family)]));
}
