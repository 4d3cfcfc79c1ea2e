import type Database from 'libsql';
import { decrypt, encrypt } from '../../application/kernel/encryption.js';
import type { Compared } from '../../application/ports/personal-keys.js';
import { positionOf } from '../../projections/position.js';
import { failureOf, isCorrupt } from '../event-log/sqlite/errors.js';
import { newKey } from './keys.js';
import { type KeysFile, unavailable } from './keys-file.js';

/** The keys in the open file, each encrypted with the master key and bound to its owner. */
export class KeyTable {
  #select: Database.Statement;
  /** Set when a part of the file was found damaged. */
  protected damage: Error | null = null;

  constructor(
    readonly file: string,
    readonly db: Database.Database,
    readonly master: Uint8Array,
  ) {
    this.#select = this.#prepared();
  }

  /** Undefined: it was destroyed. Null: it is missing or damaged. */
  get(owner: string): Uint8Array | null | undefined {
    const wrapped = this.#wrapped(owner);
    if (!wrapped) return null;
    if (wrapped.length === 0) return undefined;
    try {
      return decrypt(wrapped, this.master, owner);
    } catch {
      return null;
    }
  }

  find(owners: Iterable<string>): Map<string, Uint8Array | null> {
    const found = new Map<string, Uint8Array | null>();
    for (const owner of owners) {
      const key = this.get(owner);
      if (key !== undefined) found.set(owner, key);
    }
    return found;
  }

  /** The owners whose keys do not open with the master key. */
  damaged(): string[] {
    const owners = this.db.prepare('SELECT owner FROM keys WHERE length(wrapped) > 0').raw().all() as [string][];
    return owners.flatMap(([owner]) => (this.get(owner) === null ? [owner] : []));
  }

  /** Whether there is a row, also an empty one. */
  has(owner: string): boolean {
    return this.#wrapped(owner) !== undefined;
  }

  destroyed(): Set<string> {
    return new Set((this.db.prepare('SELECT owner FROM keys WHERE length(wrapped) = 0').raw().all() as [string][]).map(([owner]) => owner));
  }

  compared(): Compared | null {
    if (!this.#hasTable('compared')) return null;
    const row = this.db.prepare('SELECT position, event_id FROM compared').raw().get() as [number, string] | undefined;
    return row ? { position: positionOf(row[0]), eventId: row[1] } : null;
  }

  /** The files of earlier versions lack some tables, and are not changed by who only reads. */
  #hasTable(name: string): boolean {
    return this.db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').raw().get([name]) !== undefined;
  }

  /** Null: the page is damaged. */
  #wrapped(owner: string): Uint8Array | null | undefined {
    try {
      return (this.#select.get([owner]) as [Uint8Array] | undefined)?.[0];
    } catch (error) {
      this.#select = this.#prepared(); // libsql does not reset a statement that failed
      const failure = failureOf(error);
      const reason = unavailable(failure, this.file);
      if (!isCorrupt(failure)) throw reason;
      this.damage = reason;
      return null;
    }
  }

  #prepared(): Database.Statement {
    return this.db.prepare('SELECT wrapped FROM keys WHERE owner = ?').raw();
  }
}

/** The same, open for writing. */
export class WritableKeys extends KeyTable {
  constructor(
    file: string,
    private readonly opened: KeysFile,
    master: Uint8Array,
  ) {
    super(file, opened.db, master);
  }

  get isFailing(): boolean {
    return this.damage !== null || this.opened.isFailing();
  }

  /** @throws KeysUnavailable if a part of the file was found damaged: then it cannot be said which keys there are */
  assertIsWhole(): void {
    if (this.damage) throw this.damage;
  }

  /** @throws LogTakenOver: after a rotation in another process, no key opens with the master key that this one knows */
  override find(owners: Iterable<string>): Map<string, Uint8Array | null> {
    const found = super.find(owners);
    if ([...found.values()].includes(null)) this.opened.assertIsOurs();
    return found;
  }

  /**
   * Leaves an empty key, so that none is created again. The checkpoint overwrites the old one in the file and empties the write-ahead log.
   * Where it was done already, nothing is written.
   * @throws Error if another process reads the file at this moment
   */
  destroy(owner: string): void {
    this.opened.write(() =>
      this.db
        .prepare("INSERT INTO keys (owner, wrapped) VALUES (?, x'') ON CONFLICT (owner) DO UPDATE SET wrapped = x'' WHERE wrapped <> x''")
        .run([owner]),
    );
    const [busy] = this.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw().get() as [number];
    if (busy !== 0) throw new Error('keys.db is being read: the destroyed key is still in its write-ahead log');
  }

  /** Records that keys are lost, and removes those that are damaged, so that new ones can be made for their owners. */
  giveUp(upToEvent: string, damaged: readonly string[]): void {
    this.opened.write(() => {
      this.db.prepare('INSERT INTO losses (up_to_event) VALUES (?)').run([upToEvent]);
      for (const owner of damaged) this.db.prepare('DELETE FROM keys WHERE owner = ?').run([owner]);
    });
  }

  noteCompared({ position, eventId }: Compared): void {
    this.opened.write(() =>
      this.db
        .prepare(
          'INSERT INTO compared VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET position = excluded.position, event_id = excluded.event_id',
        )
        .run([position, eventId]),
    );
  }

  /** The last event of the last loss. */
  get lostUpTo(): string | null {
    return (this.db.prepare('SELECT max(up_to_event) FROM losses').raw().get() as [string | null])[0];
  }

  /** Creates the missing keys, in one transaction. */
  make(owners: Iterable<string>): void {
    const missing = [...owners].filter((owner) => !this.has(owner));
    if (missing.length === 0) return;
    this.opened.write(() => {
      const insert = this.db.prepare('INSERT INTO keys (owner, wrapped) VALUES (?, ?)');
      for (const owner of missing) insert.run([owner, encrypt(newKey(), this.master, owner)]);
    });
  }
}
