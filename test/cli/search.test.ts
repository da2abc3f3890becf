import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/index.js';
import { decodeSafetensors } from '../../src/data/index.js';
import { readEvents } from '../../src/cli/studies.js';
import { openCommandLine, type CommandLine, type Ended } from './command-line.js';

const TINY = ['--data', 'synthetic', '--set', 'train-size=100', '--set', 'validation-size=100'];
const SMALL = [...TINY, '--trials', '24', '--epochs', '8', '--burn-in', '8', '--draws', '10'];

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
});
afterAll(() => line.remove());

const at = (name: string): string => path.join(line.folder, name);

function jsonLines({ stdout }: Ended): (StoredEvent | { type: 'summary'; [key: string]: unknown })[] {
  return stdout.trimEnd().split('\n').map((text) => JSON.parse(text) as StoredEvent);
}

describe('search', () => {
  it('goes from options to study, report, weights and summary', async () => {
    const { code, stdout, stderr } = await line.run(['search', ...SMALL, '--verify', '--study', 'runs/a.study']);
    expect(stderr + stdout).not.toContain('unexpected');
    expect(code).toBe(0);
    expect(stderr).toMatch(/freeze trial \d+ at epoch \d+: predicted [\d.]+ at epoch \d+, bar [\d.]+, p\(does not pass the bar\) = [01]\.\d{4} >= 0\.95/);
    expect(stderr).toContain('fail   trial 3, diverged');
    expect(stdout).toMatch(/best\s+trial \d+: conv/);
    expect(stdout).toContain('test accuracy 0.7500');
    expect(stdout).toMatch(/verified\s+\d+ frozen trials trained to the end: the optimum was/);
    expect(stdout).toContain('kernels   7 pipelines compiled\n');
    expect(stdout).toContain('report    runs/a.html');
    expect(readFileSync(at('runs/a.html'), 'utf8')).toContain('<title>a · foretell</title>');
    expect(decodeSafetensors(readFileSync(at('runs/a.best.safetensors'))).metadata).toEqual({ format: 'fake' });
  });

  it('by default freezes by the chain rule, and spends a budget of one trial', async () => {
    const { code, stderr } = await line.run(['search', ...TINY, '--epochs', '8', '--study', 'runs/default.study']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/freeze trial \d+ at epoch \d+: predicted [\d.]+ at epoch 8, bar [\d.]+, p\(/);
    const one = await line.run(['search', ...TINY, '--trials', '1', '--epochs', '3', '--study', 'runs/one.study']);
    expect(one.code).toBe(0);
    expect(one.stdout).toMatch(/trials\s+1: 1 finished/);
  });

  it('ends after its budget, and verifies whom that interrupted too', async () => {
    const { code, stdout } = await line.run(['search', ...TINY, '--trials', '24', '--epochs', '8', '--budget', '.25', '--verify', '--study', 'runs/budget.study']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/epochs\s+48 trained of/);
    expect(stdout).toContain('ended: budget: 48 of 48 epochs');
    const events = readEvents(at('runs/budget.study'));
    const of = (type: StoredEvent['type']): number => events.filter((event) => event.type === type).length;
    expect(of('release')).toBeGreaterThan(0);
    expect(stdout).toMatch(new RegExp(`verified\\s+${of('start') - of('finish') - of('fail')} `));
    // What the budget interrupted runs no more, though nothing else became of it.
    const shown = await line.run(['show', 'runs/budget.study']);
    expect(shown.stdout).toMatch(/\bunfinished\b/);
    expect(shown.stdout).not.toMatch(/\brunning\b/);
    const more = await line.run(['search', '--study', 'runs/budget.study', '--budget', '90']);
    expect([more.code, more.stderr]).toEqual([0, expect.stringContaining('it has ended (budget: 48 of 48 epochs) and goes no further') as string]);
    const epochs = await line.run(['search', ...TINY, '--trials', '24', '--epochs', '8', '--budget', '30', '--study', 'runs/thirty.study']);
    expect(epochs.stdout).toMatch(/epochs\s+30 trained of/);
    for (const wrong of ['0', '-1', '1.5', 'many']) expect((await line.run(['search', '--budget', wrong])).stderr).toContain('Expected a share above 0 and below 1, or a whole number of epochs.');
  });

  it('then shows, explains, reports and exports it without the machine', async () => {
    const env = { FAKE_ADAPTER: 'none' };
    const shown = await line.run(['show', 'runs/a.study'], env);
    expect(shown.stdout).toMatch(/^a: synthetic, space chain/);
    const frozen = /^\s+(\d+) {2}frozen/m.exec(shown.stdout)?.[1] ?? '';
    const why = await line.run(['why', 'runs/a', frozen], env);
    expect(why.code).toBe(0);
    for (const part of ['-> freeze', 'sigma', 'bar 0.', 'Delta 0.95', 'trained on', 'y1 = 0.', 'AP ', 'HP learning_rate', 'by --verify']) expect(why.stdout).toContain(part);
    expect((await line.run(['report', 'runs/a', '--out', 'b.html'], env)).stdout).toBe('b.html\n');
    expect(readFileSync(at('b.html'), 'utf8')).toEqual(readFileSync(at('runs/a.html'), 'utf8'));
    const csv = await line.run(['export', 'runs/a', '--csv'], env);
    expect(csv.stdout.split('\n')[0]).toMatch(/^trial,epoch,accuracy,seconds/);
    expect((await line.run(['studies', 'runs'], env)).stdout).toMatch(/runs\/a\.study\s+synthetic\s+srm\s+24/);
    expect((await line.run(['report', 'runs/a', '--out', 'no/such/folder/b.html'], env)).code).toBe(1);
  });

  it('shows the trials that no other beats in both score and weights, as a table and as JSON', async () => {
    const shown = await line.run(['show', 'runs/a', '--pareto', 'weights']);
    expect(shown.stdout).toMatch(/^trial +accuracy +weights/m);
    const { type, metric, by, front } = JSON.parse((await line.run(['show', 'runs/a', '--pareto', 'weights', '--json'])).stdout) as { type: string; metric: string; by: string; front: { trial: number; score: number; cost: number; predicted: boolean }[] };
    expect([type, metric, by]).toEqual(['pareto', 'accuracy', 'weights']);
    expect(front.length).toBe(shown.stdout.trimEnd().split('\n').length - 2);
    const trained = front.filter(({ predicted }) => !predicted);
    expect(trained.length).toBeGreaterThan(0);
    for (const [i, { score, cost }] of trained.entries()) if (i > 0) expect([score > (trained[i - 1]?.score ?? NaN), cost > (trained[i - 1]?.cost ?? NaN)]).toEqual([true, true]);
    const { trials } = JSON.parse((await line.run(['export', 'runs/a', '--json'])).stdout) as { trials: { trial: number; fate: string; value: { y: number } | null; candidate: { ap: { weights: number } } }[] };
    const finished = trials.filter(({ fate }) => fate === 'finished').map(({ trial, value, candidate }) => ({ trial, y: value?.y ?? NaN, weights: candidate.ap.weights }));
    const best = finished.filter((one) => !finished.some((other) => other !== one && other.y >= one.y && other.weights <= one.weights && (other.y > one.y || other.weights < one.weights || other.trial < one.trial)));
    expect(trained.map(({ trial }) => trial).sort((a, b) => a - b)).toEqual(best.map(({ trial }) => trial).sort((a, b) => a - b));
    const none = await line.run(['show', 'runs/a', '--pareto', 'wieghts', '--json']);
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('expected a number that trials have');
  });

  it('gives the features that the rule saw', async () => {
    const shown = await line.run(['show', 'runs/a']);
    const frozen = /^\s+(\d+) {2}frozen/m.exec(shown.stdout)?.[1] ?? '';
    const answer = JSON.parse((await line.run(['why', 'runs/a', frozen, '--json'])).stdout) as {
      curve: number[];
      verdicts: { action: string; epoch: number; features: { name: string; value: number }[]; fit: { trainedOn: number } }[];
    };
    const freeze = answer.verdicts.find(({ action }) => action === 'freeze');
    const features = freeze?.features.slice(0, freeze.epoch).map(({ value }) => value);
    expect(features).toEqual(answer.curve.slice(0, freeze?.epoch));
    expect(freeze?.fit.trainedOn).toBeGreaterThanOrEqual(8);
  });

  it('writes one JSON line an event, the summary last, and only those to standard output', async () => {
    const ended = await line.run(['search', ...SMALL, '--study', 'json.study', '--json']);
    const lines = jsonLines(ended);
    const events = lines.slice(0, -1) as StoredEvent[];
    expect(events[0]?.type).toBe('study');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(lines.at(-1)).toMatchObject({ type: 'summary', trials: 24, test: { metrics: { accuracy: 0.75 } }, files: { report: 'json.html' } });
    const again = await line.run(['search', ...SMALL, '--study', 'json2.study', '--json', 'events.jsonl']);
    expect(again.stdout).toContain('best');
    const bare = (text: string) => text.trim().split('\n').map((each) => JSON.parse(each) as StoredEvent).filter(({ type }) => type === 'epoch' || type === 'verdict');
    const [one, two] = [bare(ended.stdout), bare(readFileSync(at('events.jsonl'), 'utf8'))].map((found) => found.map((event) => ({ ...event, time: 0, seconds: 0 })));
    expect(two).toEqual(one);
  });

  it('leaves a finished study as it is, and goes on under its own settings', async () => {
    const again = await line.run(['search', '--study', 'json.study', '--json']);
    expect(again.code).toBe(0);
    const events = jsonLines(again);
    expect(events.filter(({ type }) => type === 'note').length).toBeLessThanOrEqual(2);
    expect(events.at(-1)).toMatchObject({ type: 'summary', trials: 24 });
    const other = await line.run(['search', '--study', 'json.study', '--trials', '9']);
    expect(other.stderr).toMatch(/strategy\.trials was 24, now 9/);
    expect(other.code).toBe(1);
  });

  it('stays quiet where nobody watches', async () => {
    const began = performance.now();
    const { stderr } = await line.run(['search', ...TINY, '--trials', '120', '--epochs', '2', '--rule', 'none', '--study', 'quiet.study']);
    const seconds = (performance.now() - began) / 1000;
    const lines = stderr.trimEnd().split('\n');
    // What display.ts promises a pipe: 20 lines at once and 2 a second; failures always pass, the rest is said once.
    const finished = lines.filter((text) => text.startsWith('finish ')).length;
    expect(finished).toBeGreaterThan(0);
    expect(finished).toBeLessThanOrEqual(20 + 2 * seconds);
    expect(lines.filter((text) => !/^(finish|fail) |left out/.test(text)).length).toBeLessThan(10);
    expect(stderr).toMatch(/\(\d+ lines left out\)/);
    // eslint-disable-next-line no-control-regex
    expect(stderr).not.toMatch(/\u001b/);
  });
});

describe('interruptions', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends with 130, and --study goes on to the same result', async (signal) => {
    const options = [...TINY, '--trials', '12', '--epochs', '4', '--burn-in', '6', '--draws', '5'];
    const whole = jsonLines(await line.run(['search', ...options, '--study', `${signal}-whole.study`, '--json'])).at(-1);
    const running = line.start(['search', ...options, '--study', `${signal}.study`], { FAKE_EPOCH_MS: '30' });
    await running.until('finish trial');
    running.child.kill(signal);
    const stopped = await running.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(`foretell search --study ${signal}.study`);
    const resumed = await line.run(['search', '--study', `${signal}.study`, '--json']);
    expect(resumed.code).toBe(0);
    const pick = (summary: unknown) => {
      const { counts, best, epochs } = summary as { counts: unknown; best: unknown; epochs: { trained: number } };
      return { counts, best, trained: epochs.trained };
    };
    expect(pick(jsonLines(resumed).at(-1))).toEqual(pick(whole));
  });

  it('a second signal kills at once', async () => {
    const running = line.start(['search', ...TINY, '--trials', '3', '--study', 'kill.study'], { FAKE_EPOCH_MS: '20000' });
    await running.until('study kill.study');
    running.child.kill('SIGINT');
    await running.until('once more ends it at once');
    const start = performance.now();
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('refuses a study that another process writes, and lets readers in', async () => {
    const running = line.start(['search', ...TINY, '--trials', '3', '--study', 'busy.study'], { FAKE_EPOCH_MS: '20000' });
    await running.until('study busy.study');
    const second = await line.run(['search', ...TINY, '--trials', '3', '--study', 'busy.study']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('busy.study');
    expect((await line.run(['show', 'busy.study'])).code).toBe(0);
    running.child.kill('SIGKILL');
    await running.ended;
    expect((await line.run(['search', ...TINY, '--trials', '3', '--study', 'busy.study'])).code).toBe(0);
  });

  it('opens a lost device again and goes on, but gives up after three losses in a row', async () => {
    writeFileSync(at('losses'), '2');
    const options = ['search', ...TINY, '--trials', '4', '--epochs', '3', '--rule', 'none'];
    const env = { FAKE_LOSSES: at('losses') };
    const twice = await line.run([...options, '--parallel', '1', '--study', 'lost.study'], env);
    expect(twice.stderr).toContain('opening the device again (2 of 3');
    expect(twice.code).toBe(0);
    expect(twice.stdout).toMatch(/4: 1 failed, 3 finished|4: 3 finished, 1 failed/);
    writeFileSync(at('losses'), '9');
    const always = await line.run([...options, '--parallel', '1', '--study', 'gone.study'], env);
    expect(always.code).toBe(1);
    expect(always.stderr).toContain('(3 of 3');
    expect(always.stderr).not.toContain('unexpected');
    expect(existsSync(at('gone.study'))).toBe(true);
    writeFileSync(at('losses'), '0');
    expect((await line.run(['search', '--study', 'gone.study'], env)).code).toBe(0);
  });
});

describe('predict', () => {
  it('prints accuracy, or a line an image', async () => {
    const net = ['predict', '--checkpoint', 'runs/a.best.safetensors', '--data', 'synthetic'];
    expect((await line.run(net)).stdout).toContain('accuracy 0.8000: 40 of 50 images');
    const lines = jsonLines(await line.run([...net, '--json']));
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toEqual({ type: 'summary', images: 50, right: 40, accuracy: 0.8 });
  });
});
