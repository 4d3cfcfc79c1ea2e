import { SegmentReplaced, type Listed, type TrailChange, type TrailEnd, type TrailStore } from '../../application/ports/trail.js';
import {
  type Block,
  type Layout,
  type Segment,
  type SegmentHead,
  type Span,
  timesOf,
  usualLayout,
} from '../../application/trail/segment.js';
import type { Position } from '../../projections/position.js';

/** Keeps the index of the audit trail in memory only; for tests. */
export class MemoryTrail implements TrailStore {
  #segments: readonly Segment[] = [];
  readonly #blocks = new Map<number, Block>();
  #end: TrailEnd | null = null;

  constructor(readonly layout: Layout = usualLayout) {}

  async segments(): Promise<readonly Listed[]> {
    return Promise.resolve(this.#segments.map(listed));
  }

  async head(span: Span): Promise<SegmentHead> {
    await Promise.resolve();
    return this.#segment(span);
  }

  async parts(span: Span, indexes: readonly number[]): Promise<readonly Uint8Array[]> {
    await Promise.resolve();
    const { parts } = this.#segment(span);
    return indexes.map((index) => parts[index]!);
  }

  async block(start: number): Promise<Block> {
    await Promise.resolve();
    return this.#blocks.get(start)!;
  }

  async blockAt(position: Position): Promise<Block | null> {
    await Promise.resolve();
    return [...this.#blocks.values()].findLast(({ first }) => first <= position) ?? null;
  }

  async end(): Promise<TrailEnd | null> {
    return Promise.resolve(this.#end);
  }

  async write({ segments, replaced, blocks, end }: TrailChange): Promise<void> {
    await Promise.resolve();
    const stay = this.#segments.filter(
      (one) => ![...replaced, ...segments].some(({ start, bits }) => start === one.start && bits === one.bits),
    );
    this.#segments = [...stay, ...segments].sort((a, b) => a.start - b.start);
    for (const block of blocks) this.#blocks.set(block.start, block);
    this.#end = end;
  }

  async clear(): Promise<void> {
    await Promise.resolve();
    this.#segments = [];
    this.#blocks.clear();
    this.#end = null;
  }

  #segment(span: Span): Segment {
    const found = this.#segments.find(({ start, bits }) => start === span.start && bits === span.bits);
    if (!found) throw new SegmentReplaced(span);
    return found;
  }
}

const listed = (segment: Segment): Listed => ({ start: segment.start, bits: segment.bits, ...timesOf(segment) });
