// The best few of many, kept as they come by: a heap with the least of them on top. Of equals the earlier; what is the same by `identity` once, or a
// million draws from a small space would leave a hundred times the same one.
export class Best<T> {
  private readonly heap: { readonly item: T; readonly worth: number; readonly place: number; readonly name: string }[] = [];
  private readonly names = new Set<string>();
  private places = 0;

  /** `identity` is asked for only of what would be kept. */
  constructor(private readonly most: number, private readonly identity: (item: T, place: number) => string = (_, place) => String(place)) {}

  add(item: T, worth: number): void {
    const place = this.places++;
    const full = this.heap.length === this.most;
    if (full && !(worth > (this.heap[0]?.worth ?? Infinity))) return;
    const name = this.identity(item, place);
    if (this.names.has(name)) return;
    if (full) this.removeLeast();
    this.names.add(name);
    this.heap.push({ item, worth, place, name });
    this.rise(this.heap.length - 1);
  }

  falling(): T[] {
    return [...this.heap].sort((a, b) => b.worth - a.worth || a.place - b.place).map(({ item }) => item);
  }

  private removeLeast(): void {
    this.names.delete(this.heap[0]?.name ?? '');
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    for (let at = 0; ; ) {
      const child = [2 * at + 1, 2 * at + 2].filter((i) => i < this.heap.length).reduce((a, b) => (a >= 0 && !this.isBelow(b, a) ? a : b), -1);
      if (child < 0 || !this.isBelow(child, at)) return;
      this.swap(at, child);
      at = child;
    }
  }

  private rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.isBelow(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** Worth less, or as much and later. */
  private isBelow(a: number, b: number): boolean {
    const [x, y] = [this.heap[a], this.heap[b]];
    if (x === undefined || y === undefined) return false;
    return x.worth < y.worth || (x.worth === y.worth && x.place > y.place);
  }

  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b] as (typeof this.heap)[0], this.heap[a] as (typeof this.heap)[0]];
  }
}
