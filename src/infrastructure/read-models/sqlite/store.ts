import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
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
import type { Named, OrderedRange, Range } from '../../../application/ports/read-models.js';
import { readOnly } from '../../event-log/sqlite/connection.js';
import { failureOf, isCorrupt } from '../../event-log/sqlite/errors.js';
import { assertIsWriter, takeOver } from '../../event-log/sqlite/writer.js';
import { makePrivateFile } from '../../private-files.js';
import type { RowReader } from '../reading.js';
import { buildStatements, type BuildRow, makeTables, toBuild } from './builds.js';
import { Rows } from './rows.js';
import { beginning, type Position } from '../../../projections/position.js';

/** Cache of a connection that writes. */
export const writerCacheMegabytes = 32;

export const readModelsFileIn = (folder: string): string => join(folder, 'read-models.db');

interface Waiting {
  readonly write: Write;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Builds and their rows in a SQLite file. Synchronous = NORMAL: after a power failure the last commits may be lost, rows and checkpoint
 * together, and are made again from the log.
 */
export class SqliteProjectionStore implements ProjectionStore, RowReader {
  readonly #db: Database.Database;
  readonly #rows: Rows;
  /** The token that names this store in the file as its writer; empty for a reader. */
  readonly #token: string;
  #builds: ReturnType<typeof buildStatements>;
  /** Commits that wait for the next transaction. */
  #waiting: Waiting[] = [];

  /**
   * Opens the file for writing and creates it if missing; the previous writer can then no longer write. Any number may read meanwhile.
   * The writer needs a large cache and rare checkpoints of the WAL: a row with a random key changes a page of its own, and such rows are
   * written 1.6 times as fast with both. With `isMade` the file is opened for reading only and not changed.
   */
  constructor(file: string, cacheMegabytes = 2, isMade = false) {
    if (!isMade) makePrivateFile(file);
    this.#db = new Database(file, { timeout: 5000 });
    this.#db.exec(`PRAGMA cache_size = -${cacheMegabytes * 1000}`);
    this.#token = isMade ? '' : randomUUID();
    if (!isMade) {
      makeTables(this.#db);
      takeOver(this.#db, this.#token);
    }
    this.#builds = buildStatements(this.#db, !isMade);
    this.#rows = new Rows(this.#db, (build) => {
      const found = this.#find(build);
      if (!found) throw noBuild(build);
      return found;
    });
  }

  /**
   * Opens the read models of a folder for reading and never creates or changes them; null if there are none yet. If the folder is not
   * writable, SQLite must be told that nobody writes the file.
   */
  static existing(folder: string, cacheMegabytes?: number): SqliteProjectionStore | null {
    const file = readModelsFileIn(folder);
    if (sizeOf(file) === 0) return null;
    const open = (options?: string) => new SqliteProjectionStore(readOnly(file, options), cacheMegabytes, true);
    try {
      return open();
    } catch (error) {
      const { code, message } = failureOf(error);
      // not completely created, or of an earlier version: it will be built again
      if (/no such (table: projections|column: generation)/u.test(message)) return null;
      if (isCorrupt({ code, message }) || sizeOf(`${file}-wal`) > 0) throw error;
      return open('&immutable=1');
    }
  }

  async builds(): Promise<readonly Build[]> {
    return Promise.resolve((this.#builds.builds.all() as BuildRow[]).map(toBuild));
  }

  /**
   * Reads a part of every table; with `thoroughly` every page of the file.
   * @throws an error if something cannot be read
   */
  async assertReadable(thoroughly: boolean): Promise<void> {
    for (const { id } of await this.builds()) this.#rows.list(id, { prefix: '', limit: 1 });
    if (!thoroughly) return;
    const [found] = this.#db.prepare('PRAGMA quick_check(1)').raw().get() as [string];
    if (found !== 'ok') throw new Error(found);
  }

  async create({ name, version, generation }: BuildKey, epoch: number, live: boolean, orderedBy?: string): Promise<Build> {
    return Promise.resolve(
      this.#transaction('IMMEDIATE', () => {
        const { changes } = this.#builds.insert.run([name, version, generation, live ? 1 : 0, epoch]);
        const build = toBuild(this.#builds.named.get([name, version, generation]) as BuildRow);
        if (changes === 0) this.#take(build.id, epoch);
        else this.#rows.createTable(build);
        if (orderedBy !== undefined) this.#rows.createOrder(build, orderedBy);
        return build;
      }),
    );
  }

  async load(build: string, keys: readonly string[]): Promise<readonly ChangedRow[]> {
    return Promise.resolve(this.#rows.load(build, keys));
  }

  /** Commits that are called one after another, without waiting, share one transaction: each of them costs as much as all together. */
  commit(write: Write): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      if (this.#waiting.length === 1) queueMicrotask(() => this.#commitWaiting());
    });
  }

  #commitWaiting(): void {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      const refusals = this.#transaction('IMMEDIATE', () => group.map(({ write }) => this.#write(write)));
      group.forEach(({ resolve, reject }, i) => (refusals[i] ? reject(refusals[i]) : resolve()));
    } catch (error) {
      for (const { reject } of group) reject(error as Error);
    }
  }

  /** Null if it is written, else why not; the other commits of the transaction are not affected. */
  #write({ build, epoch, after, rows, position, lastEvent, failure, goesLive }: Write): Error | null {
    const { changes } = this.#builds.advance.run([
      position,
      lastEvent && lastEvent.id,
      lastEvent && lastEvent.position,
      failure && JSON.stringify(failure),
      goesLive ? 1 : 0,
      epoch,
      build,
      after,
      epoch,
    ]);
    if (changes === 0) return this.#refusal(build, epoch, after);
    this.#rows.write(build, rows);
    return null;
  }

  #refusal(build: string, epoch: number, after: Position): Error {
    const stored = this.#builds.guard.get([build]) as readonly [epoch: number, position: Position] | undefined;
    if (!stored) return noBuild(build);
    const [current, position] = stored;
    return epoch < current ? new StaleEpoch(build, epoch, current) : new CheckpointMoved(build, after, position);
  }

  /** @throws StaleEpoch */
  #take(build: string, epoch: number): void {
    if (this.#builds.take.run([epoch, build, epoch]).changes === 0) throw this.#refusal(build, epoch, beginning);
  }

  async drop(build: string): Promise<void> {
    return Promise.resolve(
      this.#transaction('IMMEDIATE', () => {
        const found = this.#find(build);
        if (!found) return;
        this.#rows.dropTable(found);
        this.#db.prepare('DELETE FROM projections WHERE id = ?').run([build]);
      }),
    );
  }

  async scan(build: string, after: string | null, limit: number): Promise<readonly StoredRow[]> {
    return Promise.resolve(this.#rows.list(build, { prefix: '', limit, ...(after !== null && { after }) }));
  }

  async get(projection: Named, key: string): Promise<StoredRow | null> {
    return Promise.resolve(this.#transaction('DEFERRED', () => this.#rows.get(this.#answering(projection), key)));
  }

  async list(projection: Named, range: Range): Promise<readonly StoredRow[]> {
    return Promise.resolve(this.#transaction('DEFERRED', () => this.#rows.list(this.#answering(projection), range)));
  }

  async listOrdered(projection: Named, orderedBy: string, range: OrderedRange): Promise<readonly StoredRow[]> {
    return Promise.resolve(this.#transaction('DEFERRED', () => this.#rows.listOrdered(this.#answering(projection), orderedBy, range)));
  }

  /** From the next read on, `builds` and `scan` see one state of the file. Returns a function that ends it. */
  pin(): () => void {
    this.#db.exec('BEGIN');
    return () => this.#db.exec('COMMIT');
  }

  close(): void {
    this.#db.close();
  }

  #find(build: string): Build | null {
    const row = this.#builds.build.get([build]) as BuildRow | undefined;
    return row ? toBuild(row) : null;
  }

  /** As `answering` in projection-store.ts says. */
  #answering({ name, version }: Named): string {
    const found = this.#builds.answering.get([name, version]) as readonly [number] | undefined;
    if (!found) throw new Error(`there is no projection ${name}`);
    return String(found[0]);
  }

  /** Reads run in one transaction: the build that answers could be replaced and dropped between two of them. */
  #transaction<T>(kind: 'DEFERRED' | 'IMMEDIATE', work: () => T): T {
    this.#db.exec(`BEGIN ${kind}`);
    try {
      if (kind === 'IMMEDIATE') assertIsWriter(this.#builds.isWriter!, this.#token);
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      this.#prepareAnew();
      throw error;
    }
  }

  /** libsql does not reset a statement that failed: it would fail for ever. */
  #prepareAnew(): void {
    this.#rows.prepareAnew();
    try {
      this.#builds = buildStatements(this.#db, this.#token !== '');
    } catch {
      // the next query reports it
    }
  }
}

const noBuild = (id: string) => new Error(`there is no build ${id}`);
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
