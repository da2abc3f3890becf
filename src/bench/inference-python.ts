// scikit-learn's side of the comparison of bulk predictions: one Python process that fits the same rows and predicts when asked.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

const SCRIPT = `
import json, sys, time
import numpy as np
from sklearn.svm import NuSVR
from sklearn.ensemble import RandomForestRegressor

problem = json.loads(sys.stdin.readline())
x = np.array(problem['x']).reshape(-1, problem['columns'])
y = np.array(problem['y'])
rows = np.array(problem['rows']).reshape(-1, problem['columns'])
models = {
    'rbf': NuSVR(C=problem['c'], nu=problem['nu'], gamma=problem['gamma']).fit(x, y),
    'forest': RandomForestRegressor(n_estimators=problem['trees'], max_features=problem['fraction'], random_state=1, n_jobs=problem['cores']).fit(x, y),
}
print(json.dumps({}), flush=True)
for line in sys.stdin:
    model = models[json.loads(line)['what']]
    began = time.perf_counter()
    out = model.predict(rows)
    print(json.dumps({'seconds': time.perf_counter() - began, 'first': out[:100].tolist()}), flush=True)
`;

export interface PythonProblem {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly rows: readonly number[];
  readonly columns: number;
  readonly c: number;
  readonly nu: number;
  readonly gamma: number;
  readonly trees: number;
  readonly fraction: number;
  readonly cores: number;
}

export class PythonPredictions {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: Interface;
  private complaint = '';

  constructor(private readonly python: string) {
    this.process = spawn(python, ['-c', SCRIPT]);
    this.process.stderr.on('data', (chunk: Buffer) => (this.complaint += chunk.toString()));
    this.process.stdin.on('error', () => undefined);
    this.lines = createInterface({ input: this.process.stdout });
  }

  async start(problem: PythonProblem): Promise<void> {
    await this.ask(problem);
  }

  /** Predicts all rows once. */
  async round(what: 'rbf' | 'forest'): Promise<{ readonly seconds: number; readonly first: readonly number[] }> {
    return (await this.ask({ what })) as { seconds: number; first: number[] };
  }

  close(): void {
    this.process.stdin.end();
    this.lines.close();
  }

  private async ask(message: object): Promise<unknown> {
    this.process.stdin.write(`${JSON.stringify(message)}\n`);
    const ended = once(this.process, 'close').then(() => null);
    const failed = once(this.process, 'error').then(() => null);
    failed.catch(() => undefined);
    const answer = await Promise.race([once(this.lines, 'line'), ended, failed]);
    if (answer !== null) return JSON.parse(String(answer[0]));
    throw new Error(`${this.python}: expected an answer from scikit-learn, the process ended. On Debian: apt install python3-sklearn. ${this.complaint.slice(-500)}`);
  }
}
