// A net in a safetensors file: weights by layer, and in the metadata what it takes to use them (architecture, what pixels were
// normalised with, what it was trained on).
import { z } from 'zod';
import { architectureSchema, DataError, describeArchitecture, messageOf } from '../core/index.js';
import type { ImageFacts, ImageSet, ImageStream, Tensors } from '../data/index.js';
import type { Device } from '../gpu/index.js';
import { flatWeights, namedWeights, predictClasses, type TrainedNetwork } from '../nn/index.js';
import type { Chooser } from '../tune/index.js';

const metadata = z.object({
  format: z.literal('foretell-net-1'),
  architecture: architectureSchema,
  moments: z.object({ mean: z.array(z.number()), std: z.array(z.number().positive()) }),
});

export function saveNet({ architecture, weights, moments }: TrainedNetwork, trainedOn: ImageFacts): Tensors {
  return {
    tensors: namedWeights(architecture, weights),
    metadata: {
      format: 'foretell-net-1',
      architecture: JSON.stringify(architecture),
      moments: JSON.stringify(moments),
      description: describeArchitecture(architecture),
      data: trainedOn.name,
      classes: JSON.stringify(trainedOn.classNames ?? trainedOn.classes),
    },
  };
}

/** Throws DataError where the file is no net of foretell's. */
export function loadNet({ tensors, metadata: strings }: Tensors): TrainedNetwork {
  const parsed = metadata.safeParse({ format: strings['format'], architecture: json(strings['architecture']), moments: json(strings['moments']) });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DataError(`weights: expected the metadata of a net that foretell saved, got ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'other metadata'}; give a file that search wrote`);
  }
  const { moments, architecture } = parsed.data;
  return { architecture, moments, weights: flatWeights(architecture, tensors) };
}

export function classify(device: Device, chooser: Chooser, saved: Tensors, images: ImageSet | ImageStream): Promise<Uint32Array> {
  return predictClasses({ device, chooser }, loadNet(saved), images);
}

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    throw new DataError(`weights: expected JSON in the metadata, got ${messageOf(error)}; the file is corrupt: take another copy`);
  }
}
