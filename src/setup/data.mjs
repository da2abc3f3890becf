// The default data set. Where it may lie and how it is fetched is the room host's knowledge, which is compiled by now;
// what is added here is apt. The one step that does not stop set-up: the search may be about to use another set, which
// only it knows (npm start -- --data FOLDER), and where it is not, it stops with the same words.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { say } from './step.mjs';
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
    if (failure !== null) say(`apt could not install ${debianPackage}; fetching ${name} instead`);
  }
  try {
    return `${describe(await host.obtainDataSet(name, { log: { info: say, warn: say } }))}, fetched now`;
  } catch (error) {
    return `${error.message}\n          Going on without it: only what names another set with --data will run`;
  }
}
