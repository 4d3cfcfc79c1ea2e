import { type Collection, type Db, ObjectId } from 'mongodb';
import {
  type Build,
  type BuildKey,
  type ChangedRow,
  CheckpointMoved,
  type ProjectionStore,
  StaleEpoch,
  type StoredRow,
  type Write,
} from '../../../application/ports/projection-store.js';
import { beginning, type Position } from '../../../projections/position.js';
import { isDuplicate } from './connection.js';
import { Rows } from './rows.js';

/** The rows of a build that was dropped stay so long: reads that began before may still need them. */
const droppedStaysMs = 60_000;
/**
 * Tombstones below the checkpoint stay so long. A writer that lost its lease, and was held up between reading the checkpoint and writing
 * its rows, cannot bring a removed row back before.
 */
const tombstonesStayMs = 24 * 3_600_000;
const purgeEveryMs = 3_600_000;

interface BuildDocument extends Omit<Build, 'id'> {
  /** Also the name of the collection of its rows. Never used again. */
  readonly _id: string;
  /** Unique: name, version and generation; of a build that was dropped its id. */
  readonly key: string;
  readonly epoch: number;
  readonly orderedBy: string | null;
  /** Orders the builds. */
  readonly created: ObjectId;
  readonly dropped?: Date;
}

/**
 * Rows in MongoDB, a collection for each build, without transactions (docs/adr/0017). A page is written row by row, each guarded by its
 * position, then the checkpoint, guarded by the epoch: a page that was broken off is written again and gives the same rows.
 */
export class MongoProjectionStore implements ProjectionStore {
  readonly #builds: Collection<BuildDocument>;
  readonly #purged = new Map<string, number>();

  /** For reading, or for writing once `open` has been called. */
  constructor(private readonly db: Db) {
    this.#builds = db.collection('builds');
  }

  static async open(db: Db): Promise<MongoProjectionStore> {
    const store = new MongoProjectionStore(db);
    await store.#builds.createIndex({ key: 1 }, { unique: true });
    return store;
  }

  async builds(): Promise<readonly Build[]> {
    const found = await this.#builds.find({ dropped: { $exists: false } }, { sort: { created: 1 } }).toArray();
    return found.map(toBuild);
  }

  async create({ name, version, generation }: BuildKey, epoch: number, live: boolean, orderedBy?: string): Promise<Build> {
    const key = `${name}@${version}+${generation}`;
    const created = new ObjectId();
    const fresh: BuildDocument = {
      ...{ _id: `${name}_v${version}_${created.toHexString()}`, key, name, version, generation, live, epoch, created },
      ...{ position: beginning, lastEvent: null, failure: null, orderedBy: orderedBy ?? null },
    };
    try {
      await this.#builds.updateOne({ key }, { $setOnInsert: fresh }, { upsert: true });
    } catch (error) {
      if (!isDuplicate(error)) throw error; // another made it at the same moment
    }
    const taken = await this.#builds.findOneAndUpdate({ key, epoch: { $lte: epoch } }, { $set: { epoch } }, { returnDocument: 'after' });
    if (!taken) {
      const other = await this.#builds.findOne({ key });
      if (other) throw new StaleEpoch(other._id, epoch, other.epoch);
      throw new Error(`build ${key} was dropped while it was taken over`);
    }
    await this.#rows(taken._id).prepare(taken.orderedBy !== null); // also if who made the build did not come so far
    return toBuild(taken);
  }

  async load(build: string, keys: readonly string[]): Promise<readonly ChangedRow[]> {
    return this.#rows(build).load(keys);
  }

  /** @throws RowTooLarge before anything is written */
  async commit(write: Write): Promise<void> {
    const { build, epoch, after, rows, position, lastEvent, failure, goesLive } = write;
    if (rows.length > 0) {
      const found = await this.#current(write);
      await this.#rows(build).put(rows, found.orderedBy);
    }
    const set = { position, lastEvent, failure, epoch, ...(goesLive && { live: true }) };
    const guard = { _id: build, position: after, epoch: { $lte: epoch }, dropped: { $exists: false } };
    const { matchedCount } = await this.#builds.updateOne(guard, { $set: set });
    if (matchedCount === 0) {
      await this.#current(write);
      throw new Error(`build ${build} was not written, and may be now: it changed meanwhile`);
    }
    await this.#purgeNowAndThen(build, after);
  }

  /** The rows stay for a while; nobody writes or finds the build any more. */
  async drop(build: string): Promise<void> {
    await this.#builds.updateOne({ _id: build, dropped: { $exists: false } }, { $set: { dropped: new Date(), key: build } });
    await this.sweep();
  }

  async scan(build: string, after: string | null, limit: number): Promise<readonly StoredRow[]> {
    return this.#rows(build).list({ prefix: '', limit, ...(after !== null && { after }) });
  }

  /** Removes the rows of builds that were dropped a while before `now`. */
  async sweep(now = Date.now()): Promise<void> {
    const dropped = await this.#builds.find({ dropped: { $lt: new Date(now - droppedStaysMs) } }).toArray();
    for (const { _id } of dropped) {
      await this.db.dropCollection(_id);
      await this.#builds.deleteOne({ _id });
    }
  }

  /** Removes tombstones up to a checkpoint, of rows that were removed long before `now`. */
  async purge(build: string, checkpoint: Position, now = Date.now()): Promise<void> {
    await this.#rows(build).purge(new Date(now - tombstonesStayMs), checkpoint);
  }

  async #purgeNowAndThen(build: string, checkpoint: Position): Promise<void> {
    if (performance.now() - (this.#purged.get(build) ?? -Infinity) < purgeEveryMs) return;
    this.#purged.set(build, performance.now());
    try {
      await this.purge(build, checkpoint);
      await this.sweep();
    } catch {
      // the page is written; it is tried again in an hour
    }
  }

  /**
   * @throws StaleEpoch
   * @throws CheckpointMoved
   */
  async #current({ build, epoch, after }: Write): Promise<BuildDocument> {
    const found = await this.#builds.findOne({ _id: build, dropped: { $exists: false } });
    if (!found) throw new Error(`there is no build ${build}`);
    if (epoch < found.epoch) throw new StaleEpoch(build, epoch, found.epoch);
    if (found.position !== after) throw new CheckpointMoved(build, after, found.position);
    return found;
  }

  #rows(build: string): Rows {
    return new Rows(this.db, build);
  }
}

const toBuild = ({ _id, name, version, generation, live, position, lastEvent, failure }: BuildDocument): Build => ({
  ...{ id: _id, name, version, generation, live, position, lastEvent, failure },
});
