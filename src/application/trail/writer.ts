import type { Position } from '../../projections/position.js';
import { beginning } from '../../projections/position.js';
import { type EventReader, LogUnavailable, type StoredEvent } from '../ports/event-log.js';
import type { TrailEnd, TrailStore } from '../ports/trail.js';
import { PairList } from './pair-list.js';
import {
  type Block,
  blockOf,
  endOf,
  hashOf,
  isWithinSpan,
  pairsOf,
  partCount,
  seal,
  type Segment,
  type Span,
  spansUpTo,
  zoneSize,
} from './segment.js';
import { subjectsOf, trailVersion } from './subjects.js';

/** What was found at the start that cannot be used. */
export type Discarded = 'other log' | 'other version';

/** No time is further from 1970, in milliseconds. */
const anyTime = 8.64e15;

/** The events of a block that was read and is not written yet, or of a part of it. */
class Gathered implements Span {
  readonly pairs = new PairList();
  readonly positions: Position[] = [];
  readonly zones: Float64Array;
  lastId = '';

  constructor(
    readonly start: number,
    readonly bits: number,
    private readonly zoneSize: number,
  ) {
    this.zones = new Float64Array((2 * 2 ** bits) / zoneSize);
  }

  get isWhole(): boolean {
    return this.positions.length === 2 ** this.bits;
  }

  add(event: StoredEvent, subjects: readonly string[]): void {
    const offset = this.positions.length;
    for (const subject of subjects) this.pairs.add(hashOf(subject), this.start + offset);
    const zone = Math.floor(offset / this.zoneSize);
    const isFirst = offset % this.zoneSize === 0;
    const time = Date.parse(event.occurredAt); // not a number in a damaged event: then the zone may have any time
    this.zones[2 * zone] = Math.min(isFirst ? anyTime : this.zones[2 * zone]!, time || -anyTime);
    this.zones[2 * zone + 1] = Math.max(isFirst ? -anyTime : this.zones[2 * zone + 1]!, time || anyTime);
    this.positions.push(event.position);
    this.lastId = event.id;
  }

  get block(): Block {
    return blockOf(this.start, this.positions);
  }
}

/** Keeps the index of the audit trail up to date with the log. */
export class TrailWriter {
  #segments: readonly Span[];
  #whole: Gathered[] = [];
  #gathered: Gathered;
  /** Up to where the log was read. */
  #read: Position;

  private constructor(
    private readonly log: EventReader,
    private readonly store: TrailStore,
    segments: readonly Span[],
    end: TrailEnd | null,
  ) {
    this.#segments = segments;
    this.#read = end?.position ?? beginning;
    this.#gathered = this.#next(end?.count ?? 0);
  }

  /**
   * Continues where the index ends. If it was made from another log, or by a program that lists other subjects, it is emptied.
   * @param onDiscard called before it is emptied
   * @param mayLag true if the log is read from a copy that may be behind: then the index may be ahead of it
   * @throws LogUnavailable if the index is ahead of a log that may lag; nothing of it changes
   */
  static async open(
    log: EventReader,
    store: TrailStore,
    onDiscard: (why: Discarded) => void = () => undefined,
    mayLag = false,
  ): Promise<TrailWriter> {
    const end = await store.end();
    const why = end && (await unusable(log, end, mayLag));
    if (why === null) return new TrailWriter(log, store, await store.segments(), end);
    onDiscard(why);
    await store.clear();
    return new TrailWriter(log, store, [], null);
  }

  /**
   * Reads the log to its end, and writes what fills blocks; the rest stays in memory. After an error it must not be used any more.
   * @param signal if it is aborted, nothing more is read
   * @param until the position up to which the log is read
   * @param onRead called after each page with the number of events that were read so far
   */
  async catchUp(signal: AbortSignal, until?: Position, onRead?: (count: number) => void): Promise<void> {
    const largest = 2 ** this.store.layout.levels.at(-1)!;
    for await (const { events, upTo } of this.log.readAll(this.#read, until === undefined ? {} : { until })) {
      for (const event of events) {
        this.#gathered.add(event, subjectsOf(event));
        if (!this.#gathered.isWhole) continue;
        this.#whole.push(this.#gathered);
        this.#gathered = this.#next(endOf(this.#gathered));
        if (this.#gathered.start % largest === 0) await this.#write();
      }
      this.#read = upTo;
      onRead?.(this.#gathered.start + this.#gathered.positions.length);
      if (signal.aborted) return;
    }
    await this.#write();
  }

  /** Writes the blocks that are whole, as the segments that the log is divided into up to there. */
  async #write(): Promise<void> {
    const last = this.#whole.at(-1);
    if (!last) return;
    const wanted = spansUpTo(endOf(last), this.store.layout);
    const isThere = (span: Span) => this.#segments.some(({ start, bits }) => start === span.start && bits === span.bits);
    const fresh = wanted.filter((span) => !isThere(span));
    const replaced = this.#segments.filter((old) => fresh.some((span) => isWithinSpan(old, span)));
    const segments: Segment[] = [];
    for (const span of fresh) segments.push(await this.#sealed(span, replaced));
    await this.store.write({
      segments,
      replaced,
      blocks: this.#whole.map(({ block }) => block),
      end: { version: trailVersion, count: endOf(last), position: last.positions.at(-1)!, eventId: last.lastId },
    });
    this.#segments = wanted;
    this.#whole = [];
  }

  async #sealed(span: Span, replaced: readonly Span[]): Promise<Segment> {
    const pairs: PairList[] = [];
    const zones: Float64Array[] = [];
    for (const child of replaced.filter((one) => isWithinSpan(one, span))) {
      const segment = await readSegment(this.store, child);
      pairs.push(pairsOf(segment));
      zones.push(segment.zones);
    }
    for (const block of this.#whole.filter((one) => isWithinSpan(one, span))) {
      pairs.push(block.pairs);
      zones.push(block.zones);
    }
    return seal(span, pairs, joined(zones), this.store.layout);
  }

  #next(start: number): Gathered {
    return new Gathered(start, this.store.layout.levels[0]!, zoneSize(this.store.layout));
  }
}

async function unusable(log: EventReader, { version, position, eventId }: TrailEnd, mayLag: boolean): Promise<Discarded | null> {
  if (version !== trailVersion) return 'other version';
  const found = await log.at(position);
  if (found?.id === eventId) return null;
  if (found === null && mayLag && (await log.position()) < position)
    throw new LogUnavailable(`the index of the audit trail reaches position ${position}, and the log that is read has not come so far`);
  return 'other log';
}

export async function readSegment(store: Pick<TrailStore, 'head' | 'parts'>, span: Span): Promise<Segment> {
  const head = await store.head(span);
  const parts = await store.parts(
    span,
    Array.from({ length: partCount(head) }, (_, i) => i),
  );
  return { ...head, parts };
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
