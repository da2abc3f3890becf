// Where this machine keeps what may be made again (cache): the XDG folders, and their counterparts on macOS and Windows.
// Studies are not here: they are the user's, and lie where the user says.
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** FORETELL_CACHE, else the platform's cache folder for foretell. Not created here. */
export function cacheFolder(env: Environment = process.env, platform: NodeJS.Platform = process.platform): string {
  const own = env['FORETELL_CACHE'];
  if (own !== undefined && own !== '') return own;
  return join(cacheHome(env, platform), 'foretell');
}

function cacheHome(env: Environment, platform: NodeJS.Platform): string {
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg !== undefined && xdg.startsWith('/')) return xdg; // a relative one is to be ignored, says the specification
  const home = env['HOME'] ?? homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  if (platform === 'win32') return env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local');
  return join(home, '.cache');
}
