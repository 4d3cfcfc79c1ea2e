import { LogCorrupt, LogUnavailable, noStream } from '../../../application/ports/event-log.js';
import { WorkerClient, threadFile } from '../../threads.js';
import { explain, failureOf, isCorrupt } from './errors.js';
import { IndexFile, indexFileIn } from './index-file.js';
import type { IndexAnswer, IndexTask } from './index.thread.js';
import { logFileIn, type LogFile } from './log-file.js';
import { beginning, type Position } from '../../../projections/position.js';

/** Consecutive events of a stream in memory: their positions, beginning with the revision `first`. */
interface Run {
  readonly first: number;
  readonly positions: Position[];
}
type Runs = Map<string, Run>;
/** Size of the cache of heads (the last revision of a stream). */
const remembered = 20_000;

export interface IndexOptions {
  /** Events that are indexed in one batch: the larger, the fewer pages are written per event. */
  readonly batch: number;
  /** Maximum number of events in memory that are not indexed yet. It limits memory, and what is scanned at the next start. */
  readonly limit: number;
}

/**
 * The positions of the events of every stream, for the process that owns the log. Events before the checkpoint are in the index file,
 * later ones in memory (docs/adr/0001). A thread writes the file afterwards. If the file is missing, damaged or of another log, it is
 * built again.
 */
export class StreamIndex {
  readonly #folder: string;
  readonly #log: LogFile;
  readonly #options: IndexOptions;
  /** Called when `isFull` may have become false. */
  onRoom: () => void = () => {};
  readonly #thread: WorkerClient<IndexTask, IndexAnswer>;
  #file: IndexFile | null = null;
  /** Why the file cannot be read; null if it can, or is empty. */
  #unreadable: LogCorrupt | LogUnavailable | null = null;
  /** The batch that the thread is writing, and the events since. */
  #leaving: Runs = new Map();
  #fresh: Runs = new Map();
  /** Heads read from the file lately. A command reads a stream before it appends to it, and many commands read the same streams. */
  readonly #heads = new Map<string, number>();
  #indexed = beginning;
  #last = beginning;
  #nextAt: number;
  #work: Promise<void> | null = null;

  private constructor(folder: string, log: LogFile, options: IndexOptions) {
    this.#folder = folder;
    this.#log = log;
    this.#options = options;
    this.#nextAt = options.batch;
    this.#thread = new WorkerClient(threadFile(import.meta.url, './index.thread.js'), folder);
  }

  /**
   * Reads the events that are not indexed yet into memory; if there are too many, indexes them first.
   * @throws LogCorrupt or LogUnavailable if the log cannot be read
   */
  static async open(folder: string, log: LogFile, options: IndexOptions): Promise<StreamIndex> {
    const index = new StreamIndex(folder, log, options);
    try {
      index.#file = IndexFile.of(folder, log);
      index.#indexed = index.#file?.checkpoint() ?? beginning;
      index.#last = log.end();
      if (index.backlog > options.limit) await index.#write(); // if it fails, memory exceeds the limit
      for (const [stream, revision, position] of log.places(index.#indexed)) index.add(stream, revision, position);
      return index;
    } catch (error) {
      await index.#end();
      throw error;
    }
  }

  /** The last revision of a stream if memory has it, -1 if the stream is empty; undefined if the file must be read. */
  known(stream: string): number | undefined {
    const head = this.#heads.get(stream); // first: nearly every command reads a stream that many commands read
    if (head !== undefined) return head;
    const run = this.#fresh.get(stream) ?? this.#leaving.get(stream);
    return run && run.first + run.positions.length - 1;
  }

  /** The last revision of each stream, -1 if it has no events; an error for streams that cannot be read. */
  heads(streams: Iterable<string>): Map<string, number | LogUnavailable | LogCorrupt> {
    const heads = new Map<string, number | LogUnavailable | LogCorrupt>();
    const elsewhere: string[] = [];
    for (const stream of streams) {
      const known = this.known(stream);
      if (known === undefined) elsewhere.push(stream);
      heads.set(stream, known ?? noStream);
    }
    if (elsewhere.length === 0) return heads;
    try {
      for (const [stream, head] of this.#ask((file) => file.heads(elsewhere), [])) heads.set(stream, head);
      if (this.#heads.size + elsewhere.length > remembered) this.#heads.clear();
      for (const stream of elsewhere) this.#heads.set(stream, heads.get(stream) as number);
    } catch (error) {
      for (const stream of elsewhere) heads.set(stream, error as LogUnavailable | LogCorrupt);
    }
    return heads;
  }

  /** Positions of a stream's events from one revision (included) to another (not included). */
  positions(stream: string, from: number, before = Number.MAX_SAFE_INTEGER): Position[] {
    const runs = [this.#leaving.get(stream), this.#fresh.get(stream)].filter((run) => run !== undefined);
    const inMemory = runs[0]?.first ?? before; // both may hold the same events while the thread's answer is on its way
    const inFile = from < inMemory ? this.#ask((file) => file.positions(stream, from, Math.min(before, inMemory)).positions, []) : [];
    return [...inFile, ...runs.flatMap(({ first, positions }) => positions.slice(Math.max(0, from - first), Math.max(0, before - first)))];
  }

  /** Adds an event that is durable. */
  add(stream: string, revision: number, position: Position): void {
    this.#last = position;
    this.#heads.delete(stream);
    const run = this.#fresh.get(stream);
    if (run) run.positions.push(position);
    else this.#fresh.set(stream, { first: revision, positions: [position] });
    if (this.#work === null && this.backlog >= this.#nextAt) this.#work = this.#write();
  }

  /** Number of events that are only in memory. */
  get backlog(): number {
    return this.#last - this.#indexed;
  }

  /** True while the thread must catch up before more is added. If the thread fails, nothing waits and memory grows. */
  get isFull(): boolean {
    return this.#work !== null && this.backlog >= this.#options.limit;
  }

  /** Builds the file again after it gave a wrong answer. Until then, streams that are not in memory are unavailable. */
  remake(): LogUnavailable {
    this.#file?.close();
    this.#file = null;
    this.#heads.clear();
    this.#unreadable = new LogUnavailable(
      `${indexFileIn(this.#folder)} is damaged and is being rebuilt from the log. Try again later. 索引已损坏，正由日志重建，请稍候再试。`,
    );
    this.#work ??= this.#write();
    return this.#unreadable;
  }

  /** Indexes the remaining events and closes. */
  async close(): Promise<void> {
    await this.#rest();
    if (this.backlog > 0) await this.#write(); // if it fails, the next start reads them from the log
    await this.#rest(); // a damaged file is built again
    await this.#end();
  }

  /** Resolves when nothing is being written. */
  async #rest(): Promise<void> {
    while (this.#work !== null) await this.#work;
  }

  async #end(): Promise<void> {
    this.#file?.close(); // first: the last connection to close checkpoints the WAL, and this one may not write
    await this.#thread.end();
  }

  #ask<T>(question: (file: IndexFile) => T, nothing: T): T {
    if (this.#unreadable) {
      if (this.#unreadable instanceof LogUnavailable) this.#work ??= this.#write();
      throw this.#unreadable;
    }
    if (this.#file === null) return nothing;
    try {
      return question(this.#file);
    } catch (error) {
      throw error instanceof LogCorrupt ? this.remake() : error;
    }
  }

  async #write(): Promise<void> {
    const upTo = this.#last;
    const anew = this.#file === null;
    this.#leaving = merged(this.#leaving, this.#fresh);
    this.#fresh = new Map();
    const { failure, damaged } = await this.#thread
      .ask({ upTo, anew })
      .catch((error: unknown) => ({ failure: failureOf(error), damaged: false }));
    this.#work = null;
    if (failure === null && anew) this.#file = this.#opened();
    const done = failure === null && this.#isFileUpTo(upTo);
    const left = this.#leaving;
    this.#leaving = new Map(); // before it is written again: that takes what is in memory once more
    if (done) {
      this.#indexed = upTo;
      this.#unreadable = null;
    } else {
      this.#fresh = merged(left, this.#fresh);
      if (anew && failure && this.#indexed > 0)
        this.#unreadable = explain(failure, isCorrupt(failure) ? logFileIn(this.#folder) : indexFileIn(this.#folder));
      if (!anew && (damaged || failure === null || this.#file === null)) this.remake();
    }
    this.#nextAt = (done ? 0 : this.backlog) + this.#options.batch;
    this.onRoom();
  }

  #opened(): IndexFile | null {
    try {
      return IndexFile.of(this.#folder, this.#log);
    } catch {
      return null; // the log could not be read: treated as if there were no index
    }
  }

  /** Whether the open file is the one that the thread writes: it may have been removed, or replaced by another process. */
  #isFileUpTo(position: Position): boolean {
    try {
      if (this.#file !== null && this.#file.checkpoint() >= position) return true;
    } catch {
      // treated as if there were none
    }
    this.#file?.close();
    this.#file = null;
    return false;
  }
}

/** Joins two runs; the second begins where the first ends. */
function merged(earlier: Runs, later: Runs): Runs {
  if (earlier.size === 0) return later;
  for (const [stream, { first, positions }] of later) {
    const run = earlier.get(stream);
    if (run) for (const position of positions) run.positions.push(position);
    else earlier.set(stream, { first, positions });
  }
  return earlier;
}
