// scikit-learn's side of the SRM benchmark: one Python process that is asked for rounds over its standard input. It fits with bare NuSVR.fit and
// predict in loops (no RandomizedSearchCV, whose bookkeeping would cost it more), one process a core over taus, BLAS on one thread each.
import type { TuneRequest } from '../predict/index.js';
import { PythonProcess } from './python-process.js';

const SCRIPT = `
import json, sys, time
import numpy as np
from multiprocessing import Pool
from sklearn.svm import NuSVR

problem = json.loads(sys.stdin.readline())
y = np.array(problem['target'])
y = (y - y.mean()) / y.std()
folds = np.array(problem['folds'])
draws = problem['draws']
kernel = problem['kernel']

def standardised(tau):
    x = np.array(tau['values']).reshape(len(y), tau['columns'])
    sd = x.std(axis=0)
    return np.where(sd > 1e-12, (x - x.mean(axis=0)) / np.where(sd > 1e-12, sd, 1), 0)

taus = [standardised(tau) for tau in problem['taus']]

def machine(draw):
    return NuSVR(C=draw['c'], nu=draw['nu'], gamma=draw['gamma'], kernel=kernel)

def score(x, draw):
    total = 0
    for fold in range(3):
        out = folds == fold
        total += r2(y[out], machine(draw).fit(x[~out], y[~out]).predict(x[out]))
    return total / 3

def r2(truth, predicted):
    return 1 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()

def srm(job):
    k, share, loo_rows = job
    x = taus[k]
    began = time.perf_counter()
    scores = [score(x, draw) for draw in draws[:share]]
    searched = time.perf_counter()
    best = int(np.argmax(scores))
    machine(draws[best]).fit(x, y)
    errors = []
    for i in range(loo_rows):
        keep = np.arange(len(y)) != i
        errors.append(float(y[i] - machine(draws[best]).fit(x[keep], y[keep]).predict(x[i:i + 1])[0]))
    return {'scores': scores, 'loo': errors, 'search': searched - began, 'rest': time.perf_counter() - searched}

def one_fit():
    times = []
    for _ in range(200):
        began = time.perf_counter()
        machine({'c': 1, 'nu': 0.5, 'gamma': 1 / taus[-1].shape[1]}).fit(taus[-1], y)
        times.append(time.perf_counter() - began)
    return float(np.median(times)) * 1000

with Pool(problem['cores']) as pool:
    pool.map(abs, range(64))
    print(json.dumps({'ready': True}), flush=True)
    for line in sys.stdin:
        ask = json.loads(line)
        if ask['what'] == 'fit':
            print(json.dumps({'ms': one_fit()}), flush=True)
            continue
        began = time.perf_counter()
        fits = pool.map(srm, [(k, ask['share'], ask['loo_rows']) for k in range(len(taus))], chunksize=1)
        print(json.dumps({'seconds': time.perf_counter() - began, 'fits': fits}), flush=True)
`;

export interface SklearnFit {
  /** Mean R^2 a draw. */
  readonly scores: readonly number[];
  /** In units of the standardised target. */
  readonly loo: readonly number[];
}

interface SklearnRound {
  readonly seconds: number;
  readonly fits: readonly SklearnFit[];
}

export class Sklearn {
  private readonly python: PythonProcess;

  constructor(python: string) {
    this.python = new PythonProcess(python, SCRIPT, { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' });
  }

  async start({ kind, target, taus, draws, folds }: TuneRequest, cores: number): Promise<void> {
    const plain = taus.map(({ values, columns }) => ({ values: [...values], columns }));
    await this.python.ask({ kernel: kind === 'svr-linear' ? 'linear' : 'rbf', cores, target: [...target], folds: [...folds], draws, taus: plain });
  }

  /** Median milliseconds of one fit on all rows at the last tau. */
  async oneFit(): Promise<number> {
    return ((await this.python.ask({ what: 'fit' })) as { ms: number }).ms;
  }

  /** The set with the first `share` draws, leaving out the first `looRows` rows. */
  async round(share: number, looRows: number): Promise<SklearnRound> {
    return (await this.python.ask({ what: 'set', share, loo_rows: looRows })) as SklearnRound;
  }

  close(): void {
    this.python.close();
  }
}
