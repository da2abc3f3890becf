// Door of the room data: bytes in, images and descriptions of batches out. Reads no file and knows no platform.
export { cifar10ImageSet } from './cifar.js';
export { assembleCurveSet, type Table } from './curves/assemble.js';
export { parseManifest, type ColumnEncoding, type CurveManifest } from './curves/manifest.js';
export { cutAt, everyNth, parseThinning, stretched, thinned, type Thinning } from './curves/thin.js';
export { completeRows, fromUnit, inScoresOf, recordedOf, scoreOf, toUnit, withTransform, type CurveMetric, type CurveRow, type CurveSet } from './curves/set.js';
export { decompressed, isGzip } from './gzip.js';
export { idxImageSet, parseIdx, type IdxArray, type IdxFile } from './idx.js';
export { checkedImageSet, classCounts, imageLength, takeImages, type ImageSet, type ImageSource } from './image-set.js';
export { isStream, streamMoments, streamOf, takeStream, type ImageBatch, type ImageFacts, type ImageStream } from './image-stream.js';
export { moments, type Moments } from './moments.js';
export { batches, order, type Batch } from './order.js';
export { decodeSafetensors, encodeSafetensors, type NamedTensor, type Tensors } from './safetensors.js';
export { shrunkImages } from './shrink.js';
export { splitImages, splitNumbers, subset, subsetNumbers, type Labelled, type Split, type SplitSizes } from './split.js';
export { syntheticImages, type SyntheticSpec } from './synthetic.js';
export { splitText, tokenise, type TextSet, type TextSource, type TokenText } from './text.js';
export { textStreams, textWindows, type TextWindow, type TokenStreams } from './text-streams.js';
export { buildVocabulary, decodeText, encodeText, END_OF_LINE, type TokenKind, UNKNOWN, unknownShare, type Vocabulary, type VocabularyOptions } from './vocabulary.js';
