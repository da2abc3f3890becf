// One trial in full: why it was frozen or let go on, in the words of `foretell why`. Its events are read again from the journal when somebody asks.
import { numberWords, outcome, scaleOf, tellTrial, why, type FeaturesOf, type FitPoint, type Told, type TrialStory, type WhyVerdict } from '../../report/index.js';
import { attemptOf, type StudyState, type TrialState } from '../../study/index.js';
import type { Follower } from '../follow/follower.js';
import type { TrialDetail, VerdictWords } from '../wire.js';

/** Null where there is no such trial. */
export function trialDetail(follower: Follower, id: number, featuresOf: FeaturesOf): TrialDetail | null {
  const { state, digest } = follower;
  const { header } = state;
  const events = (digest.trials[id]?.events ?? []).flatMap((seq) => follower.at(seq) ?? []);
  const story = tellTrial(events.filter((event) => event.type !== 'note' || event.about === 'verify'), (seq) => fitBefore(follower, seq), state);
  if (header === null || story === null) return null;
  const telling = new Set([story.verdicts.at(-1)?.epoch, ...story.verdicts.flatMap(({ verdict, epoch }) => (verdict.action === 'freeze' ? [epoch] : []))]);
  // Of a freeze and of the last word a reader wants the features; to compute those of every epoch takes seconds.
  const some: FeaturesOf = (told, trial, tau, fit) => (telling.has(tau) ? featuresOf(told, trial, tau, fit) : null);
  const answer = why({ header, trials: withTrained(state, story), ended: state.ended }, id, some);
  const { candidate } = story;
  return {
    trial: id, status: answer.fate, what: answer.what, outcome: outcome(answer), curve: answer.curve, afterwards: story.afterwards.map(scaleOf(header).shown),
    hp: Object.entries(candidate.hp), ap: Object.entries(candidate.ap),
    verdicts: answer.verdicts.map(verdictWords),
    thaws: answer.thaws.map(({ event, epoch, reason, by }) => ({ event, epoch, words: `${reason}${by === null ? '' : ` (by ${by})`}` })),
    attempts: story.attempts.map(({ attempt, start, end, worker = 'local' }) => {
      const taken = events.map(attemptOf).findLast((note) => note?.attempt === attempt);
      return { attempt, worker: taken?.worker ?? worker, adapter: taken?.adapter ?? null, start, end };
    }),
    changes: digest.trials[id]?.changes ?? [],
    candidate: JSON.stringify(candidate, null, 2),
  };
}

function fitBefore(follower: Follower, seq: number): FitPoint | null {
  const number = follower.digest.fits.findLast((fit) => fit < seq);
  const event = number === undefined ? undefined : follower.at(number);
  return event?.type === 'fit' ? { seq: event.seq, record: event.record } : null;
}

/** The trial's own story among what features need of the others: candidates and curves. */
function withTrained({ trials }: StudyState, story: TrialStory): Told['trials'] {
  return trials.map((trial) => (trial.id === story.trial ? story : bare(trial)));
}

function bare({ id, candidate, curve, status, value, started }: TrialState): TrialStory {
  return {
    trial: id, candidate, startTime: started, fate: status, value, failure: null, final: null, afterwards: [], paid: { epochs: 0, seconds: 0 }, verdicts: [], thaws: [], rungs: [], attempts: [],
    get curve() {
      return curve.map((y, i) => ({ epoch: i + 1, value: y, seconds: 0, time: 0, attempt: 0 }));
    },
  };
}

function verdictWords(verdict: WhyVerdict): VerdictWords {
  const { event, epoch, action, value, reason, by, prediction, bar, features, fit } = verdict;
  return {
    event, epoch, action, value, reason, by, bar,
    prediction: numberWords(verdict),
    mean: prediction?.mean ?? null, low: prediction?.interval?.[0] ?? null, high: prediction?.interval?.[1] ?? null, probability: prediction?.probability ?? null,
    fit: fit === null ? null : `event ${fit.event}, by ${fit.record.by}${fit.trainedOn === null ? '' : `, trained on ${fit.trainedOn} trials`}`,
    features: features === null ? null : features.map(({ name, value: number }) => [name, number] as const),
  };
}
