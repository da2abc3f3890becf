// How set-up speaks: one line a step with its time, a line before anything slow, and a refusal that names the way out.
// All of it goes to stderr: stdout belongs to the command that follows.

/** Set-up cannot go on; the message says what is missing and what to install. Anything else thrown is a bug. */
export class CannotGoOn extends Error {}

/** A line about something slow or lasting that is about to be done. */
export function say(line) {
  process.stderr.write(`          ${line}\n`);
}

/** Runs a step, which answers with the detail to show. */
export async function step(name, work) {
  const start = performance.now();
  const detail = await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stderr.write(`${name.padEnd(9)} ${detail} (${seconds} s)\n`);
}
