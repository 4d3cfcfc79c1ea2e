import type Database from 'libsql';
import type { Build, Failure } from '../../../application/ports/projection-store.js';
import type { Position } from '../../../projections/position.js';
import { prepareIsWriter } from '../../event-log/sqlite/writer.js';
import { textOf } from './many-rows.js';

/** The table of builds. `AUTOINCREMENT`: an id, and the table name made from it, is never used again. */
const schema = `CREATE TABLE IF NOT EXISTS projections (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  live INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  last_event_id TEXT,
  last_event_position INTEGER,
  failure TEXT,
  updated TEXT NOT NULL,
  UNIQUE (name, version, generation)
) STRICT`;
/** Readies a file that is opened for writing. */
export function makeTables(db: Database.Database): void {
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('PRAGMA wal_autocheckpoint = 8000');
  if (isOfEarlierVersion(db)) removeAll(db);
  db.exec(schema);
}

function isOfEarlierVersion(db: Database.Database): boolean {
  const columns = (db.prepare("SELECT name FROM pragma_table_info('projections')").raw().all() as [string][]).flat();
  return columns.length > 0 && !columns.includes('generation');
}

/** Builds of an earlier version of the program, which do not say which log they were made from: they are made again. */
function removeAll(db: Database.Database): void {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%@%#%'").raw().all() as [string][];
  for (const [table] of tables) db.exec(`DROP TABLE "${table.replaceAll('"', '""')}"`);
  db.exec('DROP TABLE projections');
}

const now = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;
// No column is read as text: libsql aborts the process if damaged text is not UTF-8.
const columns =
  'id, CAST(name AS BLOB), version, generation, live, position, CAST(last_event_id AS BLOB), last_event_position, CAST(failure AS BLOB)';
export type BuildRow = readonly [
  id: number,
  name: Buffer,
  version: number,
  generation: number,
  live: number,
  position: Position,
  lastEventId: Buffer | null,
  lastEventPosition: Position | null,
  failure: Buffer | null,
];

export const toBuild = ([id, name, version, generation, live, position, lastId, lastPosition, failure]: BuildRow): Build => ({
  id: String(id),
  name: textOf(name),
  version,
  generation,
  live: live === 1,
  position,
  lastEvent: lastId && lastPosition ? { id: textOf(lastId), position: lastPosition } : null,
  failure: failure && (JSON.parse(textOf(failure)) as Failure),
});

/** Statements on the table of builds. */
export const buildStatements = (db: Database.Database, writes: boolean) => ({
  builds: db.prepare(`SELECT ${columns} FROM projections ORDER BY id`).raw(),
  build: db.prepare(`SELECT ${columns} FROM projections WHERE id = ?`).raw(),
  named: db.prepare(`SELECT ${columns} FROM projections WHERE name = ? AND version = ? AND generation = ?`).raw(),
  answering: db
    .prepare('SELECT id FROM projections WHERE name = ? AND live = 1 ORDER BY version = ? DESC, version DESC, generation DESC LIMIT 1')
    .raw(),
  guard: db.prepare('SELECT epoch, position FROM projections WHERE id = ?').raw(),
  insert: db.prepare(
    `INSERT INTO projections (name, version, generation, live, epoch, updated) VALUES (?, ?, ?, ?, ?, ${now}) ON CONFLICT DO NOTHING`,
  ),
  take: db.prepare('UPDATE projections SET epoch = ? WHERE id = ? AND epoch <= ?'),
  advance: db.prepare(
    `UPDATE projections SET position = ?, last_event_id = ?, last_event_position = ?, failure = ?, live = max(live, ?), epoch = ?,
       updated = ${now} WHERE id = ? AND position = ? AND epoch <= ?`,
  ),
  isWriter: writes ? prepareIsWriter(db) : null,
});
