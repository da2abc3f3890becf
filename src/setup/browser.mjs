// For the full tests only: a Chromium to open reports in, and SwiftShader, the second software adapter, which Debian's
// Chromium brings along (chromium-common).
import { existsSync } from 'node:fs';
import { onPath } from './command.mjs';
import { CannotGoOn } from './step.mjs';
import { aptInstall, osRelease, rootPrefix } from './system.mjs';

const SWIFTSHADER = '/usr/lib/chromium/libvk_swiftshader.so';
const PACKAGES = ['chromium', 'chromium-common'];

export async function browserStep() {
  if (isThere()) return 'Chromium and SwiftShader are there';
  const mayInstall = osRelease().ID === 'debian' && (await rootPrefix()) !== null; // Ubuntu's chromium is a snap without SwiftShader
  const failure = mayInstall ? await aptInstall({ install: PACKAGES }) : '';
  if (failure === null && isThere()) return 'Chromium and SwiftShader installed';
  throw new CannotGoOn(
    `the full tests need Debian's ${PACKAGES.join(' and ')}: \`chromium\` on the path and ${SWIFTSHADER}. ` +
      `Install them, or run npm test, which needs neither.${failure ? `\n${failure}` : ''}`,
  );
}

function isThere() {
  return onPath('chromium') && existsSync(SWIFTSHADER);
}
