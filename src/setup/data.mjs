// The default data set. Where it may lie and how it is fetched is the room host's knowledge, which is compiled by now;
// what is added here is apt.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CannotGoOn, say } from './step.mjs';
import { aptInstall, rootPrefix } from './system.mjs';

export async function dataStep(root) {
  const host = await import(pathToFileURL(join(root, 'dist', 'host', 'index.js')).href);
  const name = host.DEFAULT_SET;
  const describe = (found) => `${name} in ${found.contents.folder}`;
  const found = host.findDataSet(name);
  if (found) return describe(found);
  const { debianPackage } = host.KNOWN_SETS.find((set) => set.name === name);
  if ((await rootPrefix()) !== null) {
    const failure = await aptInstall({ install: [debianPackage] });
    if (failure !== null) say(`apt has no ${debianPackage} here; fetching ${name} instead`);
  }
  try {
    return `${describe(await host.obtainDataSet(name, { log: { info: say, warn: say } }))}, fetched now`;
  } catch (error) {
    throw new CannotGoOn(error.message);
  }
}
