// Door of the room experiments: studies and predictors on recorded curves. Plain tables out; files, clocks and pages are handed in or left out.
export { evaluate, type Evaluation, type EvaluateOptions } from './evaluate/evaluate.js';
export { divide, type Division } from './evaluate/split.js';
