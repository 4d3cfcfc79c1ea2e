import type { Lease, Leases } from '../../../application/ports/leases.js';

/** Leases in memory; for tests. All who share the object are different holders. */
export class MemoryLeases implements Leases {
  readonly #epochs = new Map<string, number>();
  /** The instants at which the held leases run out, by name. */
  readonly #held = new Map<string, number>();

  constructor(
    readonly lastsMs = Infinity,
    private readonly now: () => number = () => 0,
  ) {}

  async acquire(name: string): Promise<Lease | null> {
    await Promise.resolve();
    if ((this.#held.get(name) ?? -Infinity) > this.now()) return null;
    const epoch = (this.#epochs.get(name) ?? 0) + 1;
    this.#epochs.set(name, epoch);
    this.#held.set(name, this.now() + this.lastsMs);
    return { name, epoch };
  }

  async renew(lease: Lease): Promise<boolean> {
    await Promise.resolve();
    const isHeld = this.#isHeld(lease);
    if (isHeld) this.#held.set(lease.name, this.now() + this.lastsMs);
    return isHeld;
  }

  async held(): Promise<ReadonlySet<string>> {
    await Promise.resolve();
    return new Set([...this.#held].flatMap(([name, until]) => (until > this.now() ? [name] : [])));
  }

  async release(lease: Lease): Promise<void> {
    await Promise.resolve();
    if (this.#isHeld(lease)) this.#held.delete(lease.name);
  }

  #isHeld({ name, epoch }: Lease): boolean {
    return this.#held.has(name) && this.#epochs.get(name) === epoch;
  }
}
