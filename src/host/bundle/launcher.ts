// The two small programs that a bundle brings along: the command `foretell`, and a probe that says which libraries the box lacks. The
// command uses the shell's own words alone: a bare box may have neither dirname nor readlink.
import { VULKAN_LOADER } from './contents.js';

/** Exit codes of the probe. */
const LACKS_LOADER = 10;

/**
 * The box's own C++ runtime and Vulkan loader go first, since its driver may need newer ones than ours; ours fill the gaps. `data/` beside it,
 * where the bundle has one, is where data sets are looked for.
 */
export const LAUNCHER = `#!/bin/sh
# foretell, with all that it needs but a GPU driver and the C library.
case $0 in */*) here=\${0%/*} ;; *) here=. ;; esac
if [ -L "$0" ] && command -v readlink >/dev/null 2>&1; then
  target=$(readlink -f "$0")
  here=\${target%/*}
fi
here=$(cd "$here" && pwd -P) || exit 1
before=$LD_LIBRARY_PATH
probe() {
  "$here/bin/node" "$here/probe.cjs" >/dev/null 2>&1
  state=$?
}
probe
if [ $state -ne 0 ] && [ $state -ne ${LACKS_LOADER} ]; then
  export LD_LIBRARY_PATH="$here/lib/cxx\${before:+:$before}"
  probe
fi
if [ $state -eq ${LACKS_LOADER} ]; then
  export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib/vulkan"
fi
if [ -d "$here/data" ] && [ -z "$FORETELL_DATA" ]; then export FORETELL_DATA="$here/data"; fi
exec "$here/bin/node" "$here/app/dist/cli/main.js" "$@"
`;

/** Loads what is compiled, as the program will, and asks for a Vulkan loader as Dawn will. Exit code 0, 10 = no loader, other = libraries missing. */
export const PROBE = `'use strict';
const { join } = require('node:path');
for (const file of ['build/Release/foretell.node', 'node_modules/better-sqlite3/build/Release/better_sqlite3.node', 'node_modules/webgpu/dist/linux-x64/dawn.node']) {
  process.dlopen({ exports: {} }, join(__dirname, 'app', file));
}
try {
  process.dlopen({ exports: {} }, '${VULKAN_LOADER}');
} catch (error) {
  // A loader that is there is no addon: that complaint means that it was found.
  if (/cannot open shared object/.test(error.message)) process.exit(${LACKS_LOADER});
}
process.exit(0);
`;

export function readme(version: string, node: string, glibc: string): string {
  return `foretell ${version} for x86-64 Linux, with Node ${node}.

Needs: glibc ${glibc} or later, a shell, and a Vulkan driver (or another GPU's driver with Vulkan). No network, nothing to install.
  ./foretell doctor
  ./foretell bench matmul
  ./foretell search --data synthetic
Not in here: sharp, so folders of JPEG or PNG files cannot be read. Licences lie beside each package in app/node_modules;
Node.js is MIT (https://github.com/nodejs/node/blob/main/LICENSE), libstdc++ and libgcc GPL 3 with the runtime exception, the Vulkan loader Apache 2.0.
`;
}
