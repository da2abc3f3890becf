// The report as text: self-contained, safe with hostile names, true to the journal, quick. Its looks are test/full's.
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/index.js';
import { renderPage, tellStory } from '../../src/report/index.js';
import { madeStudy } from './made-study.js';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028';

function hostile(): StoredEvent[] {
  const events = madeStudy({ trials: 12, epochs: 6, name: HOSTILE });
  return events.map((event) => {
    if (event.type === 'start') return { ...event, candidate: { architecture: null, ap: { [HOSTILE]: 3 }, hp: { [HOSTILE]: 1 } } };
    if (event.type === 'fail') return { ...event, message: HOSTILE };
    if (event.type === 'thaw') return { ...event, reason: HOSTILE };
    return event;
  });
}

describe('the page', () => {
  it('asks nothing of any network: no address in an attribute, and a policy that forbids the rest', () => {
    const page = renderPage(tellStory(madeStudy({ trials: 12, epochs: 6 })));
    const markup = page.replace(/<script>[\s\S]*?<\/script>/g, '');
    expect(markup).not.toMatch(/https?:|\bsrc\s*=|\bhref\s*=|url\(|@import/);
    expect(markup).toContain("default-src 'none'");
    expect(page).not.toMatch(/\bimport\s*\(|__vi_import|__vite_ssr/);
  });

  it('keeps what a study calls itself as text', () => {
    const page = renderPage(tellStory(hostile()), []);
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img');
    expect(page).toContain('&#60;/script&#62;&#60;script&#62;alert(1)');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    const json = /<script type="application\/json" id="study">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(JSON.parse(json)).toMatchObject({ trials: { length: 12 } });
    expect(json).not.toContain('\u2028');
  });

  it('says in its tiles what the journal says', () => {
    const page = renderPage(tellStory(madeStudy({ trials: 40, epochs: 12, verify: true })), []);
    const text = page.replace(/<[^>]*>/g, ' ');
    expect(text).toMatch(/Speed-up in epochs\s+1\.54×\s+296 trained of 456 possible/);
    expect(text).toMatch(/Optimum kept\s+yes/);
  });

  it('turns a negated metric back', () => {
    const story = tellStory(madeStudy({ trials: 12, epochs: 6, negated: true }));
    const json = /id="study">(.*?)<\/script>/s.exec(renderPage(story, []))?.[1] ?? '';
    const { trials } = JSON.parse(json) as { trials: { curve: number[]; freezes: { low: number; high: number; mean: number }[] }[] };
    const inside = story.trials[0]?.curve[0]?.value ?? NaN;
    expect(inside).toBeLessThan(0);
    expect(trials[0]?.curve[0]).toBe(-inside);
    const freezes = trials.flatMap((trial) => trial.freezes);
    expect(freezes.length).toBeGreaterThan(0);
    for (const { low, mean, high } of freezes) {
      expect(low).toBeLessThan(mean);
      expect(mean).toBeLessThan(high);
    }
  });

  it('calls predicted what a verdict predicted, not the last score that a freeze without a prediction gives', () => {
    const events = madeStudy({ trials: 40, epochs: 12, verify: true }).flatMap((event): StoredEvent[] => {
      if (event.type !== 'verdict' || event.verdict.action === 'stop') return [event];
      return [{ ...event, verdict: event.verdict.action === 'freeze' ? { action: 'freeze', reason: 'low', value: { y: 0.5, at: event.epoch } } : { action: 'continue' } }];
    });
    const page = renderPage(tellStory(events), []);
    const { trials } = JSON.parse(/id="study">(.*?)<\/script>/s.exec(page)?.[1] ?? '') as { trials: { forecast: unknown; freezes: { mean: unknown; at: unknown }[] }[] };
    const freezes = trials.flatMap((trial) => trial.freezes);
    expect(freezes.length).toBeGreaterThan(5);
    expect(freezes.every(({ mean, at }) => mean === null && typeof at === 'number')).toBe(true);
    expect(trials.every(({ forecast }) => forecast === null)).toBe(true);
    expect(page).not.toContain('mean absolute error');
  });

  it('renders a study that has only begun', () => {
    const events = madeStudy({ trials: 1, epochs: 6 });
    for (const length of [1, 2, 3, 4]) expect(renderPage(tellStory(events.slice(0, length)), [])).toContain('no trial');
  });

  it('stays quick with 1,000 trials', () => {
    const events = madeStudy({ trials: 1000, epochs: 20 });
    const start = performance.now();
    const page = renderPage(tellStory(events));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(page.length).toBeLessThan(4e6);
  });
});
