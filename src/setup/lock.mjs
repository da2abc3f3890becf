// One set-up at a time in a checkout: two would build the addon in the same folder, and each would break the other's.
// The holder touches its lock while it works; one whose process is gone, or that nobody has touched for a while, is taken over.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './step.mjs';

const TOUCH = 5_000; // ms
const STALE = 6 * TOUCH;
const RETRY = 200;

/** Waits for its turn; the lock goes when the process does. A checkout that cannot be written needs no lock. */
export async function takeTurn(root) {
  const file = join(root, '.cache', 'set-up.lock');
  for (let tries = 0; !acquired(file); tries++) {
    if (tries === 0) say('another set-up is at work here; waiting for it');
    if (isStale(file)) rmSync(file, { force: true });
    else await sleep(RETRY);
  }
}

function acquired(file) {
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    const handle = openSync(file, 'wx');
    writeSync(handle, String(process.pid));
    closeSync(handle);
  } catch (error) {
    return error.code !== 'EEXIST';
  }
  setInterval(() => touch(file), TOUCH).unref();
  process.on('exit', () => rmSync(file, { force: true }));
  return true;
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // taken over while this process was suspended
  }
}

function isStale(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > STALE) return true;
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH'; // a lock that is gone is free, not stale
  }
}
