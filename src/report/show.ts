// A study on a terminal: a table of its trials and its summary in lines.
import { paretoFront } from '../study/index.js';
import { currentScore, weightsOf, whatIs } from './page/data.js';
import { duration, figure, scaleOf, type Scale } from './score.js';
import { fateOf, isSearch, type Story, type TrialStory } from './story.js';
import { fatesOf, summarise, type Summary } from './summary.js';
import { shorten, textTable, type Column } from './text-table.js';

const COLUMNS: readonly Column[] = [
  { title: 'trial', align: 'right' },
  { title: 'state' },
  { title: 'score', align: 'right' },
  { title: 'true', align: 'right' },
  { title: 'epochs', align: 'right' },
  { title: 'time', align: 'right' },
  { title: 'weights', align: 'right' },
  { title: 'what' },
];

/** Trials that no other beats in both score and a second number. */
export function paretoText({ header, state }: Story, by: string): string {
  const scale = scaleOf(header);
  const columns: readonly Column[] = [{ title: 'trial', align: 'right' }, { title: scale.name, align: 'right' }, { title: by, align: 'right' }];
  return textTable(columns, paretoFront(state, by).map(({ trial, y, cost, predicted }) => [String(trial), `${predicted ? '~' : ''}${figure(scale.shown(y))}`, figure(cost)]));
}

/** The same as plain data; `score` in the metric's own units, as the table has it. */
export function paretoData({ header, state }: Story, by: string): { readonly metric: string; readonly by: string; readonly front: readonly object[] } {
  const scale = scaleOf(header);
  return { metric: scale.name, by, front: paretoFront(state, by).map(({ trial, y, cost, predicted }) => ({ trial, score: scale.shown(y), cost, predicted })) };
}

export function showText(story: Story): string {
  const scale = scaleOf(story.header);
  const { name, data, space, strategy, rule, seed } = story.header;
  return [
    `${name}: ${data.name}, space ${space.name}, strategy ${strategy.name}, rule ${rule.name}, seed ${seed}`,
    '',
    story.trials.length === 0 ? 'no trial yet' : textTable(COLUMNS, story.trials.map((trial) => row(trial, story, scale))),
    '',
    ...summaryLines(story),
  ].join('\n');
}

function row(trial: TrialStory, story: Story, scale: Scale): string[] {
  const score = currentScore(trial);
  const weights = weightsOf(trial);
  return [
    String(trial.trial),
    `${fateOf(trial, story)}${trial.thaws.length > 0 ? ', thawed' : ''}`,
    score === null ? '-' : `${score.predicted ? '~' : ''}${figure(scale.shown(score.y))}`,
    trial.final === null ? '-' : figure(scale.shown(trial.final.y)),
    String(trial.paid.epochs),
    duration(trial.paid.seconds),
    weights === null ? '-' : String(weights),
    shorten(trial.failure === null ? whatIs(trial) : `${trial.failure.kind}: ${trial.failure.message}`, 60),
  ];
}

/** What a search says at its end, and `show` below its table. */
export function summaryLines(story: Story): string[] {
  const scale = scaleOf(story.header);
  const summary = summarise(story);
  const { trials, thaws, epochs, seconds } = summary;
  return [
    ...bestLines(story, summary, scale),
    line('trials', `${trials}: ${fatesOf(summary).join(', ') || 'none'}; ${thaws} ${thaws === 1 ? 'thaw' : 'thaws'}`),
    line('epochs', `${epochs.trained} trained of ${epochs.possible} possible, speed-up ${times(epochs.speedup)}`),
    line('seconds', `${seconds.trained.toFixed(1)} of training of ${seconds.possible.toFixed(1)} possible, speed-up ${times(seconds.speedup)}`),
    ...verifyLines(summary, scale),
    ...auditLines(summary),
    line('state', story.ended === null ? `not ended: ${goingOn(story)}` : `ended: ${story.ended}`),
  ];
}

function goingOn({ header }: Story): string {
  return isSearch(header) ? '`foretell search --study FILE` goes on' : 'run its program again, it goes on';
}

function bestLines(story: Story, { best, test }: Summary, scale: Scale): string[] {
  const trial = best === null ? undefined : story.trials[best.trial];
  if (best === null || trial === undefined) return [line('best', 'no trial is fully trained yet')];
  const hp = Object.entries(trial.candidate.hp).map(([name, value]) => `${name} ${figure(value)}`).join(', ');
  const tested = Object.entries(test?.metrics ?? {}).map(([name, value]) => `test ${name} ${figure(value)}`);
  return [
    line('best', `trial ${best.trial}: ${whatIs(trial)}`),
    ...(hp === '' ? [] : [line('', hp)]),
    line('', [`validation ${scale.name} ${figure(scale.shown(best.y))}`, ...tested].join(', ')),
  ];
}

function verifyLines({ verified }: Summary, scale: Scale): string[] {
  if (verified === null) return [];
  const { optimumKept, trueBest, epochs, seconds, falseStops, stopped } = verified;
  const kept = optimumKept || trueBest === null ? 'the optimum was kept' : `the optimum was lost: trial ${trueBest.trial} reaches ${figure(scale.shown(trueBest.y))}`;
  const missing = verified.verified === stopped ? '' : ` of ${stopped}`;
  return [
    line('verified', `${verified.verified}${missing} frozen trials trained to the end: ${kept}; ${falseStops.length} passed the bar that they were frozen against`),
    line('', `true speed-up ${times(epochs.speedup)} in epochs, ${times(seconds.speedup)} in seconds`),
  ];
}

function auditLines({ audit }: Summary): string[] {
  if (audit === null) return [];
  const { audited, drawn, frozen, beat, bound } = audit;
  const missing = audited === drawn ? '' : ` (${drawn} were drawn)`;
  const found = beat === 0 ? 'none beats the winner' : `${beat} beat the winner`;
  return [line('audit', `${audited} of ${frozen} frozen trials${missing}, drawn at random, trained to the end: ${found}; with 95 % confidence at most ${(100 * bound).toFixed(1)} % of the frozen do`)];
}

function line(name: string, text: string): string {
  return `${name.padEnd(9)} ${text}`;
}

function times(factor: number): string {
  return `${factor.toFixed(2)}x`;
}
