// What a predictor saw of a trial, computed again from the journal with the rule's own settings: the same rows that the fit
// was trained on fix the columns, the trial's own curve fills them.
import { graphOf, type Json } from '../core/index.js';
import { featureNames, featureRow, fitEncoding, parseFeatureParts, type Observation } from '../predict/index.js';
import type { FeaturesOf, TrialStory } from '../report/index.js';

export const featuresOf: FeaturesOf = (story, trial, tau, { record }) => {
  const model = story.header.rule['model'] as { readonly [key: string]: Json } | undefined;
  const trials = record['trials'];
  if (typeof model?.['features'] !== 'string' || !Array.isArray(trials)) return null;
  const rows = trials.flatMap((id) => {
    const row = story.trials[id as number];
    return row === undefined ? [] : observation(row);
  });
  const encoding = fitEncoding(rows, parseFeatureParts(model['features']), model['scale'] === 'raw' ? 'raw' : 'auto');
  const row = featureRow(encoding, observation(trial), tau);
  return featureNames(encoding, tau).map((name, i) => ({ name, value: row[i] as number }));
};

/** Of a run as far as it was trained. */
export function observation({ candidate, curve }: TrialStory): Observation {
  const graph = graphOf(candidate);
  return { curve: curve.map((point) => point.value), ap: candidate.ap, hp: candidate.hp, ...(graph === null ? {} : { graph }) };
}
