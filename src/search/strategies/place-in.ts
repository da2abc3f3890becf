// A place in a list that is kept in order, by bisection: strategies rank every trial at every event, and a walk or a sort would cost N^2.

/** Where `item` is or belongs. `order` is below 0 where the first goes first, and 0 of an item and itself alone. */
export function placeIn<T>(list: readonly T[], item: T, order: (a: T, b: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(list[middle] as T, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
