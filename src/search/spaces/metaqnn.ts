// MetaQNN's space (Baker et al. 2017): the paper's table of layers and rules of what may follow (core/networks/metaqnn-rules.ts), trained with the paper's
// numbers. A candidate's graph holds its layers in words, those of recorded MetaQNN sets. The paper's restarts of runs that do not learn at lower rates
// are not here: such a run is a trial with a poor score.
import {
  chainGraph, countsOf, isSameData, metaqnnActions, metaqnnFault, metaqnnNetwork, metaqnnTable, metaqnnWord, remembered, ShapeError, UsageError, withDropout,
  type Architecture, type Candidate, type ImageShape, type Json, type MetaqnnLayer, type MetaqnnSpace as Rules, type Rng, type Space,
} from '../../core/index.js';
import { inTurn, type OneChoice, others } from './neighbours.js';

export interface MetaqnnSpaceOptions {
  /** Square. */
  readonly input: ImageShape;
  readonly classes: number;
  /** Most layers before the softmax. Default 18, the paper's for CIFAR-10 (12 for SVHN). */
  readonly depth?: number;
  /** Filters of the network are the table's times this, rounded: 1/16 for two cores. Words and rules stay the table's. Default 1. */
  readonly multiplier?: number;
  /** T: the rate falls to a fifth at each quarter, the paper's every 5 of 20 epochs. Default 20. */
  readonly epochs?: number;
  /** Images a step. Default 128. */
  readonly batch?: number;
}

export class MetaqnnNetSpace implements Space {
  readonly name = 'metaqnn';
  readonly settings: { readonly [key: string]: Json };
  /** What may follow what, for those who build a network a layer at a time. */
  readonly rules: Rules;
  private readonly hp: Candidate['hp'];
  private readonly table: readonly MetaqnnLayer[];
  private readonly words: ReadonlyMap<string, MetaqnnLayer>;
  /** With the filters of the network. */
  private readonly narrowed: (layer: MetaqnnLayer) => MetaqnnLayer;

  constructor(private readonly options: MetaqnnSpaceOptions) {
    const { input, classes, depth = 18, multiplier = 1, epochs = 20, batch = 128 } = options;
    if (input.height !== input.width) throw new UsageError(`metaqnn space: expected square images, got ${input.height} x ${input.width}`);
    const whole = [depth, epochs, batch].every((n) => Number.isInteger(n) && n >= 1);
    if (!whole || !(multiplier > 0)) throw new UsageError(`metaqnn space: expected depth, epochs and batch from 1 and a filter multiplier above 0, got ${depth}, ${epochs}, ${batch} and ${multiplier}`);
    this.rules = { classes, size: input.height, depth };
    this.settings = { input: { ...input }, classes, depth, multiplier, epochs, batch };
    this.hp = { optimizer: 1, learning_rate: 1e-3, lr_factor: 0.2, lr_step: epochs / 4, weight_decay: 5e-4, batch_size: batch, flip: 1 };
    this.narrowed = remembered((layer: MetaqnnLayer) => (layer.type === 'C' ? { ...layer, filters: Math.max(1, Math.round(layer.filters * multiplier)) } : layer));
    this.table = metaqnnTable(classes);
    this.words = new Map([...this.table, { type: 'SM', classes } as const].map((layer) => [metaqnnWord(layer), layer]));
  }

  /** Layers drawn one after another among those allowed, the end among them. */
  sample(rng: Rng): Candidate {
    const layers: MetaqnnLayer[] = [];
    for (let actions = metaqnnActions(layers, this.rules); actions.length > 0; actions = metaqnnActions(layers, this.rules)) layers.push(rng.pick(actions));
    return this.candidate(layers);
  }

  neighbours(given: Candidate, rng: Rng, most: number): readonly Candidate[] {
    const self = this.validate(given);
    const layers = this.layersOf(self) ?? [];
    const spliced = (at: number, removed: number, added: readonly MetaqnnLayer[]): Candidate | null => {
      const other = [...layers.slice(0, at), ...added, ...layers.slice(at + removed)];
      return metaqnnFault(other, this.rules) === null ? { ...this.candidate(other), hp: self.hp } : null;
    };
    const places = layers.slice(0, -1).map((_, at) => at);
    const insertions = [...places, layers.length - 1].flatMap((at) => this.table.map((layer) => [at, layer] as const));
    return inTurn(self, [
      ...places.map((at): OneChoice => others(this.table, layers[at], rng, (layer) => spliced(at, 1, [layer]))),
      others(places, -1, rng, (at) => spliced(at, 1, [])),
      others(insertions, undefined, rng, ([at, layer]) => spliced(at, 0, [layer])),
    ], rng, most, ({ graph }) => graph?.operations.join() ?? '');
  }

  /** Hyper-parameters that are not said are the paper's. */
  validate(given: Candidate): Candidate {
    const layers = this.layersOf(given);
    if (layers === null) throw new UsageError('metaqnn space: expected a graph that is a row of the table\'s layers (input, C64x3, P2, FC128, GAP, SM, output and the like), got another candidate');
    const fault = metaqnnFault(layers, this.rules);
    if (fault !== null) throw new ShapeError(`metaqnn space: ${fault}`);
    const candidate = this.candidate(layers);
    if (given.architecture !== null && !isSameData(given.architecture, candidate.architecture)) throw new ShapeError('metaqnn space: expected the network of its graph\'s layers with their dropout, got another; leave architecture null and it is built');
    const hp = { ...this.hp, ...given.hp };
    if (!((hp['learning_rate'] ?? 0) > 0)) throw new UsageError(`metaqnn space: expected hp.learning_rate above 0, got ${hp['learning_rate']}`);
    return { ...candidate, hp };
  }

  /** Of layers from the first to the softmax; dropout is added. Throws ShapeError where they are no network. */
  candidate(layers: readonly MetaqnnLayer[]): Candidate {
    const { input, classes } = this.options;
    const states = layers.filter(({ type }) => type !== 'D');
    const architecture = metaqnnNetwork(withDropout(states).map(this.narrowed), { input, classes });
    return { architecture, ap: numbersOf(states, architecture), hp: this.hp, graph: chainGraph(states.map(wordOf)) };
  }

  /** A candidate's layers without dropout; null where its graph is no row of the table's. */
  layersOf({ graph }: Candidate): readonly MetaqnnLayer[] | null {
    if (graph === undefined || !isSameData(graph, chainGraph(graph.operations.slice(1, -1)))) return null;
    const layers = graph.operations.slice(1, -1).map((word) => this.words.get(word));
    return layers.every((layer) => layer !== undefined) ? layers : null;
  }
}

const wordOf = remembered(metaqnnWord);

function numbersOf(layers: readonly MetaqnnLayer[], architecture: Architecture): Candidate['ap'] {
  const { weights, flops } = countsOf(architecture);
  const counts = { C: 0, P: 0, FC: 0, GAP: 0, D: 0, SM: 0 };
  let [filters, sizes] = [0, 0];
  for (const layer of layers) {
    counts[layer.type]++;
    if (layer.type !== 'C') continue;
    filters += layer.filters;
    sizes += layer.size;
  }
  return {
    weights, flops, layers: layers.length, conv_layers: counts.C, pool_layers: counts.P, dense_layers: counts.FC, global_pool: counts.GAP, filters,
    kernel_mean: sizes / Math.max(1, counts.C),
  };
}
