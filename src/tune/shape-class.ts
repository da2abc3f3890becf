// Shapes that share a choice. Extents up to 8 stay as they are (filter widths, strides, padding, flags: they decide which variants
// fit); larger ones are rounded up to the next power of two. So two shapes of a class differ by less than a factor of two in each
// extent, and a search that varies extents freely meets a number of classes that grows with their logarithm. Coarser classes
// would put a shape that fills a GPU beside one that does not; finer ones make a search tune again for every width it tries.

/** Largest extent that is its own class. */
const EXACT = 8;

/** `C=16 H=32 ...`, names sorted: the identity of the class, the same on every machine. */
export function shapeClass(shape: Readonly<Record<string, number>>): string {
  return Object.entries(shape)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${bucket(value)}`)
    .join(' ');
}

function bucket(value: number): number {
  return value <= EXACT ? value : 2 ** Math.ceil(Math.log2(value));
}
