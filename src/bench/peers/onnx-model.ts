// Just enough of ONNX's protocol buffers to write a graph with its weights (onnx.proto3, field numbers from the specification). Written with
// a library's encoder; reads nothing.

/** What is used of pbf. */
export interface Encoder {
  writeVarintField(tag: number, value: number): void;
  writeStringField(tag: number, value: string): void;
  writeBytesField(tag: number, value: Uint8Array): void;
  writeMessage<T>(tag: number, write: (value: T, encoder: Encoder) => void, value: T): void;
  finish(): Uint8Array;
}

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whole numbers, or lists of them. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  /** Inputs are weights too: nothing is uploaded a run. */
  readonly weights: readonly OnnxTensor[];
  readonly output: { readonly name: string; readonly dims: readonly number[] };
}

const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { INT: 2, INTS: 7 };

/** A ModelProto. */
export function encodeModel(encoder: Encoder, graph: OnnxGraph): Uint8Array {
  encoder.writeVarintField(1, IR_VERSION);
  encoder.writeMessage(7, writeGraph, graph);
  encoder.writeMessage(8, (version: number, e) => e.writeVarintField(2, version), OPSET);
  return encoder.finish();
}

function writeGraph({ nodes, weights, output }: OnnxGraph, encoder: Encoder): void {
  for (const node of nodes) encoder.writeMessage(1, writeNode, node);
  encoder.writeStringField(2, 'peer');
  for (const tensor of weights) encoder.writeMessage(5, writeTensor, tensor);
  encoder.writeMessage(12, writeOutput, output);
}

function writeNode({ op, inputs, outputs, attributes = {} }: OnnxNode, encoder: Encoder): void {
  for (const name of inputs) encoder.writeStringField(1, name);
  for (const name of outputs) encoder.writeStringField(2, name);
  encoder.writeStringField(4, op);
  for (const attribute of Object.entries(attributes)) encoder.writeMessage(5, writeAttribute, attribute);
}

function writeAttribute([name, value]: readonly [string, number | readonly number[]], encoder: Encoder): void {
  encoder.writeStringField(1, name);
  if (typeof value === 'number') {
    encoder.writeVarintField(3, value);
    encoder.writeVarintField(20, ATTRIBUTE.INT);
    return;
  }
  for (const each of value) encoder.writeVarintField(8, each);
  encoder.writeVarintField(20, ATTRIBUTE.INTS);
}

function writeTensor({ name, dims, values }: OnnxTensor, encoder: Encoder): void {
  for (const dim of dims) encoder.writeVarintField(1, dim);
  encoder.writeVarintField(2, values instanceof Float32Array ? FLOAT : INT64);
  encoder.writeStringField(8, name);
  encoder.writeBytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writeOutput({ name, dims }: OnnxGraph['output'], encoder: Encoder): void {
  encoder.writeStringField(1, name);
  encoder.writeMessage(2, (of: readonly number[], type) => type.writeMessage(1, writeTensorType, of), dims);
}

function writeTensorType(dims: readonly number[], encoder: Encoder): void {
  encoder.writeVarintField(1, FLOAT);
  encoder.writeMessage(2, (of: readonly number[], shape) => of.forEach((dim) => shape.writeMessage(1, (size: number, e) => e.writeVarintField(1, size), dim)), dims);
}
