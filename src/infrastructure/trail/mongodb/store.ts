import { LRUCache } from 'lru-cache';
import { type AnyBulkWriteOperation, Binary, type Collection, type Db, type Document, ObjectId } from 'mongodb';
import {
  type Listed,
  SegmentReplaced,
  type TrailChange,
  type TrailEnd,
  type TrailStore,
  TrailUnreadable,
} from '../../../application/ports/trail.js';
import {
  type Block,
  endOf,
  isWithinSpan,
  mostParts,
  type Segment,
  type SegmentHead,
  type Span,
  timesOf,
  usualLayout,
} from '../../../application/trail/segment.js';
import { trailVersion } from '../../../application/trail/subjects.js';
import type { Position } from '../../../projections/position.js';
import { isDuplicate } from '../../read-models/mongodb/connection.js';

interface SegmentDocument extends Listed {
  /** Its place in the order: below 2^53, as the keys of parts, up to 2^31 events. */
  readonly _id: number;
  readonly buckets: number;
  readonly hot: Binary;
  readonly zones: Binary;
  /** When it was written: what is kept in memory of it is of no use for another one. */
  readonly made: ObjectId;
}
interface PartDocument {
  readonly _id: number;
  readonly bytes: Binary;
}
interface BlockDocument {
  /** The number of its first event. */
  readonly _id: number;
  readonly first: Position;
  readonly distances: Binary;
}
interface EndDocument extends TrailEnd {
  readonly _id: 'end';
}

const keyOf = ({ start, bits }: Span): number => start * 32 + bits;
const partKey = (span: Span, index: number): number => keyOf(span) * mostParts + index;
/** Under which one process at a time writes the index. */
export const trailLease = 'trail';
/** Documents that are written at once. */
const batch = 1_000;
/** Bytes of heads that are kept in memory. */
const remembered = 8_000_000;

/**
 * The index of the audit trail in MongoDB, without transactions: the parts and blocks of a segment are written before the segment itself,
 * and what it replaces is removed after that. A change that was broken off is written again.
 */
export class MongoTrail implements TrailStore {
  readonly #segments: Collection<SegmentDocument>;
  readonly #parts: Collection<PartDocument>;
  readonly #blocks: Collection<BlockDocument>;
  readonly #end: Collection<EndDocument>;
  readonly #heads = new LRUCache<string, SegmentHead>({
    maxSize: remembered,
    sizeCalculation: ({ hot, zones }) => hot.byteLength + zones.byteLength + 200,
  });
  /** When each segment was written, as they were last listed. */
  #made = new Map<number, string>();

  constructor(
    db: Db,
    readonly layout = usualLayout,
  ) {
    this.#segments = db.collection('trail_segments');
    this.#parts = db.collection('trail_parts');
    this.#blocks = db.collection('trail_blocks');
    this.#end = db.collection('trail_end');
  }

  /** Makes the index of the blocks, and removes segments that were replaced by a process that then ended. Only for the writer. */
  async prepare(): Promise<void> {
    await this.#blocks.createIndex({ first: 1 });
    const all = await this.#listed();
    const whole = uncovered(all);
    if (whole.length < all.length) for (const span of whole) await this.#removeBelow(span);
  }

  async segments(): Promise<readonly Listed[]> {
    const [end, all] = await Promise.all([this.end(), this.#listed()]);
    if (end?.version !== trailVersion) return [];
    this.#made = new Map(all.map((one) => [one._id, one.made.toHexString()]));
    return uncovered(all).map(({ start, bits, first, last }) => ({ start, bits, first, last }));
  }

  async head(span: Span): Promise<SegmentHead> {
    const known = this.#made.get(keyOf(span));
    const kept = known === undefined ? undefined : this.#heads.get(known);
    if (kept) return kept;
    const found = await this.#segments.findOne({ _id: keyOf(span) });
    if (!found) throw new SegmentReplaced(span);
    const head = {
      ...span,
      buckets: found.buckets,
      hot: new Uint32Array(bufferOf(found.hot)),
      zones: new Float64Array(bufferOf(found.zones)),
    };
    this.#heads.set(found.made.toHexString(), head);
    return head;
  }

  async parts(span: Span, indexes: readonly number[]): Promise<readonly Uint8Array[]> {
    if (indexes.length === 0) return [];
    const found = await this.#parts.find({ _id: { $in: indexes.map((index) => partKey(span, index)) } }).toArray();
    const parts = new Map(found.map(({ _id, bytes }) => [_id, new Uint8Array(bufferOf(bytes))]));
    return indexes.map((index) => {
      const part = parts.get(partKey(span, index));
      if (!part) throw new SegmentReplaced(span);
      return part;
    });
  }

  async block(start: number): Promise<Block> {
    const found = await this.#blocks.findOne({ _id: start });
    if (!found) throw new TrailUnreadable(`the block of the events from ${start} on is not there`);
    return toBlock(found);
  }

  async blockAt(position: Position): Promise<Block | null> {
    const found = await this.#blocks.findOne({ first: { $lte: position } }, { sort: { first: -1 } });
    return found && toBlock(found);
  }

  async end(): Promise<TrailEnd | null> {
    const found = await this.#end.findOne({ _id: 'end' });
    if (!found) return null;
    const { version, count, position, eventId } = found;
    return { version, count, position, eventId };
  }

  async write({ segments, blocks, end }: TrailChange): Promise<void> {
    for (const segment of segments)
      await put(
        this.#parts,
        segment.parts.map((bytes, index) => ({ _id: partKey(segment, index), bytes: new Binary(bytes) })),
      );
    await put(
      this.#blocks,
      blocks.map(({ start, first, distances }) => ({ _id: start, first, distances: new Binary(distances) })),
    );
    await put(this.#segments, segments.map(toDocument));
    try {
      // another writer may have come further
      await this.#end.replaceOne({ _id: 'end', count: { $lte: end.count } }, end, { upsert: true });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    for (const segment of segments) await this.#removeBelow(segment);
  }

  async clear(): Promise<void> {
    await this.#end.deleteMany({});
    await this.#segments.deleteMany({});
    await this.#blocks.deleteMany({});
    await this.#parts.deleteMany({});
    this.#heads.clear();
  }

  async #listed(): Promise<readonly Pick<SegmentDocument, '_id' | 'start' | 'bits' | 'first' | 'last' | 'made'>[]> {
    return this.#segments
      .find({}, { sort: { start: 1, bits: -1 }, projection: { start: 1, bits: 1, first: 1, last: 1, made: 1 } })
      .toArray();
  }

  /** Removes the smaller segments of a span, and their parts: those that begin with it, and those that begin later. */
  async #removeBelow(span: Span): Promise<void> {
    const [first, second, end] = [span.start, span.start + 1, endOf(span)].map((start) => ({ start, bits: 0 })) as [Span, Span, Span];
    for (const [from, until] of [
      [first, span],
      [second, end],
    ] as const) {
      await this.#segments.deleteMany({ _id: { $gte: keyOf(from), $lt: keyOf(until) } });
      await this.#parts.deleteMany({ _id: { $gte: partKey(from, 0), $lt: partKey(until, 0) } });
    }
  }
}

/** Without those that lie within a larger one. In order of start, the larger first. */
function uncovered<S extends Span>(all: readonly S[]): readonly S[] {
  const whole: S[] = [];
  for (const span of all) {
    const last = whole.at(-1);
    if (!last || !isWithinSpan(span, last)) whole.push(span);
  }
  return whole;
}

async function put<D extends Document & { readonly _id: number }>(collection: Collection<D>, documents: readonly D[]): Promise<void> {
  for (let i = 0; i < documents.length; i += batch) {
    const operations = documents
      .slice(i, i + batch)
      .map(({ _id, ...replacement }) => ({ replaceOne: { filter: { _id }, replacement, upsert: true } }));
    await collection.bulkWrite(operations as unknown as AnyBulkWriteOperation<D>[], { ordered: false });
  }
}

function toDocument(segment: Segment): SegmentDocument {
  const { start, bits, buckets, hot, zones } = segment;
  return {
    _id: keyOf(segment),
    start,
    bits,
    ...timesOf(segment),
    buckets,
    hot: binaryOf(hot),
    zones: binaryOf(zones),
    made: new ObjectId(),
  };
}

const toBlock = ({ _id, first, distances }: BlockDocument): Block => ({
  start: _id,
  first,
  distances: new Uint8Array(bufferOf(distances)),
});
const binaryOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Binary =>
  new Binary(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
const bufferOf = (binary: Binary): ArrayBuffer => Uint8Array.from(binary.value()).buffer;
