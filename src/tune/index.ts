// Door of the room tune: which variant of a kernel runs. Candidates in; evidence and a choice out. Knows no op.
export {
  type Choice, type Chooser, describeChoice, type Measurable, pick, type Question, type Ranking, type Track,
} from './choice.js';
export { classOf, type Evidence, type EvidenceKey, type EvidenceStore, keyOf, type Measured } from './evidence.js';
export { parseDecision, parseEvidence } from './evidence-schema.js';
export { type Meter, openMeter, type Timestamps, timestampsOf } from './meter.js';
export { Quiet } from './quiet.js';
export { race, type RaceOptions, rankingOf } from './race.js';
export { median, quantile } from './statistics.js';
export { shapeClass } from './shape-class.js';
export { type Decision, type Measuring, Tuner, type TunerOptions } from './tuner.js';
export { type ChooserOptions, createChooser, createFixedChooser } from './untuned.js';
