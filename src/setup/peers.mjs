// The libraries that bench:peers measures against, in .cache/peers: outside the main dependencies, fetched on demand.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm, tail } from './command.mjs';
import { CannotGoOn, say } from './step.mjs';

const TFJS = '4.22.0';
/** ONNX Runtime's binaries lie in its package; its install script, which would fetch CUDA's, is not run. pbf encodes its models. */
const ORT = '1.30.0';
const DEPENDENCIES = { '@tensorflow/tfjs-backend-webgpu': TFJS, '@tensorflow/tfjs-core': TFJS, '@tensorflow/tfjs-layers': TFJS, 'onnxruntime-node': ORT, pbf: '4.0.2' };

export async function peersStep(root) {
  const folder = join(root, '.cache', 'peers');
  if (Object.entries(DEPENDENCIES).every(([name, version]) => installedVersion(folder, name) === version)) return `tfjs ${TFJS} and onnxruntime ${ORT} are there`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: DEPENDENCIES }, null, 2));
  say(`npm install of tfjs ${TFJS} and onnxruntime ${ORT} into .cache/peers`);
  const { code, output } = await runNpm(['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  if (code !== 0) throw new CannotGoOn(`the peers could not be installed; check the network and the registry that npm is set to.\n${tail(output)}`);
  return `tfjs ${TFJS} and onnxruntime ${ORT} installed`;
}

/** npm lists what is there in a file that it writes last: a half-done install has none. */
function installedVersion(folder, name) {
  const file = join(folder, 'node_modules', '.package-lock.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages[`node_modules/${name}`]?.version : undefined;
}
