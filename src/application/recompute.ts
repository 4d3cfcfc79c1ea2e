import { ascending } from '../domain/shared/ascending.js';
import type { RecordedEvent } from '../projections/projection.js';
import { allProjections, recounts } from './contexts.js';
import { decode } from './kernel/decode.js';
import { Differs, type Recounted, type Rows, type SealedUntil } from './kernel/recount.js';
import { type EventReader, NewerEvent, type StoredEvent } from './ports/event-log.js';
import { answering, type Build, type ProjectionStore } from './ports/projection-store.js';
import { type Foreign, foreignTo } from './projecting/foreign.js';
import type { OnReplay } from './projecting/rebuild.js';
import { beginning, type Position } from '../projections/position.js';

const rowsAtOnce = 1_000;

/** A published result that the log confirms, with the event that published it. */
export interface Confirmed extends Recounted {
  readonly type: string;
  readonly eventId: string;
  readonly position: Position;
}
/** The first stated value that does not follow from the log. */
export interface Difference {
  readonly of: string;
  readonly id: string;
  /** What states it: an event, or the projection of the row. */
  readonly where: { readonly type: string; readonly eventId: string; readonly position: Position } | { readonly projection: string };
  /** Path of the field: `ranking[0].votes`; empty if a whole row is missing. */
  readonly field: string;
  /** Absent, like `derived`, if there is no value. */
  readonly stated?: unknown;
  readonly derived?: unknown;
  /** The figures of an embargoed contest or an open ballot are withheld. */
  readonly withheld?: true;
}
/** The outcome for the rows of one projection. */
export interface RowsCompared {
  readonly projection: string;
  /** Checkpoint of the rows. */
  readonly position: Position;
  readonly compared: number;
  /** Set if they were made from another log and so not compared. */
  readonly foreign: Foreign | null;
}
export interface Recomputation {
  /** End of the log when it began. */
  readonly position: Position;
  readonly results: readonly Confirmed[];
  readonly rows: readonly RowsCompared[];
  /** Null if every stated value follows from the log. */
  readonly difference: Difference | null;
}

/** No result can be derived from an event. */
export class CannotRecompute extends Error {
  override readonly name = 'CannotRecompute';
}

type Store = Pick<ProjectionStore, 'builds' | 'load' | 'scan'>;

/**
 * Derives every published result from the log alone, event by event, and compares it with the values in its event. Also compares the rows
 * of each projection with the events up to its checkpoint. Stops at the first difference. Memory grows with the votes in open ballots,
 * not with the log.
 * @param rows a consistent snapshot of the stored rows; null: only the log is checked
 * @throws CannotRecompute if an event cannot be counted
 * @throws NewerEvent if a later version of the program wrote an event
 */
export async function recompute(log: EventReader, rows: Store | null, onProgress: OnReplay): Promise<Recomputation> {
  const [all, builds] = [recounts(), (await rows?.builds()) ?? []];
  const position = await log.position(); // after the builds: none of them is ahead of it
  const results: Confirmed[] = [];
  const compared: RowsCompared[] = [];
  const done = (difference: Difference | null): Recomputation => ({ position, results, rows: compared, difference });
  const isLifted = async (sealed: SealedUntil, after: Position) => {
    if (sealed === null) return true;
    for await (const { events } of log.readAll(after, { types: sealed.types }))
      if (events.some(({ stream }) => stream === sealed.stream)) return true;
    return false;
  };
  const differing = async (error: Differs, where: Difference['where'], at: Position): Promise<Difference> => ({
    ...error.subject,
    where,
    field: error.field,
    ...((await isLifted(error.sealed, at)) ? { stated: error.stated, derived: error.derived } : { withheld: true as const }),
  });

  const foreignOf = foreignTo(log);
  const tables = all
    .flatMap((recount) => Object.entries(recount.rows))
    .flatMap(([name, compare]) =>
      builds.filter((build) => build.name === name && isCurrent(build, builds)).map((build) => ({ build, compare })),
    );
  const awaiting = await Promise.all(tables.map(async (table) => ({ ...table, foreign: await foreignOf(table.build) })));
  compared.push(
    ...awaiting.filter(({ foreign }) => foreign !== null).map(({ build, foreign }) => ({ ...named(build), compared: 0, foreign })),
  );
  const due = awaiting.filter(({ foreign }) => foreign === null).sort((a, b) => ascending(a.build.position, b.build.position));
  /** Compares the tables whose checkpoint is before a position: the events counted so far are exactly those that made their rows. */
  async function compareBefore(next: number): Promise<Difference | null> {
    while (due.length > 0 && due[0]!.build.position < next) {
      const { build, compare } = due.shift()!;
      try {
        compared.push({ ...named(build), compared: await compare(rowsOf(rows!, build)), foreign: null });
      } catch (error) {
        if (!(error instanceof Differs)) throw error;
        return differing(error, { projection: build.name }, build.position);
      }
    }
    return null;
  }

  const handlers = new Map(all.flatMap(({ on }) => Object.entries(on) as [string, (event: RecordedEvent) => Recounted | undefined][]));
  let counted = 0;
  for await (const { events } of log.readAll(beginning, { types: [...handlers.keys()], until: position })) {
    for (const event of events) {
      const difference = await compareBefore(event.position);
      if (difference) return done(difference);
      const { type, id: eventId, position: at } = event;
      try {
        const recounted = taken(event, handlers.get(type)!);
        if (recounted) results.push({ ...recounted, type, eventId, position: at });
      } catch (error) {
        if (!(error instanceof Differs)) throw error;
        return done(await differing(error, { type, eventId, position: at }, at));
      }
    }
    onProgress({ done: (counted += events.length) });
  }
  return done(await compareBefore(Infinity));
}

const named = ({ name, position }: Build) => ({ projection: name, position });

function taken(event: StoredEvent, take: (event: RecordedEvent) => Recounted | undefined): Recounted | undefined {
  try {
    return take(decode(event));
  } catch (error) {
    if (error instanceof Differs || error instanceof NewerEvent) throw error;
    const { type, id, position } = event;
    throw new CannotRecompute(`event ${type} ${id} at position ${position} cannot be counted: ${(error as Error).message}`);
  }
}

/** Whether it answers reads, and its version is that of this program. */
const isCurrent = (build: Build, builds: readonly Build[]): boolean =>
  allProjections.some(({ name, version }) => name === build.name && version === build.version) && answering(builds, build) === build;

const rowsOf = (store: Store, { id }: Build): Rows => ({
  async get<R>(key: string): Promise<R | null> {
    const [found] = await store.load(id, [key]);
    return found?.row == null ? null : (JSON.parse(found.row) as R);
  },
  async *list<R>(prefix: string) {
    for (let after = prefix; ;) {
      const page = await store.scan(id, after, rowsAtOnce);
      for (const { key, row, position } of page) {
        if (!key.startsWith(prefix)) return;
        yield { key, row: JSON.parse(row) as R, position };
      }
      if (page.length < rowsAtOnce) return;
      after = page.at(-1)!.key;
    }
  },
});
