// `foretell predict`: what a saved net says of images.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { reading } from '../files.js';
import type { Ends, World } from '../world.js';
import { logTo } from '../terminal.js';

interface PredictOptions {
  readonly checkpoint: string;
  readonly data: string;
  readonly json?: boolean;
}

export function addPredict(program: Command, { terminal, machine }: World, ends: Ends): void {
  program
    .command('predict')
    .description('classify the test images of a data set with a saved net')
    .requiredOption('--checkpoint <file>', 'weights, as search and train save them (.safetensors)')
    .requiredOption('--data <data>', 'a known image set, synthetic, or the path of a folder')
    .option('--json', 'one JSON line an image, the summary last')
    .action(
      ends(async ({ checkpoint, data, json }: PredictOptions) => {
        const { decodeSafetensors } = await import('../../data/index.js');
        const weights = decodeSafetensors(reading(checkpoint, () => readFileSync(checkpoint)), checkpoint);
        const here = await machine();
        const { imagesFor, requireClasses } = await import('../saved-images.js');
        const { test } = await here.openImages(data, imagesFor(weights), logTo(terminal));
        requireClasses(weights, test, checkpoint);
        const predicted = await here.classify(weights, test, { warn: logTo(terminal).warn });
        const right = predicted.reduce((sum, label, i) => sum + (label === test.labels[i] ? 1 : 0), 0);
        const summary = { images: test.count, right, accuracy: right / test.count };
        if (json !== true) return terminal.out(`accuracy ${summary.accuracy.toFixed(4)}: ${right} of ${test.count} images of ${test.name}`);
        predicted.forEach((label, i) => terminal.out(JSON.stringify({ type: 'prediction', image: i, predicted: label, label: test.labels[i] })));
        terminal.out(JSON.stringify({ type: 'summary', ...summary }));
      }),
    );
}
