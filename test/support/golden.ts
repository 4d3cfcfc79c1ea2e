import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { decode } from '../../src/application/kernel/decode.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import { rebuild } from '../../src/application/projecting/rebuild.js';
import type { DueCommand } from '../../src/application/process/policy.js';
import { sha256 } from '../../src/domain/shared/sha256.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { openPersonalKeys } from '../../src/infrastructure/personal-keys/sqlite.js';
import { MemoryLeases } from '../../src/infrastructure/read-models/memory/leases.js';
import { MemoryProjectionStore } from '../../src/infrastructure/read-models/memory/store.js';
import { positionOf } from '../../src/projections/position.js';
import type { AnyProjection, Handler, Projection, RecordedEvent } from '../../src/projections/projection.js';
import { all } from '../contracts/event-log.contract.js';
import { liveAll } from '../system/life.js';
import { onApplication } from '../system/stage.js';
import { inMemoryApplication, policyRunner } from './application.js';
import { ScriptedLog } from './scripted-log.js';

/*
 * The golden logs, test/fixtures/golden/<number>/: `log.ndjson` has the events as they are stored, one a line in the order of the log;
 * `keys.db` and `master.key` open what is sealed in them; `rows.json` has the hash of the rows of each projection and version. A log that
 * is there never changes. What it does not have comes into another one.
 */

const folder = fileURLToPath(new URL('../fixtures/golden/', import.meta.url));
const files = ['log.ndjson', 'rows.json', 'keys.db', 'master.key'];
const silent = pino({ level: 'silent' });

/** Name and version of a projection, as `place-tree@1`, and what its rows are at the end of a golden log. */
export type Rows = Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>;

export interface Golden {
  readonly name: string;
  readonly events: readonly StoredEvent[];
  readonly rows: Rows;
}

export const goldenLogs = (): readonly Golden[] =>
  (existsSync(folder) ? readdirSync(folder) : []).sort().map((name) => ({
    name,
    events: eventsIn(readFileSync(join(folder, name, 'log.ndjson'), 'utf8')),
    rows: JSON.parse(readFileSync(join(folder, name, 'rows.json'), 'utf8')) as Rows,
  }));

const eventsIn = (text: string): readonly StoredEvent[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line, i) => ({ ...(JSON.parse(line) as Omit<StoredEvent, 'position'>), position: positionOf(i + 1) }));

const linesOf = (events: readonly StoredEvent[]): string =>
  events.map(({ position: _, ...event }) => `${JSON.stringify(event)}\n`).join('');

/** Type and schema version, as `PledgeMade@2`. */
export const versionedType = ({ type, schemaVersion }: Pick<StoredEvent, 'type' | 'schemaVersion'>): string => `${type}@${schemaVersion}`;

/** Does something with the keys of a golden log. They are read from a copy, which may be written to. */
export async function withKeysOf<T>(name: string, work: (keys: ReturnType<typeof openPersonalKeys>) => Promise<T>): Promise<T> {
  const copy = mkdtempSync(join(tmpdir(), 'wuwei-golden-'));
  try {
    for (const file of ['keys.db', 'master.key']) {
      copyFileSync(join(folder, name, file), join(copy, file));
      chmodSync(join(copy, file), 0o600);
    }
    const keys = openPersonalKeys(copy, '', silent);
    try {
      return await work(keys);
    } finally {
      keys.close();
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** The rows of a projection at the end of a golden log. */
export async function rowsOf(projection: AnyProjection, { events }: Golden): Promise<Rows[string]> {
  const store = new MemoryProjectionStore();
  const build = await rebuild(new ScriptedLog(events, () => 100), store, new MemoryLeases(), projection, () => undefined);
  const rows = await store.scan(build.id, null, Infinity);
  return { rows: rows.length, sha256: sha256(rows.map(({ key, row, position }) => `${key} ${position} ${row}\n`).join('')) };
}

/** The hash of everything that an agenda takes in from the golden logs: all entries that are put on it, and all that are removed. */
export function agendaDigest(agenda: Projection<DueCommand>, logs: readonly Golden[]): string {
  const entries = logs.flatMap(({ events }) =>
    events.map(decode).flatMap((event) => {
      const handler = agenda.on[event.type] as Handler<DueCommand, RecordedEvent> | undefined;
      return (handler?.keys(event) ?? []).map((key) => [event.id, key, handler!.evolve(null, event, key)]);
    }),
  );
  return sha256(JSON.stringify(entries));
}

export function writeRows(name: string, rows: Rows): void {
  const sorted = Object.fromEntries(Object.entries(rows).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(join(folder, name, 'rows.json'), `${JSON.stringify(sorted, null, 1)}\n`);
}

/**
 * Plays the life of every context, and writes those of its streams that have an event of one of these types and versions into a golden
 * log of their own.
 */
export async function recordGolden(wanted: ReadonlySet<string>): Promise<void> {
  const made = mkdtempSync(join(tmpdir(), 'wuwei-golden-'));
  const keys = openPersonalKeys(made, '', silent);
  try {
    const app = await inMemoryApplication(memoryLog(), undefined, keys);
    await liveAll(onApplication({ ...app, policyRunner: policyRunner(app) }));
    const events = await all(app.log);
    await app.close();
    const streams = new Set(events.filter((event) => wanted.has(versionedType(event))).map(({ stream }) => stream));
    keys.close();
    if (streams.size === 0) return; // earlier versions do not happen any more
    writeFileSync(join(made, 'log.ndjson'), linesOf(events.filter(({ stream }) => streams.has(stream))));
    writeFileSync(join(made, 'rows.json'), '{}\n');
    const name = String(goldenLogs().length + 1).padStart(2, '0');
    mkdirSync(join(folder, name), { recursive: true });
    for (const file of files) copyFileSync(join(made, file), join(folder, name, file));
  } finally {
    rmSync(made, { recursive: true });
  }
}
