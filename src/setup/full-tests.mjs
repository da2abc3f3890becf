// What only the full tests need: a Chromium to open reports in, SwiftShader, the second software adapter, which Debian's Chromium
// brings along (chromium-common), xz, which packs a bundle (a minimal Debian lacks it), and redis-server, which fleets work over (the
// tests start their own; Debian's package also begins a service, which they leave alone).
import { existsSync } from 'node:fs';
import { onPath } from './command.mjs';
import { CannotGoOn } from './step.mjs';
import { aptInstall, osRelease, rootPrefix } from './system.mjs';

const SWIFTSHADER = '/usr/lib/chromium/libvk_swiftshader.so';
const PACKAGES = ['chromium', 'chromium-common', 'xz-utils', 'redis-server'];

export async function fullTestsStep() {
  if (isThere()) return 'Chromium, SwiftShader, xz and Redis are there';
  const mayInstall = osRelease().ID === 'debian' && (await rootPrefix()) !== null; // Ubuntu's chromium is a snap without SwiftShader
  const failure = mayInstall ? await aptInstall({ install: PACKAGES }) : '';
  if (failure === null && isThere()) return 'Chromium, SwiftShader, xz and Redis installed';
  throw new CannotGoOn(
    `the full tests need Debian's ${PACKAGES.join(', ')}: \`chromium\`, \`xz\` and \`redis-server\` on the path and ${SWIFTSHADER}. ` +
      `Install them, or run npm test, which needs none of them.${failure ? `\n${failure}` : ''}`,
  );
}

function isThere() {
  return onPath('chromium') && onPath('xz') && onPath('redis-server') && existsSync(SWIFTSHADER);
}
