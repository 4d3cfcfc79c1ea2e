import { statSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import type { EventReader } from '../../../application/ports/event-log.js';
import { type Listed, SegmentReplaced, type TrailReader, TrailUnreadable } from '../../../application/ports/trail.js';
import { type Block, type Layout, type SegmentHead, type Span, usualLayout } from '../../../application/trail/segment.js';
import { trailVersion } from '../../../application/trail/subjects.js';
import { failureOf, isCorrupt } from '../../event-log/sqlite/errors.js';
import type { Position } from '../../../projections/position.js';
import { SqliteTrail, trailFileIn } from './store.js';

/** Bytes of heads that are kept in memory: those of about 200 of the largest segments. */
const remembered = 8_000_000;

/**
 * Reads `trail.db` while another thread or process writes it. If there is none, or it is of another log or version, nothing is in it. It
 * is opened again when its owner has made a new one.
 */
export class SqliteTrailReader implements TrailReader {
  #trail: SqliteTrail | null = null;
  /** Inode of the file that was opened. */
  #opened: number | undefined;
  #emptied = 0;
  #isOwn = false;
  readonly #heads = new LRUCache<string, SegmentHead>({
    maxSize: remembered,
    sizeCalculation: ({ hot, zones }) => hot.byteLength + zones.byteLength + 200,
  });

  /**
   * @param log the log of the folder
   * @param onDamage called with the reason when the file cannot be read
   */
  constructor(
    private readonly folder: string,
    private readonly log: Pick<EventReader, 'at'>,
    private readonly onDamage: (reason: string) => void = () => undefined,
    readonly layout: Layout = usualLayout,
  ) {}

  segments(): Promise<readonly Listed[]> {
    return this.#read([], (trail) => trail.segments());
  }

  async head(span: Span): Promise<SegmentHead> {
    const key = `${span.start}/${span.bits}`;
    const known = this.#heads.get(key);
    if (known) return known;
    const head = await this.#read(null, (trail) => trail.head(span));
    if (!head) throw new SegmentReplaced(span);
    this.#heads.set(key, head);
    return head;
  }

  async parts(span: Span, indexes: readonly number[]): Promise<readonly Uint8Array[]> {
    const parts = await this.#read(null, (trail) => trail.parts(span, indexes));
    if (!parts) throw new SegmentReplaced(span);
    return parts;
  }

  async block(start: number): Promise<Block> {
    const block = await this.#read(null, (trail) => trail.block(start));
    if (!block) throw new TrailUnreadable('the index was removed');
    return block;
  }

  blockAt(position: Position): Promise<Block | null> {
    return this.#read(null, (trail) => trail.blockAt(position));
  }

  close(): void {
    this.#trail?.close();
    this.#trail = null;
  }

  /** @throws TrailUnreadable */
  async #read<T, N>(nothing: N, question: (trail: SqliteTrail) => Promise<T>): Promise<T | N> {
    try {
      const trail = await this.#own();
      return trail ? await question(trail) : nothing;
    } catch (error) {
      if (error instanceof SegmentReplaced) throw error;
      this.close();
      const failure = failureOf(error);
      if (error instanceof TrailUnreadable || isCorrupt(failure)) this.onDamage(failure.message);
      throw error instanceof TrailUnreadable ? error : new TrailUnreadable(failure.message, { cause: error });
    }
  }

  /** The file, if it is of this log. */
  async #own(): Promise<SqliteTrail | null> {
    const made = statSync(trailFileIn(this.folder), { throwIfNoEntry: false })?.ino;
    if (made !== this.#opened || !this.#trail) {
      this.close();
      this.#heads.clear();
      this.#trail = SqliteTrail.existing(this.folder, this.layout);
      this.#opened = made;
      this.#isOwn = false;
    }
    const emptied = this.#trail?.emptied ?? 0;
    if (emptied !== this.#emptied) this.#heads.clear();
    this.#emptied = emptied;
    this.#isOwn ||= await this.#isOfThisLog();
    return this.#isOwn ? this.#trail : null;
  }

  /** An empty file is: whoever fills it does so from this log. */
  async #isOfThisLog(): Promise<boolean> {
    const end = (await this.#trail?.end()) ?? null;
    if (end === null) return this.#trail !== null;
    return end.version === trailVersion && (await this.log.at(end.position))?.id === end.eventId;
  }
}
