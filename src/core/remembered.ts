// A function of plain data that never changes, worked out once an object: for what is shared by very many candidates (a layer, a graph).

/** `make` is called once for each object, for as long as the object lives. */
export function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = make(key);
    known.set(key, value);
    return value;
  };
}
