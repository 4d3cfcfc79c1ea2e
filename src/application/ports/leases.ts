/** The right to do some work alone, held for a while. */
export interface Lease {
  /** The work. */
  readonly name: string;
  /** From 1; higher each time the lease is given. A store refuses what is written under a lower epoch than it has seen. */
  readonly epoch: number;
}

/**
 * Gives each lease to one holder at a time. The holder renews it well within `lastsMs`; otherwise it is given to the next one who asks. A
 * holder that was held up may still believe that it holds the lease, so every write carries the epoch.
 */
export interface Leases {
  /** Milliseconds for which a lease is held without being renewed; Infinity if it is held until it is released or the process ends. */
  readonly lastsMs: number;
  /** Null if the lease is held, also by this process. */
  acquire(name: string): Promise<Lease | null>;
  /** Holds the lease for another `lastsMs`. False if it is no longer held: it was released, or given to another after it had run out. */
  renew(lease: Lease): Promise<boolean>;
  /** The names of all leases that are held now, by any process. */
  held(): Promise<ReadonlySet<string>>;
  /** Gives the lease back. Nothing happens if it is no longer held. */
  release(lease: Lease): Promise<void>;
}
