import Database from 'libsql';
import type { Lease, Leases } from '../../../application/ports/leases.js';
import { makePrivateFile } from '../../private-files.js';

const making = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = NORMAL',
  'CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL) STRICT',
];

/**
 * Leases in `read-models.db`, for the holder of the folder's lock: nobody else asks for them, so they do not run out. The epochs are
 * stored. If a second process takes over the folder nevertheless, the first one no longer holds them.
 */
export class SqliteLeases implements Leases {
  readonly lastsMs = Infinity;
  readonly #held = new Set<string>();
  readonly #db: Database.Database;
  readonly #next: Database.Statement;
  readonly #epoch: Database.Statement;

  constructor(file: string) {
    makePrivateFile(file);
    this.#db = new Database(file, { timeout: 5000 });
    for (const statement of making) this.#db.exec(statement);
    this.#next = this.#db.prepare('INSERT INTO leases VALUES (?, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1 RETURNING epoch').raw();
    this.#epoch = this.#db.prepare('SELECT epoch FROM leases WHERE name = ?').raw();
  }

  async acquire(name: string): Promise<Lease | null> {
    await Promise.resolve();
    if (this.#held.has(name)) return null;
    const [epoch] = this.#next.get([name]) as [number];
    this.#held.add(name);
    return { name, epoch };
  }

  async renew(lease: Lease): Promise<boolean> {
    await Promise.resolve();
    return this.#isHeld(lease);
  }

  async held(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(this.#held));
  }

  async release(lease: Lease): Promise<void> {
    await Promise.resolve();
    if (this.#isHeld(lease)) this.#held.delete(lease.name);
  }

  close(): void {
    this.#db.close();
  }

  #isHeld({ name, epoch }: Lease): boolean {
    const [stored] = (this.#epoch.get([name]) as [number] | undefined) ?? [];
    return this.#held.has(name) && stored === epoch;
  }
}
