import { LRUCache } from 'lru-cache';
import type { AnyProjection, Handler, RecordedEvent } from '../../projections/projection.js';
import { categoryOf, categoryOfStream, decode, isEventType, isNewer } from '../kernel/decode.js';
import { type LogCorrupt, NewerEvent, type Page, type StoredEvent } from '../ports/event-log.js';
import type { Position } from '../../projections/position.js';
import { type Build, type ChangedRow, type Failure, type ProjectionStore, RowTooLarge, type Write } from '../ports/projection-store.js';

/* Longer than other files: the folding of one page, from its events to what is written, is read as a whole. */

type AnyHandler = Handler<unknown, RecordedEvent>;

/** A row in memory; `row` is null if there is none. */
interface Cell {
  readonly row: unknown;
  readonly position: Position;
  /** Why the stored row could not be read. */
  readonly unreadable?: string;
}
/** Estimated memory for a row besides its text, in characters. */
const overhead = 100;

interface Step {
  readonly event: RecordedEvent;
  readonly handler: AnyHandler;
  readonly keys: readonly string[];
}

/**
 * The most recently used rows of all tables, so that most need not be read again. Without it, or when it loses rows, the rows come out the
 * same. `size`: the maximum, in characters of JSON.
 */
export const rowCache = (size: number) => new LRUCache<string, Cell>({ maxSize: size });
export type RowCache = ReturnType<typeof rowCache>;

let tablesMade = 0;

/** A build that is kept up to date, under the epoch of a lease. When the build is read again, a new table begins with nothing in memory. */
export class Table {
  private readonly prefix = `${++tablesMade}/`;

  constructor(
    readonly projection: AnyProjection,
    public build: Build,
    readonly epoch: number,
    private readonly cache: RowCache,
  ) {}

  handlerFor(type: string): AnyHandler | undefined {
    return this.projection.on[type as RecordedEvent['type']] as AnyHandler | undefined;
  }

  /** Whether the projection handles other events of this category of streams: an event type of a later version may then concern it. */
  takesFrom(stream: string): boolean {
    const category = categoryOfStream(stream);
    return Object.keys(this.projection.on).some((type) => categoryOf(type) === category);
  }

  /** The rows that the steps need: from memory, or in one read from the store. */
  async load(steps: readonly Step[], store: ProjectionStore): Promise<Map<string, Cell>> {
    const cells = new Map<string, Cell>();
    if (this.projection.writeOnce) return cells;
    const missing = new Set<string>();
    for (const { keys } of steps) {
      for (const key of keys) {
        if (cells.has(key)) continue;
        const cell = this.cache.get(this.idOf(key));
        if (cell) cells.set(key, cell);
        else missing.add(key);
      }
    }
    if (missing.size > 0) {
      for (const { key, row, position } of await store.load(this.build.id, [...missing])) cells.set(key, this.cellOf(key, row, position));
    }
    return cells;
  }

  /** Called after the write is committed: memory must never be ahead of the store. */
  committed(write: Write, cells: ReadonlyMap<string, Cell>): void {
    const { position, lastEvent, failure, goesLive } = write;
    this.build = { ...this.build, position, lastEvent, failure, live: this.build.live || goesLive };
    if (this.projection.writeOnce) return;
    for (const { key, row } of write.rows)
      // throws if the size is not a number: see `keysOf`
      this.cache.set(this.idOf(key), cells.get(key), { size: key.length + (row?.length ?? 0) + overhead });
  }

  private cellOf(key: string, row: string | null, position: Position): Cell {
    if (row === null) return { row, position };
    try {
      return { row: JSON.parse(row), position };
    } catch {
      const unreadable = `its row ${key} is damaged: run \`wuwei projections rebuild ${this.projection.name}\` while no server runs`;
      return { row: null, position, unreadable };
    }
  }

  private idOf(key: string): string {
    return this.prefix + key;
  }
}

/** Which tables handle which event type; computed once for each type. */
export class Dispatch {
  private readonly takers = new Map<string, readonly (readonly [index: number, handler: AnyHandler])[]>();
  constructor(readonly tables: readonly Table[]) {}

  of(type: string): readonly (readonly [index: number, handler: AnyHandler])[] {
    let takers = this.takers.get(type);
    if (!takers) {
      takers = this.tables.flatMap((table, index) => {
        const handler = table.handlerFor(type);
        return handler ? [[index, handler] as const] : [];
      });
      this.takers.set(type, takers);
    }
    return takers;
  }

  /** The tables that an event of an unknown type stops: they handle other events of its category, so this one may concern them. */
  stoppedBy({ stream }: StoredEvent): readonly number[] {
    return this.tables.flatMap((table, index) => (table.takesFrom(stream) ? [index] : []));
  }
}

/** A table whose page could not be written. Its checkpoint in the store is not known any more. */
export interface Unwritten {
  readonly table: Table;
  readonly error: unknown;
}

/**
 * Folds a page of events into all tables of a lane, and commits each of them.
 * A projection that throws is written up to the event before, together with its failure. The other projections are not affected.
 * @param stop the event at which all stop after this page
 * @returns the tables that could not be written; the others are
 */
export async function foldPage(
  dispatch: Dispatch,
  page: Page,
  store: ProjectionStore,
  goLive: boolean,
  stop: Failure | null = null,
): Promise<readonly Unwritten[]> {
  const { tables } = dispatch;
  const plans = tables.map(() => ({ steps: [] as Step[], failure: stop }));
  for (const event of page.events) {
    for (const index of isNewer(event) && !isEventType(event.type) ? dispatch.stoppedBy(event) : [])
      plans[index]!.failure ??= failureAt(event, new NewerEvent(event));
    let decoded: RecordedEvent | undefined;
    for (const [index, handler] of dispatch.of(event.type)) {
      const plan = plans[index]!;
      if (plan.failure) continue;
      try {
        const recorded = (decoded ??= decode(event)); // parsed once for all projections
        plan.steps.push({ event: recorded, handler, keys: keysOf(handler, recorded) });
      } catch (error) {
        plan.failure = failureAt(event, error);
      }
    }
  }
  const cells = await Promise.all(tables.map((table, index) => table.load(plans[index]!.steps, store)));
  const writes = tables.map((table, index) => {
    const { steps, failure } = plans[index]!;
    const loaded = cells[index]!;
    const folded = fold(steps, loaded);
    return writeOf(table, page, folded.changed, loaded, folded.failure ?? failure, goLive);
  });
  const commits = await Promise.allSettled(tables.map((table, index) => commit(table, page, writes[index]!, store)));
  return commits.flatMap((commit, index) => {
    const table = tables[index]!;
    if (commit.status === 'rejected') return [{ table, error: commit.reason as unknown }];
    table.committed(commit.value, cells[index]!);
    return [];
  });
}

/** Writes what a page changes in a table, or that it cannot be stored. */
async function commit(table: Table, page: Page, write: Write, store: ProjectionStore): Promise<Write> {
  try {
    await store.commit(write);
    return write;
  } catch (error) {
    if (!(error instanceof RowTooLarge)) throw error;
    const stopped = stoppedBefore(table, page, error.row.position, error);
    await store.commit(stopped);
    return stopped;
  }
}

/** Nothing of the page is written but the failure: the rows in memory may contain events of this page that were not written. */
const stoppedBefore = ({ build, epoch }: Table, { events }: Page, position: Position, error: unknown): Write => ({
  ...{ build: build.id, epoch, after: build.position, rows: [], position: build.position, lastEvent: build.lastEvent, goesLive: false },
  failure: failureAt(
    events.find((event) => event.position === position)!,
    error,
  ),
});

/**
 * The keys of the rows that an event changes. The data is not validated again (see `decode`), so a handler may return anything.
 * @throws TypeError if a key cannot be stored
 */
function keysOf(handler: AnyHandler, event: RecordedEvent): readonly string[] {
  const keys: unknown = handler.keys(event);
  if (!Array.isArray(keys)) throw new TypeError('the keys are not a list');
  for (const key of keys as readonly unknown[]) {
    if (typeof key !== 'string') throw new TypeError(`a key is not a string but ${key === null ? 'null' : typeof key}`);
    if (!key.isWellFormed() || key.includes('\0')) throw new TypeError('a key is not well-formed text');
  }
  return keys as readonly string[];
}

/** Changes `cells` in place and returns the keys that changed, up to the event that throws. */
function fold(
  steps: readonly Step[],
  cells: Map<string, Cell>,
): { readonly changed: ReadonlySet<string>; readonly failure: Failure | null } {
  const changed = new Set<string>();
  for (const { event, handler, keys } of steps) {
    try {
      const after: [string, Cell][] = [];
      for (const key of keys) {
        const before = cells.get(key);
        if (before && before.position >= event.position) continue; // already folded
        if (before?.unreadable) throw new Error(before.unreadable);
        after.push([key, { row: handler.evolve(before?.row ?? null, event, key), position: event.position }]);
      }
      for (const [key, cell] of after) {
        cells.set(key, cell);
        changed.add(key);
      }
    } catch (error) {
      return { changed, failure: failureAt(event, error) };
    }
  }
  return { changed, failure: null };
}

function writeOf(
  table: Table,
  page: Page,
  changed: ReadonlySet<string>,
  cells: ReadonlyMap<string, Cell>,
  failure: Failure | null,
  goLive: boolean,
): Write {
  const { build, epoch } = table;
  const { events, upTo } = page;
  const rows: ChangedRow[] = [];
  const write = { build: build.id, epoch, after: build.position };
  for (const key of changed) {
    const { row, position } = cells.get(key)!;
    try {
      rows.push({ key, row: row === null ? null : textOf(row), position });
    } catch (error) {
      return stoppedBefore(table, page, position, error);
    }
  }
  const last = failure ? events.findLast((event) => event.position < failure.position) : events.at(-1);
  const lastEvent = last ? { id: last.id, position: last.position } : build.lastEvent;
  const position = failure ? (last?.position ?? build.position) : upTo;
  return { ...write, rows, position, lastEvent, failure, goesLive: goLive && !build.live && !failure };
}

function textOf(row: unknown): string {
  const text = JSON.stringify(row) as string | undefined;
  if (text === undefined) throw new TypeError('evolve returned undefined');
  return text;
}

/** The failure of all that need a damaged event; its type may be damaged too, so all may need it. Null if no event is named. */
export const damageAt = (damage: LogCorrupt): Failure | null => damage.event && failureAt(damage.event, damage);

const failureAt = (
  { id, type, position }: { readonly id: string; readonly type: string; readonly position: Position },
  error: unknown,
): Failure => ({
  eventId: id,
  type,
  position,
  message: error instanceof Error ? error.message : String(error),
});
