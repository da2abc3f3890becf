// Decides how a machine whose adapters Dawn does not accept can get one: which packages from where, or why set-up must
// stop and what the user installs. Pure: facts in, plan out; it is asked only after every driver there has failed.
import { backportsSource } from './apt-sources.mjs';

const PACKAGE = 'mesa-vulkan-drivers';
/** Dawn refuses the software driver of older Mesa releases: Debian 12 itself has 22.3, which does not answer. */
const OLDEST_DEBIAN = 12;
const BACKPORTS_DEBIAN = 12;
const OLDEST_UBUNTU = 24.04;
const ELSEWHERE =
  'Install a Vulkan driver, Mesa 23.2 or later (Fedora: mesa-vulkan-drivers; Arch: vulkan-radeon, vulkan-intel or, without a GPU, ' +
  "vulkan-swrast; NVIDIA: the maker's driver), and run this again.";

/**
 * @param {{ platform: string, release: Record<string, string>, sources: import('./apt-sources.mjs').Source[], canInstall: boolean }} machine
 *   release: the fields of /etc/os-release
 * @returns {{ install: string[], suite?: string, source?: string } | { stop: string }}
 */
export function driverPlan({ platform, release, sources, canInstall }) {
  if (platform === 'darwin') return { stop: 'Metal gives no adapter here; update macOS, or run on a Mac with Metal.' };
  if (platform === 'win32') return { stop: "Install or update the graphics card's driver, and run this again." };
  const plan = planFor(release, sources);
  if ('stop' in plan || canInstall) return plan;
  return { stop: `Install the driver as root, and run this again:\n${commandsOf(plan).map((line) => `    ${line}`).join('\n')}` };
}

function planFor(release, sources) {
  const version = Number(release.VERSION_ID);
  if (release.ID === 'ubuntu') {
    return version >= OLDEST_UBUNTU ? { install: [PACKAGE] } : { stop: `Ubuntu ${release.VERSION_ID} has too old a ${PACKAGE}: use ${OLDEST_UBUNTU} or later. ${ELSEWHERE}` };
  }
  if (release.ID !== 'debian') return { stop: ELSEWHERE };
  if (version < OLDEST_DEBIAN) return { stop: `Debian ${release.VERSION_ID} has too old a ${PACKAGE}: use ${OLDEST_DEBIAN} or later. ${ELSEWHERE}` };
  if (version === BACKPORTS_DEBIAN) return backportsPlan(release.VERSION_CODENAME ?? 'bookworm', sources);
  return { install: [PACKAGE] }; // 13 and later; testing and unstable have no VERSION_ID
}

function backportsPlan(codename, sources) {
  const backports = backportsSource(sources, codename);
  if (!backports) {
    return { stop: `The apt sources have no main part of ${codename} to derive its backports from. Add ${codename}-backports, then: apt-get install -t ${codename}-backports ${PACKAGE}` };
  }
  const { suite, source } = backports;
  return { install: [PACKAGE], suite, ...(source === null ? {} : { source }) };
}

/** Where the derived source goes. It stays there, so that the driver gets that suite's updates. */
export const SOURCE_FILE = '/etc/apt/sources.list.d/foretell-backports.sources';

/** What a person would type for a plan. */
export function commandsOf({ install, suite, source }) {
  const add = source ? [`printf '%s' '${source.replaceAll("'", "'\\''")}' > ${SOURCE_FILE}`] : [];
  return [...add, 'apt-get update', `apt-get install ${suite ? `-t ${suite} ` : ''}${install.join(' ')}`];
}
