import type { Collection, Db, Filter } from 'mongodb';
import { boundsOf } from '../../../application/ports/key-order.js';
import { type ChangedRow, RowTooLarge, type StoredRow } from '../../../application/ports/projection-store.js';
import type { OrderedRange, Range } from '../../../application/ports/read-models.js';
import type { Position } from '../../../projections/position.js';
import { duplicatesIn } from './connection.js';

/** A document of MongoDB holds at most 16 MiB; the command that writes it, and names its key once more, no more. */
const largestDocument = 16 * 1024 * 1024;
/** Names of fields and the like, in bytes. */
const besidesTexts = 512;
/** Another writer may change the same rows. After so many rounds something else is wrong. */
const mostRounds = 10;

/** A row, or the tombstone of one that was removed. */
interface RowDocument {
  readonly _id: string;
  /** JSON as it was folded, byte for byte; null: removed. */
  readonly row: string | null;
  readonly position: Position;
  /** Value of the field that the projection is `orderedBy`. */
  readonly order?: string;
  /** When the row was removed. */
  readonly gone?: Date;
}

/** The rows of a build: a collection of its own. MongoDB compares texts by their UTF-8 bytes, which is by code point. */
export class Rows {
  readonly #documents: Collection<RowDocument>;

  constructor(
    db: Db,
    private readonly build: string,
  ) {
    this.#documents = db.collection(build);
  }

  /** Makes the collection and its indexes. Calling it again changes nothing. */
  async prepare(isOrdered: boolean): Promise<void> {
    await this.#documents.createIndex({ gone: 1 }, { sparse: true });
    if (isOrdered) await this.#documents.createIndex({ order: 1, _id: 1 });
  }

  /**
   * Writes the rows, each only over one of a lower position. A guarded upsert fails with E11000 if the stored row is not lower, and also
   * if another writer inserts the row at the same moment: then it is tried again.
   * @throws RowTooLarge before anything is written
   */
  async put(rows: readonly ChangedRow[], orderedBy: string | null): Promise<void> {
    const now = new Date();
    let left = rows.map((row) => this.#documentOf(row, orderedBy, now));
    for (let round = 0; left.length > 0; round++) {
      if (round === mostRounds)
        throw new Error(`rows of build ${this.build} cannot be written: ${left.length} of them exist and do not exist`);
      const refused = await this.#write(left);
      if (refused.length === 0) return;
      const positions = new Map((await this.#positionsOf(refused)).map(({ _id, position }) => [_id, position]));
      left = refused.filter(({ _id, position }) => (positions.get(_id) ?? -1) < position);
    }
  }

  /** Writes the documents, and returns those that were refused. */
  async #write(documents: readonly RowDocument[]): Promise<readonly RowDocument[]> {
    const operations = documents.map(({ _id, ...replacement }) => ({
      replaceOne: { filter: { _id, position: { $lt: replacement.position } }, replacement, upsert: true },
    }));
    try {
      await this.#documents.bulkWrite(operations, { ordered: false });
      return [];
    } catch (error) {
      return duplicatesIn(error).map((index) => documents[index]!);
    }
  }

  #positionsOf(documents: readonly RowDocument[]): Promise<Pick<RowDocument, '_id' | 'position'>[]> {
    return this.#documents.find({ _id: { $in: documents.map(({ _id }) => _id) } }, { projection: { position: 1 } }).toArray();
  }

  /** The rows with these keys, and the tombstones. */
  async load(keys: readonly string[]): Promise<readonly ChangedRow[]> {
    if (keys.length === 0) return [];
    const found = await this.#documents.find({ _id: { $in: keys } }).toArray();
    return found.map(({ _id, row, position }) => ({ key: _id, row, position }));
  }

  async get(key: string): Promise<StoredRow | null> {
    const found = await this.#documents.findOne({ _id: key });
    return found?.row == null ? null : { key, row: found.row, position: found.position };
  }

  list(range: Range): Promise<readonly StoredRow[]> {
    return read(this.listing(range));
  }

  listOrdered(range: OrderedRange): Promise<readonly StoredRow[]> {
    return read(this.listingOrdered(range));
  }

  listing(range: Range) {
    const { from, fromIncluded, below } = boundsOf(range);
    const keys = { ...(fromIncluded ? { $gte: from } : { $gt: from }), ...(below !== null && { $lt: below }) };
    return this.#documents.find({ _id: keys, row: { $ne: null } }, { sort: { _id: range.reverse ? -1 : 1 }, limit: range.limit });
  }

  /** Tombstones have no `order`. The bounds of `order` let the index begin at the place. */
  listingOrdered({ upTo, after, limit }: OrderedRange) {
    const filter: Filter<RowDocument> = after
      ? {
          order: { $gte: after.value, $lte: upTo },
          $or: [{ order: { $gt: after.value } }, { order: after.value, _id: { $gt: after.key } }],
        }
      : { order: { $lte: upTo } };
    return this.#documents.find(filter, { sort: { order: 1, _id: 1 }, limit });
  }

  /** Removes the tombstones of what was removed before an instant, up to a position. */
  async purge(before: Date, upTo: Position): Promise<void> {
    await this.#documents.deleteMany({ gone: { $lt: before }, position: { $lte: upTo } });
  }

  #documentOf({ key, row, position }: ChangedRow, orderedBy: string | null, now: Date): RowDocument {
    if (row === null) return { _id: key, row, position, gone: now };
    const order = orderedBy === null ? undefined : (JSON.parse(row) as Readonly<Record<string, unknown>>)[orderedBy];
    const document = { _id: key, row, position, ...(typeof order === 'string' && { order }) };
    const bytes = byteLength(row) + 2 * byteLength(key) + byteLength(document.order ?? '') + besidesTexts;
    if (bytes > largestDocument) throw new RowTooLarge({ key, position }, bytes, largestDocument);
    return document;
  }
}

const byteLength = (text: string): number => Buffer.byteLength(text);

async function read(cursor: ReturnType<Rows['listing']>): Promise<readonly StoredRow[]> {
  const found = await cursor.toArray();
  return found.map(({ _id, row, position }) => ({ key: _id, row: row!, position }));
}
