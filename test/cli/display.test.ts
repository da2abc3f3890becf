// What a person sees of a running search: the live bars, and the lines that a pipe gets. Events are made by hand; no search runs.
import { describe, expect, it } from 'vitest';
import { ManualClock, type StoredEvent, type StudyEvent } from '../../src/core/index.js';
import { LiveDisplay, PlainDisplay } from '../../src/cli/search/display.js';
import { sparkline } from '../../src/cli/search/narrate.js';
import { createFold } from '../../src/study/index.js';
import { madeStudy } from '../report/made-study.js';

/** A display over bars that only remember what they show. */
function live(slots: number) {
  const bars: { text: string }[] = [];
  const lines: string[] = [];
  const textOf = (payload: object): string => (payload as { text: string }).text;
  const fake = {
    create(_total: number, _start: number, payload: object) {
      const bar = { text: textOf(payload) };
      bars.push(bar);
      return { update: (_value: number, changed: object) => void (bar.text = textOf(changed)) };
    },
    log: (text: string) => void lines.push(text),
    update: () => undefined,
    stop: () => undefined,
  };
  return { display: new LiveDisplay(fake, 40, slots), bars, lines };
}

function terminal() {
  const lines: string[] = [];
  return { lines, out: () => undefined, err: (text: string) => void lines.push(text), live: false, env: {} };
}

const events = madeStudy({ trials: 40, epochs: 12 });

describe('the live display', () => {
  it('shows each running trial in a slot of its own, with curve and prediction, and empties the slot at its end', () => {
    const { display, bars } = live(2);
    const fold = createFold();
    const seen = new Set<string>();
    for (const event of events) {
      fold.apply(event);
      display.hear(event, fold.state);
      const rows = bars.slice(1).map(({ text }) => text);
      // Between `start` or `thaw` and the `open` that follows, nobody trains it yet.
      const shown = event.type === 'start' || event.type === 'thaw' ? 0 : fold.state.counts.running;
      expect(rows.filter((text) => text !== '').length).toBe(shown);
      rows.forEach((text) => seen.add(text));
    }
    expect([...seen].some((text) => /^trial 8 {4}[▁▂▃▄▅▆▇█]+ 0\.\d+, epoch \d+ of 12 -> 0\.\d+ \(0\.\d+ to 0\.\d+\)$/.test(text))).toBe(true);
    expect(bars[0]?.text).toMatch(/^█{20} 40 of 40 trials, 296 of 480 epochs/);
  });

  it('tells every freeze and thaw with its reason above the bars', () => {
    const { display, lines } = live(1);
    const fold = createFold();
    for (const event of events) {
      fold.apply(event);
      display.hear(event, fold.state);
    }
    const count = (type: string, of: (event: StoredEvent) => boolean = () => true): number => events.filter((event) => event.type === type && of(event)).length;
    expect(lines.filter((line) => /^freeze trial \d+ at epoch 4: predicted 0\.\d+ at epoch 12, bar 0\.\d+, p\(y <= .*\) = \.97/.test(line))).toHaveLength(count('verdict', (event) => event.type === 'verdict' && event.verdict.action === 'freeze'));
    expect(lines.filter((line) => /^thaw {3}trial \d+: after the refit/.test(line))).toHaveLength(count('thaw'));
    expect(lines.every((line) => line.endsWith('\n'))).toBe(true);
  });
});

describe('the plain display', () => {
  function hearAll(rate: number) {
    const clock = new ManualClock();
    const words = terminal();
    const display = new PlainDisplay(words, 300, clock);
    const fold = createFold();
    const many: StudyEvent[] = madeStudy({ trials: 300, epochs: 1 });
    for (const event of many as StoredEvent[]) {
      clock.advance(rate);
      fold.apply(event);
      display.hear(event, fold.state);
    }
    display.stop();
    return words.lines;
  }

  it('lets a slow search say everything and a fast one only so much, and counts the rest', () => {
    expect(hearAll(1).filter((line) => line.startsWith('finish'))).toHaveLength(282);
    const fast = hearAll(0);
    expect(fast.filter((line) => line.startsWith('finish')).length).toBeLessThanOrEqual(20);
    expect(fast.filter((line) => line.startsWith('fail'))).toHaveLength(18);
    const left = fast.flatMap((line) => /^\((\d+) lines left out\)$/.exec(line)?.[1] ?? []).map(Number);
    expect(left.reduce((a, b) => a + b, 0)).toBe(282 - fast.filter((line) => line.startsWith('finish')).length);
  });

  it('lets nothing of a study steer the terminal', () => {
    const words = terminal();
    const display = new PlainDisplay(words, 1, new ManualClock());
    display.say('\u001b[2Jgone');
    expect(words.lines).toEqual(['?[2Jgone']);
  });
});

describe('sparkline', () => {
  it('spans its own range, keeps the newest, and draws a flat curve low', () => {
    expect(sparkline([0, 0.5, 1], 10)).toBe('▁▅█');
    expect(sparkline([9, 0, 1], 2)).toBe('▁█');
    expect(sparkline([3, 3], 5)).toBe('▁▁');
    expect(sparkline([], 5)).toBe('');
  });
});
