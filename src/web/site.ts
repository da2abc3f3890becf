// The laboratory's page as files: the page itself, its modules, the kernels. Held in memory; writing and serving are next door.
import { html, plotLibraries, renderDocument } from '../report/index.js';
import { readKernels } from '../host/index.js';
import { gatherModules } from './modules.js';

/** Path -> text. */
export type Site = ReadonlyMap<string, string>;

const ROOT = new URL('../', import.meta.url);

/** `root`: the folder of the compiled code; a test that runs from the sources hands in its own. */
export async function buildSite(root: URL = ROOT): Promise<Site> {
  const main = new URL('web/page/main.js', root);
  const { files, imports } = gatherModules(main, root, (name) => import.meta.resolve(name));
  const page = renderDocument({ title: 'kernels in this browser', body: BODY, data: null, scripts: plotLibraries(), modules: { main: './modules/web/page/main.js', imports } });
  return new Map([['index.html', page], ['kernels.json', JSON.stringify(await readKernels())], ...files]);
}

const BODY = html`<h1>Kernels in this browser</h1>
<p class="soft">Measures foretell's WGSL kernels on this browser's adapter. Every result is checked; nothing is sent anywhere.</p>
<p><label>cases <select id="filter"><option value="">all</option></select></label>
<label>seconds a variant <input id="min-time" type="number" min="0.01" step="0.05" value="0.2"></label>
<button type="button" id="run">Measure</button> <button type="button" id="stop" disabled>Stop</button> <a id="save" download="bench.jsonl" hidden>Save the results</a></p>
<p id="state" role="status">Loading.</p>
<div id="report"></div>`;
