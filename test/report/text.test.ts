// The story of a journal, and what show, why and export make of it.
import { describe, expect, it } from 'vitest';
import { exportCsv, exportJson, showText, summarise, tellStory, textTable, why, whyText } from '../../src/report/index.js';
import { paretoFront } from '../../src/report/page/charts.js';
import { placeSpans } from '../../src/report/page/slots.js';
import { madeStudy } from './made-study.js';

const story = tellStory(madeStudy({ trials: 40, epochs: 12, verify: true }));

describe('the story', () => {
  it('counts every epoch that was paid for, and possible ones of trials that trained', () => {
    const { epochs, counts } = summarise(story);
    expect(epochs.trained).toBe(story.trials.reduce((sum, trial) => sum + trial.curve.length, 0));
    expect(epochs.possible).toBe((40 - counts.failed) * 12);
  });

  it('takes the best of the search itself, not of what was verified afterwards', () => {
    const events = madeStudy({ trials: 40, epochs: 12 });
    const frozen = tellStory(events).trials.find((trial) => trial.fate === 'frozen')?.trial ?? -1;
    const note = { type: 'note', about: 'verify', data: { trial: frozen, y: 2, epochs: 8, seconds: 1 }, seq: events.length + 1, time: 0 } as const;
    const before = summarise(tellStory(events));
    const { best, verified } = summarise(tellStory([...events, note]));
    expect(best).toEqual(before.best);
    expect(verified).toMatchObject({ verified: 1, trueBest: { trial: frozen, y: 2 }, optimumKept: false });
  });

  it('refuses what is not a study', () => {
    expect(() => tellStory([])).toThrow(/header/);
  });

  it('leaves breaks out of the time line and never lays two spans over each other', () => {
    const { spans, breaks } = placeSpans(story.trials);
    expect(breaks).toBe(1);
    const total = spans.reduce((sum, span) => sum + span.to - span.from, 0);
    expect(total).toBeCloseTo(story.trials.reduce((sum, trial) => sum + trial.paid.seconds, 0), 3);
    const sorted = [...spans].sort((a, b) => a.slot - b.slot || a.from - b.from);
    sorted.forEach((span, i) => {
      const next = sorted[i + 1];
      if (next?.slot === span.slot) expect(next.from).toBeGreaterThanOrEqual(span.to - 1e-9);
    });
  });

  it('finds the Pareto front in both directions', () => {
    const points = [{ x: 1, y: 1 }, { x: 2, y: 3 }, { x: 2, y: 2 }, { x: 3, y: 2.5 }, { x: 4, y: 0 }];
    expect(paretoFront(points, false)).toEqual([{ x: 1, y: 1 }, { x: 2, y: 3 }]);
    expect(paretoFront(points, true)).toEqual([{ x: 1, y: 1 }, { x: 4, y: 0 }]);
  });
});

describe('why', () => {
  const frozen = story.trials.find((trial) => trial.fate === 'frozen' && trial.final !== null);
  const answer = why(story, frozen?.trial ?? -1, (_story, trial, tau) => [{ name: `y${tau}`, value: trial.curve[tau - 1]?.value ?? NaN }]);

  it('gives features, prediction, sigma, bar, probability, Delta and fit of a freeze', () => {
    const freeze = answer.verdicts.find((verdict) => verdict.action === 'freeze');
    const journaled = frozen?.verdicts.find(({ verdict }) => verdict.action === 'freeze')?.verdict;
    if (freeze === undefined || journaled?.action !== 'freeze') throw new Error('expected a freeze');
    expect(freeze.prediction).toMatchObject({ mean: journaled.predicted?.mean, sigma: journaled.predicted?.sigma, probability: 0.97, horizon: 12 });
    expect(freeze.bar).toBe(journaled.bar);
    expect(freeze.features?.[0]?.name).toBe('y4');
    expect(freeze.fit?.record.by).toBe('srm');
    const text = whyText(answer);
    for (const part of ['epoch 4', 'freeze', 'sigma 0.03', 'bar 0.', 'y4 = 0.', 'trained to the end by --verify', 'off by']) expect(text).toContain(part);
  });

  it('calls no trial of an ended search running', () => {
    const running = { ...answer, fate: 'running', final: null, verdicts: [] } as const;
    expect(whyText({ ...running, ended: null })).toContain('It is running.');
    expect(whyText({ ...running, ended: 'stopped by ann' })).toContain('The search ended before it was trained to its end.');
  });

  it('says which trials there are where one is not', () => {
    expect(() => why(story, 99)).toThrow(/trials 0 to 39/);
  });
});

describe('text', () => {
  it('shows a row a trial and the summary', () => {
    const lines = showText(story).split('\n');
    expect(lines.filter((line) => /^\s+\d+ {2}(finished|frozen|failed)/.test(line))).toHaveLength(40);
    expect(lines.join('\n')).toMatch(/epochs {4}296 trained of 456 possible, speed-up 1\.54x/);
  });

  it('lets no control character through a table', () => {
    expect(textTable([{ title: 'a' }], [['\u001b[31mred\nnext']])).toContain('?[31mred?next');
  });

  it('exports a row an epoch that reads back', () => {
    const [head, ...rows] = exportCsv(story).trimEnd().split('\n');
    expect(head?.split(',').slice(0, 4)).toEqual(['trial', 'epoch', 'accuracy', 'seconds']);
    expect(rows).toHaveLength(296);
    const third = rows.find((row) => row.startsWith('0,3,'))?.split(',') ?? [];
    expect(Number(third[2])).toBe(story.trials[0]?.curve[2]?.value);
    expect(rows[0]).toContain('"conv ');
  });

  it('quotes what a spreadsheet would run', () => {
    const events = madeStudy({ trials: 1, epochs: 2 }).map((event) =>
      event.type === 'start' ? { ...event, candidate: { architecture: null, ap: { '=cmd': 1 }, hp: {} } } : event,
    );
    expect(exportCsv(tellStory(events)).split('\n')[1]).toMatch(/'=cmd 1$/);
  });

  it('exports the state as JSON', () => {
    const state = JSON.parse(exportJson(story)) as { trials: unknown[]; summary: { trials: number } };
    expect(state.trials).toHaveLength(40);
    expect(state.summary.trials).toBe(40);
  });
});
