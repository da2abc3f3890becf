// An architecture is plain data: layers over an image, one after another, with residual blocks and cells as layers that hold layers. These
// are the types alone. An optional member that is absent changes no hash, so networks keep their identity as kinds are added.

export type Pair = readonly [height: number, width: number];
export type Activation = 'relu' | 'none';

interface Named {
  /** What per-layer hyper-parameters call it (`weight_decay.NAME`); several layers may share one. */
  readonly name?: string;
}

interface Weighted extends Named {
  /** Absent = there is one, unless batch norm follows and says `false` here. */
  readonly bias?: false;
  /** First weights normal with this deviation; absent = by fan in and fan out (nn's init). */
  readonly init?: { readonly std: number };
}

export interface ConvLayer extends Weighted {
  readonly type: 'conv';
  readonly filters: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Zeros added on each side, [top and bottom, left and right]. */
  readonly padding: Pair;
  /** Elements from one tap of the filter to the next; absent = 1. */
  readonly dilation?: Pair;
  /** Group g of the filters sees group g of the channels alone; as many as channels = depthwise; absent = 1. */
  readonly groups?: number;
  readonly activation: Activation;
}

export interface PoolLayer extends Named {
  readonly type: 'pool';
  readonly kind: 'max' | 'average';
  readonly size: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  /** Rounds the output's extents up, as Caffe does (32 by 3/2 -> 16): the last windows hang over and see what is there. */
  readonly ceil?: true;
}

/** The mean of each channel: C x 1 x 1. */
export interface GlobalPoolLayer extends Named {
  readonly type: 'global-pool';
}

export interface DenseLayer extends Weighted {
  readonly type: 'dense';
  readonly units: number;
  readonly activation: Activation;
}

/** y = activation(gamma (x - mean) / sqrt(variance + epsilon) + beta), a channel; Ioffe and Szegedy 2015. */
export interface BatchNormLayer extends Named {
  readonly type: 'batch-norm';
  /** Share of the way that the running statistics move to the batch's a step (PyTorch's meaning); absent = 0.1. */
  readonly momentum?: number;
  /** Absent = 1e-5. */
  readonly epsilon?: number;
  readonly activation: Activation;
}

/** y = x (k + alpha / n sum x^2)^-beta over n neighbours; Krizhevsky et al. 2012 across channels, Cuda-Convnet within one. */
export interface LrnLayer extends Named {
  readonly type: 'lrn';
  /** `within`: a size x size window of the same channel; `across`: size channels of the same pixel. */
  readonly region: 'within' | 'across';
  /** Odd. */
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

/** Sets a share `rate` of the elements to zero in training and divides the others by 1 - rate. */
export interface DropoutLayer extends Named {
  readonly type: 'dropout';
  readonly rate: number;
}

export interface ActivationLayer extends Named {
  readonly type: 'activation';
  readonly activation: 'relu';
}

/** y = activation(body(x) + shortcut(x)); He et al. 2016. Both branches end in one shape. */
export interface ResidualLayer extends Named {
  readonly type: 'residual';
  readonly body: readonly Layer[];
  /** Empty = x itself. */
  readonly shortcut: readonly Layer[];
  readonly activation: Activation;
}

/** A way from one node of a cell to another. */
export interface CellEdge {
  /** 0 = what comes into the cell, k = node k; before the node that the edge ends in. */
  readonly from: number;
  /** Empty = the node itself. */
  readonly layers: readonly Layer[];
}

/** Node k is the sum of the edges that end in it, which are of one shape; the last node is what comes out (Dong and Yang 2020). Each other one is used. */
export interface CellLayer extends Named {
  readonly type: 'cell';
  /** Of node 1, 2, ...: its edges. */
  readonly nodes: readonly (readonly CellEdge[])[];
}

export type Layer =
  | ConvLayer
  | PoolLayer
  | GlobalPoolLayer
  | DenseLayer
  | BatchNormLayer
  | LrnLayer
  | DropoutLayer
  | ActivationLayer
  | ResidualLayer
  | CellLayer;

/** One image: channels x height x width. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Architecture {
  readonly input: ImageShape;
  /** The last layer's output is the logits, one a class. */
  readonly layers: readonly Layer[];
}

export const BATCH_NORM_MOMENTUM = 0.1;
export const BATCH_NORM_EPSILON = 1e-5;
