// Door of the room search: spaces and strategies.
export { type Domain, poolDomain, spaceDomain, type Words } from './sources/domain.js';
export { evolutionDefaults, type EvolutionOptions, evolutionSource } from './sources/evolution.js';
export { localDefaults, type LocalOptions, localSource } from './sources/local.js';
export { identityOf, type Offer, poolSource, sampledSource, type Source } from './source.js';
export { chainNumbers, ChainSpace, chainSpaceDefaults, type ChainSpaceOptions } from './spaces/chain.js';
export { CudaConvnetSpace, type CudaConvnetSpaceOptions } from './spaces/cuda-convnet.js';
export { LstmSpace, lstmSpaceDefaults, type LstmSpaceOptions } from './spaces/lstm.js';
export { MetaqnnNetSpace, type MetaqnnSpaceOptions } from './spaces/metaqnn.js';
export { NumberSpace, type NumberRange } from './spaces/numbers.js';
export { AshaStrategy, type AshaOptions } from './strategies/asha.js';
export { type Bracket, halvingBracket, hyperbandBrackets } from './strategies/bracket-plans.js';
export { BracketStrategy } from './strategies/brackets.js';
export { FullStrategy, type FullStrategyOptions } from './strategies/full.js';
