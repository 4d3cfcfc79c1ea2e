import type { Collection, Db } from 'mongodb';
import type { Lease, Leases } from '../../../application/ports/leases.js';
import { isDuplicate } from './connection.js';

/** Milliseconds. A projector that was killed is replaced after this time. */
const usualLastsMs = 15_000;
/** Of a lease that was released. */
const never = new Date(0);

interface LeaseDocument {
  readonly _id: string;
  readonly epoch: number;
  /** When it runs out, by the clock of its holder. */
  readonly until: Date;
}

/**
 * Leases in MongoDB, a document for each name, which stays when the lease is released: its epoch never goes back. Clocks of the processes
 * should agree to a few seconds. If they do not, a lease changes hands too early or too late, but the store of rows still refuses what is
 * written under the lower epoch.
 */
export class MongoLeases implements Leases {
  readonly #leases: Collection<LeaseDocument>;

  constructor(
    db: Db,
    readonly lastsMs = usualLastsMs,
    private readonly now: () => number = Date.now,
  ) {
    this.#leases = db.collection('leases');
  }

  async acquire(name: string): Promise<Lease | null> {
    try {
      const given = await this.#leases.findOneAndUpdate(
        { _id: name, until: { $lte: new Date(this.now()) } },
        { $inc: { epoch: 1 }, $set: { until: this.#until() } },
        { upsert: true, returnDocument: 'after' },
      );
      return given && { name, epoch: given.epoch };
    } catch (error) {
      if (isDuplicate(error)) return null; // it is held
      throw error;
    }
  }

  async renew({ name, epoch }: Lease): Promise<boolean> {
    const { matchedCount } = await this.#leases.updateOne({ _id: name, epoch, until: { $gt: never } }, { $set: { until: this.#until() } });
    return matchedCount === 1;
  }

  async held(): Promise<ReadonlySet<string>> {
    const found = await this.#leases.find({ until: { $gt: new Date(this.now()) } }, { projection: { _id: 1 } }).toArray();
    return new Set(found.map(({ _id }) => _id));
  }

  async release({ name, epoch }: Lease): Promise<void> {
    await this.#leases.updateOne({ _id: name, epoch }, { $set: { until: never } });
  }

  #until(): Date {
    return new Date(this.now() + this.lastsMs);
  }
}
