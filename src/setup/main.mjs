// What npm start, npm test, npm run test:all (--all) and npm run bench:peers (--peers) begin with: everything they need is
// made to be there. Idempotent, under 2 s when nothing is to do, plain JavaScript that needs no package to be installed.
// It decides nothing about the search; the steps' order is their dependence on each other.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adapterStep } from './adapter.mjs';
import { addonStep } from './addon.mjs';
import { buildStep } from './build.mjs';
import { leaveOnSignals } from './command.mjs';
import { dataStep } from './data.mjs';
import { fullTestsStep } from './full-tests.mjs';
import { takeTurn } from './lock.mjs';
import { nodeStep } from './node-version.mjs';
import { packagesStep } from './packages.mjs';
import { peersStep } from './peers.mjs';
import { CannotGoOn, step } from './step.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const flags = new Set(process.argv.slice(2));

async function setUp() {
  await step('node', () => nodeStep(root));
  await takeTurn(root);
  await step('packages', () => packagesStep(root));
  await step('addon', () => addonStep(root));
  await step('build', () => buildStep(root));
  await step('adapter', () => adapterStep());
  await step('data', () => dataStep(root));
  if (flags.has('--all')) await step('full tests', () => fullTestsStep());
  if (flags.has('--peers')) await step('peers', () => peersStep(root));
}

leaveOnSignals();
try {
  await setUp();
} catch (error) {
  if (!(error instanceof CannotGoOn)) throw error;
  process.stderr.write(`\nset-up cannot go on: ${error.message}\n`);
  process.exitCode = 1;
}
