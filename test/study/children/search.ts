// A whole search with fakes on a real study file and folder; says 'epoch N' as it goes and 'done' at the end.
import { createStudy, folderCheckpoints, runStudy } from '../../../src/study/index.js';
import { fakeRunner } from '../fakes/fakes.js';
import { killParts } from './kill-parts.js';

const path = process.argv[2] ?? '';
const store = folderCheckpoints(`${path}.ckpt`);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const study = await createStudy({ ...killParts(), journal: path, checkpoints: store });
study.watch((event) => {
  if (event.type === 'epoch') console.log(`epoch ${study.state.totals.epochs}`);
});
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
const result = await runStudy(study, fakeRunner({ before: pause, bytes: 3000 }), store, { parallel: 3, signal: stop.signal });
await study.close();
console.log(result.interrupted ? 'interrupted' : 'done');
