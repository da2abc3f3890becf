// A search over several workers, with a Redis of the test's own.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStudy, memoryCheckpoints, runStudy, type StudyState } from '../../src/study/index.js';
import { startFleet, startWorker } from '../fleet/fleet.js';
import { startRedis, type RedisServer } from '../fleet/redis-server.js';
import { fakeRunner, neverStop, RandomStrategy } from '../study/fakes/fakes.js';
import { temporaryFolder } from '../study/fakes/temporary.js';

const EPOCHS = 5;
const TRIALS = 8;

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.remove());

const parts = () => ({ header: { epochs: EPOCHS }, strategy: new RandomStrategy(TRIALS, EPOCHS), rule: neverStop });

async function locally(): Promise<unknown> {
  const store = memoryCheckpoints();
  const study = await createStudy({ ...parts(), checkpoints: store });
  await runStudy(study, fakeRunner(), store, { parallel: 2 });
  return results(study.state);
}

function results(state: StudyState): unknown {
  return { ended: state.ended, trials: state.trials.map(({ status, curve, value }) => ({ status, curve, value })), best: state.best };
}

test('two workers find what the local loop finds', async () => {
  const folder = temporaryFolder();
  const fleet = await startFleet(redis, folder, parts());
  await startWorker(redis, join(folder, 'store'));
  await startWorker(redis, join(folder, 'store'));
  const result = await fleet.result;
  expect(result).toEqual({ interrupted: false, epochs: EPOCHS * TRIALS, late: 0 });
  expect(results(fleet.study.state)).toEqual(await locally());
});
