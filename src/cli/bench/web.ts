// `foretell bench --web`: the laboratory as a page, served until Ctrl-C or written as a folder.
import { once } from 'node:events';
import { writing } from '../files.js';
import { withSignals } from '../signals.js';
import type { Terminal } from '../terminal.js';

export async function benchPage(folder: string | undefined, terminal: Terminal): Promise<void> {
  const { buildSite, serveSite, writeSite } = await import('../../web/index.js');
  const site = await buildSite();
  if (folder !== undefined) {
    writing(folder, '--out', () => writeSite(site, folder));
    terminal.out(`${folder}: ${site.size} files; serve them with any static web server (a browser loads no modules from file:)`);
    return;
  }
  await withSignals(() => undefined, async (signal) => {
    const serving = await serveSite(site);
    terminal.out(`${serving.address}  open it in a browser with WebGPU; Ctrl-C ends it`);
    await once(signal, 'abort');
    await serving.close();
  });
}
