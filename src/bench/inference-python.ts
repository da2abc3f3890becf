// scikit-learn's side of the comparison of bulk predictions: one Python process that fits the same rows and predicts when asked.
import { PythonProcess } from './python-process.js';

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
  private readonly python: PythonProcess;

  constructor(python: string) {
    this.python = new PythonProcess(python, SCRIPT);
  }

  async start(problem: PythonProblem): Promise<void> {
    await this.python.ask(problem);
  }

  /** Predicts all rows once. */
  async round(what: 'rbf' | 'forest'): Promise<{ readonly seconds: number; readonly first: readonly number[] }> {
    return (await this.python.ask({ what })) as { seconds: number; first: number[] };
  }

  close(): void {
    this.python.close();
  }
}
