import type { Position } from '../../projections/position.js';
import { PairList } from './pair-list.js';

/*
 * The index of the audit trail (docs/adr/0019). Events are numbered from 0 in the order of the log, without gaps. A segment says which of
 * the events of its span name which subject; it is a pure function of these events. Numbers in typed arrays are stored as processors hold
 * them, lowest byte first. Longer than other files: making, merging and reading a segment share its layout, which stands here alone.
 *
 * A segment has `buckets` packs and then, for each subject that many of its events name, one list for each chunk of its span. A pack has
 * the hashes of the other subjects, in ascending order, and then the offset of an event for each of them.
 */

/** How large the parts of the index are. Tests take small ones. */
export interface Layout {
  /** The sizes of segments, as powers of two, ascending. As many events of the smallest size are a block. */
  readonly levels: readonly number[];
  /** A subject that so many events of a segment name has lists. */
  readonly hotFrom: number;
  /** Most entries of a pack, on average. */
  readonly packSize: number;
}
export const usualLayout: Layout = { levels: [10, 14, 18], hotFrom: 128, packSize: 256 };

/** Events of a zone, as a power of two. */
const zoneBits = ({ levels }: Layout): number => Math.min(7, levels[0]!);
export const zoneSize = (layout: Layout): number => 2 ** zoneBits(layout);
/** Events in a chunk: offsets in it have 16 bits. */
const largestChunk = 65_536;
const mostBuckets = 65_536;
const mostLists = 65_536;
/** No segment has more parts. */
export const mostParts = mostBuckets + mostLists;
const hashRange = 2 ** 32;

/** The events from number `start` on, 2^`bits` of them; `start` is a multiple of that. */
export interface Span {
  readonly start: number;
  readonly bits: number;
}
export const endOf = ({ start, bits }: Span): number => start + 2 ** bits;
export const isWithinSpan = (inner: Span, outer: Span): boolean => inner.start >= outer.start && endOf(inner) <= endOf(outer);

/** What is needed to find the parts of a segment. */
export interface SegmentHead extends Span {
  /** The number of packs, a power of two. */
  readonly buckets: number;
  /** The hashes of the subjects that have lists, ascending. */
  readonly hot: Uint32Array;
  /** The earliest and the latest time of the events of each zone, in milliseconds since 1970. */
  readonly zones: Float64Array;
}
export interface Segment extends SegmentHead {
  readonly parts: readonly Uint8Array[];
}

/** The positions of the events of a block. */
export interface Block {
  /** The number of its first event. */
  readonly start: number;
  readonly first: Position;
  /** The distances from each position to the next, as LEB128; none if each is 1. */
  readonly distances: Uint8Array;
}

const chunkSize = ({ bits }: Span): number => Math.min(2 ** bits, largestChunk);
const chunksOf = (span: Span): number => 2 ** span.bits / chunkSize(span);
export const partCount = (head: SegmentHead): number => head.buckets + head.hot.length * chunksOf(head);
const bitmapSize = (span: Span): number => Math.max(1, chunkSize(span) / 8);

/** A 32-bit hash: FNV-1a of the UTF-16 units, mixed as MurmurHash3 does at its end. Two subjects may have the same. */
export function hashOf(subject: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < subject.length; i++) hash = Math.imul(hash ^ subject.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The segments that hold the first events up to a number: as few as possible, the largest first. What is left is less than a block. */
export function spansUpTo(end: number, { levels }: Layout): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const bits of levels.toReversed()) for (; start + 2 ** bits <= end; start += 2 ** bits) spans.push({ start, bits });
  return spans;
}

/**
 * Makes the segment of a span.
 * @param pairs which event (by number) names which subject (by hash), of the whole span, in any order
 * @param zones of the whole span
 */
export function seal(span: Span, pairs: readonly PairList[], zones: Float64Array, layout: Layout): Segment {
  const size = 2 ** span.bits;
  const keys = keysOf(span, pairs);
  const hotFrom = Math.max(layout.hotFrom, (keys.length * chunksOf(span)) / mostLists);
  const hot: number[] = [];
  const lists: Uint8Array[] = [];
  let cold = 0;
  for (let from = 0, to = 0; from < keys.length; from = to) {
    const hash = Math.floor(keys[from]! / size);
    while (to < keys.length && keys[to]! < (hash + 1) * size) to++;
    if (to - from >= hotFrom) {
      hot.push(hash);
      for (const list of listsOf(keys.subarray(from, to), hash * size, span)) lists.push(list);
    } else {
      keys.copyWithin(cold, from, to);
      cold += to - from;
    }
  }
  let buckets = 1;
  while (cold > buckets * layout.packSize && buckets < mostBuckets) buckets *= 2;
  const packs = packsOf(keys.subarray(0, cold), size, buckets);
  return { ...span, buckets, hot: Uint32Array.from(hot), zones, parts: [...packs, ...lists] };
}

/** Hash and offset as one number each, ascending, each once: two subjects of an event may have the same hash. */
function keysOf({ start, bits }: Span, pairs: readonly PairList[]): Float64Array {
  const size = 2 ** bits;
  const keys = new Float64Array(pairs.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const { hashes, numbers, length } of pairs)
    for (let i = 0; i < length; i++) keys[count++] = hashes[i]! * size + (numbers[i]! - start);
  keys.sort();
  let kept = 0;
  for (let i = 0; i < count; i++) if (i === 0 || keys[i] !== keys[i - 1]) keys[kept++] = keys[i]!;
  return keys.subarray(0, kept);
}

function packsOf(keys: Float64Array, size: number, buckets: number): readonly Uint8Array[] {
  const packs: Uint8Array[] = [];
  for (let bucket = 1, from = 0; bucket <= buckets; bucket++) {
    const end = (hashRange / buckets) * bucket * size;
    let to = from;
    while (to < keys.length && keys[to]! < end) to++;
    const pack = new Uint32Array(2 * (to - from));
    for (let i = from; i < to; i++) {
      const hash = Math.floor(keys[i]! / size);
      pack[i - from] = hash;
      pack[to - from + i - from] = keys[i]! - hash * size;
    }
    packs.push(bytesOf(pack));
    from = to;
  }
  return packs;
}

/** A list is as short as possible: offsets of 16 bits, or a bit for each event of the chunk. Its length tells which. */
function listsOf(keys: Float64Array, base: number, span: Span): readonly Uint8Array[] {
  const size = chunkSize(span);
  const lists: Uint8Array[] = [];
  for (let begin = base, from = 0; lists.length < chunksOf(span); begin += size) {
    let to = from;
    while (to < keys.length && keys[to]! < begin + size) to++;
    const isBitmap = 2 * (to - from) >= bitmapSize(span);
    if (isBitmap) {
      const bitmap = new Uint8Array(bitmapSize(span));
      for (let i = from; i < to; i++) bitmap[(keys[i]! - begin) >>> 3]! |= 1 << ((keys[i]! - begin) & 7);
      lists.push(bitmap);
    } else {
      lists.push(bytesOf(Uint16Array.from(keys.subarray(from, to), (key) => key - begin)));
    }
    from = to;
  }
  return lists;
}

/** The pairs that a segment was made of. */
export function pairsOf(segment: Segment): PairList {
  const { start, buckets, hot, parts } = segment;
  const pairs = new PairList();
  for (const part of parts.slice(0, buckets)) {
    const pack = words(part);
    const count = pack.length / 2;
    for (let i = 0; i < count; i++) pairs.add(pack[i]!, start + pack[count + i]!);
  }
  for (const [i, part] of parts.slice(buckets).entries()) {
    const hash = hot[Math.floor(i / chunksOf(segment))]!;
    const begin = start + (i % chunksOf(segment)) * chunkSize(segment);
    for (const offset of offsetsIn([listOf(part, segment)], 0, chunkSize(segment), Infinity)) pairs.add(hash, begin + offset);
  }
  return pairs;
}

/** The offsets of one chunk of a segment, ascending; or a bit for each offset. */
type List = Uint16Array | Uint8Array;

const isBitmap = (list: List): list is Uint8Array => list instanceof Uint8Array;
const listOf = (part: Uint8Array, span: Span): List => (part.length === bitmapSize(span) ? part : new Uint16Array(aligned(part)));

/** Where the events of some subjects are in a segment: the parts to be read, and what they say. */
export class Places {
  readonly #packed: readonly number[];
  readonly #listed: readonly number[];
  #cold: readonly Uint32Array[] = [];

  constructor(
    readonly head: SegmentHead,
    hashes: readonly number[],
  ) {
    const indexOf = (hash: number) => lowerBound(head.hot, hash);
    const isHot = (hash: number) => head.hot[indexOf(hash)] === hash;
    this.#packed = hashes.filter((hash) => !isHot(hash));
    this.#listed = hashes.filter(isHot).map(indexOf);
  }

  /** The parts to be read first. */
  get packs(): readonly number[] {
    return this.#packed.map((hash) => Math.floor(hash / (hashRange / this.head.buckets)));
  }

  /** Takes the packs. False if no event of the segment names all the subjects. */
  take(packs: readonly Uint8Array[]): boolean {
    this.#cold = this.#packed.map((hash, i) => {
      const pack = words(packs[i]!);
      const count = pack.length / 2;
      const from = lowerBound(pack.subarray(0, count), hash);
      let to = from;
      while (to < count && pack[to] === hash) to++;
      return pack.subarray(count + from, count + to);
    });
    return this.#cold.every(({ length }) => length > 0);
  }

  get chunks(): number {
    return chunksOf(this.head);
  }

  /** The number of a chunk's first event, and of the first one after it. */
  chunk(index: number): readonly [from: number, end: number] {
    const from = this.head.start + index * chunkSize(this.head);
    return [from, from + chunkSize(this.head)];
  }

  /** The parts to be read for a chunk; null if no event of it names all the subjects. */
  lists(chunk: number): readonly number[] | null {
    const { buckets } = this.head;
    if (this.#cold.some((offsets) => this.#in(chunk, offsets).length === 0)) return null;
    return this.#listed.map((index) => buckets + index * this.chunks + chunk);
  }

  /**
   * The numbers of the events of a chunk, ascending, that name all the subjects, or others with the same hashes.
   * @param lists the parts that `lists` names
   * @param from only this number and higher ones
   * @param end only numbers below
   */
  numbers(chunk: number, lists: readonly Uint8Array[], from: number, end: number, limit: number): readonly number[] {
    const [begin] = this.chunk(chunk);
    const all = [...this.#cold.map((offsets) => this.#in(chunk, offsets)), ...lists.map((part) => listOf(part, this.head))];
    return offsetsIn(all, Math.max(0, from - begin), Math.min(chunkSize(this.head), end - begin), limit).map((offset) => begin + offset);
  }

  #in(chunk: number, offsets: Uint32Array): Uint16Array {
    const [from, end] = this.chunk(chunk);
    const begin = from - this.head.start;
    const part = offsets.subarray(lowerBound(offsets, begin), lowerBound(offsets, end - this.head.start));
    return Uint16Array.from(part, (offset) => offset - begin);
  }
}

/** The offsets from one (included) to another (not included) that are in all lists: the shortest is walked, the others are asked. */
function offsetsIn(lists: readonly List[], from: number, end: number, limit: number): readonly number[] {
  const found: number[] = [];
  const [shortest, ...others] = lists.toSorted((a, b) => lengthOf(a) - lengthOf(b));
  if (!shortest) return found;
  if (!isBitmap(shortest)) {
    for (let i = lowerBound(shortest, from); i < shortest.length && shortest[i]! < end && found.length < limit; i++)
      if (others.every((list) => has(list, shortest[i]!))) found.push(shortest[i]!);
    return found;
  }
  const bitmaps = others as readonly Uint8Array[];
  for (let at = from >>> 3; at << 3 < end && found.length < limit; at++) {
    let byte = shortest[at]!;
    for (const bitmap of bitmaps) byte &= bitmap[at]!;
    for (let bit = 0; byte >>> bit > 0; bit++) {
      const offset = (at << 3) + bit;
      if ((byte >>> bit) & 1 && offset >= from && offset < end && found.length < limit) found.push(offset);
    }
  }
  return found;
}

const lengthOf = (list: List): number => (isBitmap(list) ? Infinity : list.length);
const has = (list: List, offset: number): boolean =>
  isBitmap(list) ? ((list[offset >>> 3]! >>> (offset & 7)) & 1) === 1 : list[lowerBound(list, offset)] === offset;

/** The index of the first value that is not below. */
function lowerBound(sorted: Uint32Array | Uint16Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The zone that has an event, of the segment it is in. */
const zoneOf = ({ start }: Span, number: number, layout: Layout): number => Math.floor((number - start) / zoneSize(layout));

/** The times of the earliest and the latest event of a segment. */
export function timesOf({ zones }: SegmentHead): { readonly first: number; readonly last: number } {
  let [first, last] = [Infinity, -Infinity];
  for (let i = 0; i < zones.length; i += 2) {
    first = Math.min(first, zones[i]!);
    last = Math.max(last, zones[i + 1]!);
  }
  return { first, last };
}

/** A period: from one time (included) to another (not included), in milliseconds. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

/** The numbers of the events, from one number up to another (not included), between which lie all that may be in a period; null: none. */
export function withinPeriod(
  head: SegmentHead,
  { from, until }: Period,
  begin: number,
  end: number,
  layout: Layout,
): readonly [begin: number, end: number] | null {
  const isIn = (zone: number) => head.zones[2 * zone]! < until && head.zones[2 * zone + 1]! >= from;
  let [first, last] = [zoneOf(head, begin, layout), zoneOf(head, end - 1, layout)];
  while (first <= last && !isIn(first)) first++;
  while (last >= first && !isIn(last)) last--;
  if (first > last) return null;
  const size = zoneSize(layout);
  return [Math.max(begin, head.start + first * size), Math.min(end, head.start + (last + 1) * size)];
}

/** Whether an event may have happened in the period, as far as its zone tells. */
export function mayBeIn(head: SegmentHead, { from, until }: Period, number: number, layout: Layout): boolean {
  const zone = zoneOf(head, number, layout);
  return head.zones[2 * zone]! < until && head.zones[2 * zone + 1]! >= from;
}

export function blockOf(start: number, positions: readonly Position[]): Block {
  const [first] = positions;
  const distances: number[] = [];
  let hasGaps = false;
  for (let i = 1; i < positions.length; i++) {
    let distance = positions[i]! - positions[i - 1]!;
    hasGaps ||= distance !== 1;
    for (; distance >= 128; distance = Math.floor(distance / 128)) distances.push((distance % 128) + 128);
    distances.push(distance);
  }
  return { start, first: first!, distances: Uint8Array.from(hasGaps ? distances : []) };
}

/** The positions of the events of a block, in the order of their numbers. */
export function positionsIn({ first, distances }: Block, { levels }: Layout): readonly Position[] {
  if (distances.length === 0) return Array.from({ length: 2 ** levels[0]! }, (_, i) => (first + i) as Position);
  const positions = [first];
  let [position, distance, scale] = [first as number, 0, 1];
  for (const byte of distances) {
    distance += (byte & 127) * scale;
    scale *= 128;
    if (byte >= 128) continue;
    positions.push((position += distance) as Position);
    [distance, scale] = [0, 1];
  }
  return positions;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);
/** A copy that begins where typed arrays may begin. */
const aligned = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(aligned(bytes));
