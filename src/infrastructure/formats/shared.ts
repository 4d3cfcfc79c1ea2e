/** So many values are kept. Where almost all are different, keeping more would need more memory than it saves. */
export const mostKept = 100_000;

/** Makes the value of a key once and gives it again. So equal papers share what they say, and are read once. */
export class Shared<K, V> {
  private readonly kept = new Map<K, V>();

  constructor(private readonly make: (key: K) => V) {}

  of(key: K): V {
    const before = this.kept.get(key);
    if (before !== undefined) return before;
    const made = this.make(key);
    if (this.kept.size < mostKept) this.kept.set(key, made);
    return made;
  }
}
