import type { Position } from '../../projections/position.js';
import type { Block, Layout, Segment, SegmentHead, Span } from '../trail/segment.js';

/** A segment as it is listed: the times of its earliest and its latest event, in milliseconds since 1970. */
export interface Listed extends Span {
  readonly first: number;
  readonly last: number;
}

/** The last event in the index. */
export interface TrailEnd {
  /** Of the program that made the index: see `trailVersion`. */
  readonly version: number;
  /** How many events of the log are in it. */
  readonly count: number;
  readonly position: Position;
  /** Its id. If the log has another event at this position, or none, it is not the log of this index. */
  readonly eventId: string;
}

/** What is written at once. */
export interface TrailChange {
  readonly segments: readonly Segment[];
  /** The segments that these take the place of. */
  readonly replaced: readonly Span[];
  readonly blocks: readonly Block[];
  readonly end: TrailEnd;
}

/** Another segment took the place of this one. Read the list of segments again. */
export class SegmentReplaced extends Error {
  override readonly name = 'SegmentReplaced';
  constructor({ start, bits }: Span) {
    super(`the segment of 2^${bits} events from ${start} on is not there`);
  }
}

/** The index cannot be read, because it is damaged, for example. The log still can. */
export class TrailUnreadable extends Error {
  override readonly name = 'TrailUnreadable';
}

/** The index of the audit trail, as it is read: docs/adr/0019. Each method may throw `TrailUnreadable`. */
export interface TrailReader {
  readonly layout: Layout;
  /** The segments, in the order of the log: each begins where the one before ends. */
  segments(): Promise<readonly Listed[]>;
  /** @throws SegmentReplaced, unless it is still known */
  head(span: Span): Promise<SegmentHead>;
  /** Some parts of a segment, in the order that is asked for. @throws SegmentReplaced */
  parts(span: Span, indexes: readonly number[]): Promise<readonly Uint8Array[]>;
  /** The block that begins with this number; one of each block of the segments is there. */
  block(start: number): Promise<Block>;
  /** The last block that begins at this position or before; null if there is none. */
  blockAt(position: Position): Promise<Block | null>;
}

/** The index of the audit trail, as it is kept. One process at a time writes it. */
export interface TrailStore extends TrailReader {
  /** Null if nothing is in it. */
  end(): Promise<TrailEnd | null>;
  /**
   * Writes all of a change or, if it fails, any part of it that readers do not see. The same change again, after it was broken off, leaves
   * what it would have left at once.
   */
  write(change: TrailChange): Promise<void>;
  /** Removes everything. */
  clear(): Promise<void>;
}
