// A Python process that answers a JSON line with a JSON line: what the comparisons with scikit-learn share. What is asked of it is theirs.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

export class PythonProcess {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: Interface;
  /** It ended, or never began. */
  private readonly ended: Promise<null>;
  private complaint = '';

  /** `env`: beside this process's own. */
  constructor(private readonly python: string, script: string, env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(python, ['-c', script], { env: { ...process.env, ...env } });
    this.process.stderr.on('data', (chunk: Buffer) => (this.complaint += chunk.toString()));
    this.process.stdin.on('error', () => undefined);
    this.lines = createInterface({ input: this.process.stdout });
    this.ended = once(this.process, 'close').then(() => null, () => null);
  }

  /** Throws with what Python said where it ends without an answer. */
  async ask(message: object): Promise<unknown> {
    this.process.stdin.write(`${JSON.stringify(message)}\n`);
    const answer = await Promise.race([once(this.lines, 'line'), this.ended]);
    if (answer !== null) return JSON.parse(String(answer[0]));
    throw new Error(`${this.python}: expected an answer from scikit-learn, the process ended. On Debian: apt install python3-sklearn. ${this.complaint.slice(-500)}`);
  }

  close(): void {
    this.process.stdin.end();
    this.lines.close();
  }
}
