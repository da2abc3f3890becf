// A search over LSTM language models: reads a text, numbers its tokens, and has the machine train on them. Scores are negative losses a
// token; what people are shown is the perplexity.
import { hashBytes, hashOf, isLanguageModel, UsageError } from '../../core/index.js';
import { tokenise, type TextSet, type TokenText } from '../../data/index.js';
import { LstmSpace, lstmSpaceDefaults } from '../../search/index.js';
import type { Machine } from '../machine.js';
import type { SearchJob, SearchTrainer } from './job.js';
import type { SearchOptions } from './options.js';
import type { RestSettings } from './rest.js';

export async function languageJob(options: SearchOptions, rest: RestSettings, machine: Machine): Promise<SearchJob> {
  const text = shortened(tokenise(await machine.openText(options.data), { tokens: rest.tokens, size: rest.vocabulary }), rest);
  const adapter = rest.adapter === undefined ? {} : { adapter: rest.adapter };
  return {
    space: new LstmSpace({ ...lstmSpaceDefaults, vocabulary: text.vocabulary.tokens.length }),
    metric: { name: 'perplexity', negated: true, transform: 'log' },
    data: { name: options.data, tokens: rest.tokens, train: text.train.tokens.length, validation: text.validation.tokens.length, fingerprint: fingerprintOf(text) },
    open: (tuning) => openText(machine, text, { seed: options.seed, tuning, ...adapter }),
  };
}

async function openText(machine: Machine, text: TextSet, training: Parameters<Machine['openLanguageTrainer']>[2]): Promise<SearchTrainer> {
  const trainer = await machine.openLanguageTrainer(text.train, text.validation, training);
  const { test } = text;
  return {
    adapter: trainer.adapter,
    run: (task, context) => trainer.run(task, context),
    test: async (candidate, checkpoint) => test && { metrics: { ...(await trainer.evaluate(candidate, checkpoint, test)) }, tokens: test.tokens.length },
    weights(candidate, checkpoint) {
      const { architecture } = candidate;
      if (architecture === null || !isLanguageModel(architecture)) throw new UsageError('lstm: expected a language model, got another architecture');
      const metadata = { format: 'foretell-lm-1', model: JSON.stringify(architecture), vocabulary: JSON.stringify(text.vocabulary), data: text.name };
      return { tensors: trainer.tensors(candidate, checkpoint), metadata };
    },
    pipelines: () => trainer.pipelines(),
    close: () => trainer.close(),
  };
}

/** The beginnings of its parts. */
function shortened(text: TextSet, rest: RestSettings): TextSet {
  const first = (part: TokenText, count: number | undefined): TokenText => (count === undefined ? part : { ...part, tokens: part.tokens.slice(0, count) });
  const judged = rest['validation-tokens'];
  return { ...text, train: first(text.train, rest['train-tokens']), validation: first(text.validation, judged), test: text.test && first(text.test, judged) };
}

function fingerprintOf({ vocabulary, train, validation }: TextSet): string {
  const bytes = ({ tokens }: TokenText): string => hashBytes(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength));
  return hashOf([vocabulary.tokens, bytes(train), bytes(validation)]);
}
