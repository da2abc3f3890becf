// The story of a journal, and what show, why and export make of it.
import { describe, expect, it } from 'vitest';
import type { StoredEvent, StudyEvent } from '../../src/core/index.js';
import { exportCsv, exportJson, showText, summarise, tellStory, textTable, why, whyText } from '../../src/report/index.js';
import { paretoFront } from '../../src/report/page/charts.js';
import { placeSpans } from '../../src/report/page/slots.js';
import { madeHeader, madeStudy, programsOwn, rungStudy } from './made-study.js';

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

  it('turns all numbers of a metric to minimise back, and a rule that predicts nothing shows its bar', () => {
    const verdicts = [
      { action: 'freeze', reason: 'r', value: { y: -0.93, at: 4 }, bar: -0.5, predicted: { mean: -0.93, sigma: 0.1, quantiles: [[0.1, -1], [0.9, -0.8]], probability: 0.99, horizon: 4 } },
      { action: 'freeze', reason: 'worse', value: { y: -3, at: 2 }, bar: -0.25 },
    ] as const;
    const told = verdicts.map((verdict) => {
      const [, start, open] = madeStudy({ trials: 1, epochs: 4 }) as [StoredEvent, StoredEvent, StoredEvent];
      const epochs = [-1.5, -3].map((value, i): StudyEvent => ({ type: 'epoch', trial: 0, attempt: 1, epoch: i + 1, value, seconds: 1 }));
      const events: StudyEvent[] = [{ type: 'study', header: madeHeader({ epochs: 4, negated: true }) }, start, open, ...epochs, { type: 'verdict', trial: 0, epoch: 2, verdict }];
      return whyText(why(tellStory(events.map((event, i) => ({ ...event, seq: i + 1, time: 0 }))), 0));
    });
    expect(told[0]).toContain('epoch 2: perplexity 3 -> freeze: r\n    predicted at epoch 4: 0.9300, sigma 0.1000, 90 % within 0.7655 to 1.094, 80 % within 0.8000 to 1, bar 0.5000, p(does not pass the bar) 0.9900');
    expect(told[1]).toContain('epoch 2: perplexity 3 -> freeze: worse\n    best so far 1.500, bar 0.2500\n');
  });

  it('hints at --verify only where foretell search can do it', () => {
    const cut = madeStudy({ trials: 40, epochs: 12 });
    const id = tellStory(cut).trials.find(({ fate }) => fate === 'frozen')?.trial ?? -1;
    expect(whyText(why(tellStory(cut), id))).toContain('its true score is not known (search --verify trains the frozen ones to the end).');
    expect(whyText(why(tellStory(programsOwn(cut)), id))).toContain('its true score is not known.');
  });

  it('tells where a trial paused and how far it went on', () => {
    const whyOf = (trial: number, ended: boolean): string => whyText(why(tellStory(rungStudy(ended)), trial));
    expect(whyOf(0, true)).toContain('epoch 1: accuracy 0.5000 -> paused at its rung\nwent on to epoch 3\nepoch 3: accuracy 0.7000 -> paused at its rung\n\nThe search ended before it was trained to its end.');
    expect(whyOf(1, false)).toContain('no verdict yet');
    expect(whyOf(1, true)).toMatch(/^no verdict$/m);
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

  it('says of a study that has not ended how it goes on: by the search, or by its own program', () => {
    const begun = madeStudy({ trials: 2, epochs: 4 }).slice(0, 4);
    expect(showText(tellStory(begun))).toContain('not ended: `foretell search --study FILE` goes on');
    expect(showText(tellStory(programsOwn(begun)))).toContain('not ended: run its program again, it goes on');
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
