// The C++ addon: built, newer than its sources, and loadable by this Node.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runNpm, tail } from './command.mjs';
import { buildEnvironment, ensureCompiler } from './compiler.mjs';
import { CannotGoOn, say } from './step.mjs';

export async function addonStep(root) {
  const file = join(root, 'build', 'Release', 'foretell.node');
  const reason = reasonToBuild(root, file);
  if (reason === null) return 'built, loads';
  await ensureCompiler();
  say(`building the native addon (${reason})`);
  const { code, output } = await runNpm(['run', 'install'], { cwd: root, env: buildEnvironment() });
  if (code !== 0) throw new CannotGoOn(`the native addon does not build; the compiler's last lines are below. It needs C++20: g++ 11 or clang 14.\n${tail(output)}`);
  const failure = loadFailure(file);
  if (failure !== null) throw new CannotGoOn(`the native addon was built and does not load: ${failure}`);
  return 'built';
}

function reasonToBuild(root, file) {
  if (!existsSync(file)) return 'there is none';
  const built = statSync(file).mtimeMs;
  const changed = addonSources(root).find((source) => statSync(source).mtimeMs > built);
  if (changed) return `${changed.slice(root.length + 1)} is newer`;
  const failure = loadFailure(file);
  return failure === null ? null : `it does not load: ${failure}`;
}

function addonSources(root) {
  const native = readdirSync(join(root, 'native'), { recursive: true }).filter((name) => /\.(cpp|hpp|h|cc)$|^sources\.txt$/.test(name));
  return [join(root, 'binding.gyp'), ...native.map((name) => join(root, 'native', name))];
}

function loadFailure(file) {
  try {
    createRequire(import.meta.url)(file);
    return null;
  } catch (error) {
    return error.message;
  }
}
