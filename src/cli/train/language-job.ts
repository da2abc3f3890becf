// A language model as a job: reads a text, numbers its tokens, and hands the machine's trainer one candidate. Scores are negative
// losses a token; what is shown is the perplexity.
import { describeLanguageModel, hashBytes, hashOf, languageModelByName, languageModelWeights, type Candidate, type Json, type LanguageModel } from '../../core/index.js';
import { tokenise, type TextSet, type TokenText } from '../../data/index.js';
import { LANGUAGE_HYPERPARAMETERS, isHyperparameter, languageSettings } from '../../nn/index.js';
import { parseDecision } from '../../tune/index.js';
import type { Machine, TrainingSettings } from '../machine.js';
import { plainDecision } from '../search/tune-notes.js';
import { logTo, type Terminal } from '../terminal.js';
import type { Job, OpenJob } from './job.js';
import type { TrainOptions } from './options.js';
import { parseSettings } from './settings.js';
import { tuningFor } from './tuning-for.js';

export const LANGUAGE_NET = 'lstm-lm';

/** PTB's, and more characters than a text has. */
const VOCABULARY = 10_000;

export function isLanguageNet(net: string): boolean {
  return net === LANGUAGE_NET || net.startsWith(`${LANGUAGE_NET}:`);
}

export async function languageJob(options: TrainOptions & { readonly net: string; readonly data: string }, machine: Machine, terminal: Terminal, choices: readonly Json[]): Promise<Job> {
  const known = Object.keys(LANGUAGE_HYPERPARAMETERS);
  const { run, hp } = parseSettings(options.set ?? {}, known, (key) => known.includes(key) || isHyperparameter(key));
  const given: Candidate['hp'] = { ...hp, ...(options.batch === undefined ? {} : { batch_size: options.batch }) };
  const settings = languageSettings(given);
  const text = tokenise(await machine.openText(options.data), { tokens: run.tokens, size: run.vocabulary ?? VOCABULARY });
  const model = languageModelByName(options.net, text.vocabulary.tokens.length);
  const candidate = { architecture: model, ap: {}, hp: given };
  const standing = choices.map(parseDecision);
  const training = { seed: options.seed, tuning: tuningFor(run, standing, logTo(terminal)), ...(run.adapter === undefined ? {} : { adapter: run.adapter }) };
  const { train, steps } = settings;
  return {
    candidate,
    identity: { kind: 'language', model: { ...model }, text: fingerprintOf(text), seed: options.seed, steps, ...(JSON.parse(JSON.stringify(train)) as Record<string, Json>) },
    description: `${describeLanguageModel(model)} (${languageModelWeights(model)} weights) on ${text.train.tokens.length} ${run.tokens} of ${text.name}, judged on ${text.validation.tokens.length}`,
    score: { name: 'perplexity', shown: (value) => Math.exp(-value) },
    amount: { count: text.train.tokens.length, unit: 'tokens' },
    facts: () => ({ parameters: languageModelWeights(model), vocabulary: model.vocabulary, tokens: { train: text.train.tokens.length, validation: text.validation.tokens.length } }),
    choices: () => standing.map(plainDecision),
    open: () => openLanguageJob(machine, text, candidate, training),
  };
}

async function openLanguageJob(machine: Machine, text: TextSet, candidate: Candidate & { readonly architecture: LanguageModel }, training: Omit<TrainingSettings, 'batchSize'>): Promise<OpenJob> {
  const trainer = await machine.openLanguageTrainer(text.train, text.validation, training);
  const { test } = text;
  return {
    adapter: trainer.adapter,
    run: (task, context) => trainer.run(task, context),
    test: async (snapshot) => test && { ...(await trainer.evaluate(candidate, snapshot, test)), tokens: test.tokens.length },
    weights: (snapshot) => ({
      tensors: trainer.tensors(candidate, snapshot),
      metadata: { format: 'foretell-lm-1', model: JSON.stringify(candidate.architecture), vocabulary: JSON.stringify(text.vocabulary), data: text.name },
    }),
    close: () => trainer.close(),
  };
}

function fingerprintOf({ vocabulary, train, validation }: TextSet): string {
  const bytes = ({ tokens }: TokenText): string => hashBytes(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength));
  return hashOf([vocabulary.tokens, bytes(train), bytes(validation)]);
}
