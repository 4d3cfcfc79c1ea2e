import type { EventReader, Page } from '../ports/event-log.js';
import { type Foreign, foreignTo } from './foreign.js';
import { Dispatch, foldPage, rowCache, Table, type RowCache, type Unwritten } from './fold-page.js';
import type { AnyProjection } from '../../projections/projection.js';
import { beginning, type Position } from '../../projections/position.js';
import { answering, type Build, CheckpointMoved, type ProjectionStore } from '../ports/projection-store.js';

/** One process writes; it need not outbid another. */
const epoch = 1;

/** Size of the row cache in characters of JSON. Parsed rows take about five times as much memory. */
const defaultMemory = 16_000_000;

export interface ProjectorOptions {
  readonly log: EventReader;
  readonly store: ProjectionStore;
  readonly projections: readonly AnyProjection[];
  /** Called after each commit with all builds and their checkpoints. */
  readonly onCommit: (builds: readonly Build[]) => void;
  /** Called when the log or the store fails; the page is tried again when this resolves. */
  readonly onTrouble: (error: unknown) => Promise<void>;
  /** Called after each page that was written: the place to yield, so that other work gets the processor. */
  readonly yieldToEventLoop?: () => Promise<void>;
  /** Called at the start with the builds that were made from another log: they are dropped and built again from this one. */
  readonly onForeign?: (builds: readonly Foreign[]) => void;
  readonly memory?: number;
}

export interface Projector {
  /** Tells the projector that events were appended. */
  wake(): void;
  builds(): readonly Build[];
  /** Resolves when the current page is written and everything has stopped. */
  close(): Promise<void>;
}

/** Projections at the same position, fed by one scan of the log. */
interface Lane {
  position: Position;
  dispatch: Dispatch;
  pages: AsyncIterator<Page> | null;
  /** The end of the log when it was last asked for; a new version goes live there. */
  end: Position;
}

/**
 * Keeps all projections up to date with the log until it is closed. One scan feeds all that are at the same position.
 * A projection that is behind (new, of a new version, or failed earlier) catches up in its own lane, whose pages alternate with those of
 * the others, and joins the lane that it reaches. A new version goes live at the end of the log; the old one is then removed.
 * A projection that throws stops until the next start; the others go on.
 */
export async function startProjector({
  log,
  store,
  projections,
  onCommit,
  onTrouble,
  yieldToEventLoop,
  onForeign,
  memory = defaultMemory,
}: ProjectorOptions): Promise<Projector> {
  const { own, foreign } = await sorted(log, store);
  if (foreign.length > 0) onForeign?.(foreign);
  const cache = rowCache(memory);
  const { tables, stale, superseded } = await tablesFor(projections, store, own, cache);
  /** Tables whose last page could not be written: it is not known whether it was. */
  const unwritten = new Set<Table>();
  let lanes = lanesOf(tables);
  let closed = false;
  let woken = false;
  let wakeUp = () => {};

  const run = async () => {
    while (!closed) {
      woken = false;
      try {
        while (stale.length > 0) {
          await store.drop(stale[0]!);
          stale.shift();
        }
        for (const table of unwritten) await reopen(table);
        let moved = false;
        for (const lane of [...lanes]) {
          if (closed || !lanes.includes(lane) || !(await advance(lane))) continue;
          moved = true;
          onCommit(builds());
          await yieldToEventLoop?.();
        }
        if (!moved && !woken && !closed) await new Promise<void>((resolve) => (wakeUp = resolve));
      } catch (error) {
        lanes.forEach(closeReader);
        if (!closed) await onTrouble(error);
      }
    }
    lanes.forEach(closeReader);
  };

  /** Moves a lane one page on; false if there was nothing left to do. */
  const advance = async (lane: Lane): Promise<boolean> => {
    const building = lane.dispatch.tables.filter((table) => !table.build.live);
    // before the page is read; while it is known to be behind, the log is not asked again
    const asksForEnd = building.length > 0 && lane.position >= lane.end;
    if (asksForEnd) lane.end = await log.position();
    let next = await lane.pages?.next();
    if (!next || next.done) {
      // a scan ends where the log ended when it last read a page; only a new scan can see that there is nothing more
      lane.pages = log.readAll(lane.position)[Symbol.asyncIterator]();
      next = await lane.pages.next();
    }
    if (next.done) {
      lane.pages = null;
      if (!asksForEnd || lane.position < lane.end) return false;
    }
    const page = next.done ? { events: [], upTo: lane.position } : cut(next.value, nextAhead(lane.position));
    const refused = await foldPage(lane.dispatch, page, store, asksForEnd && page.upTo >= lane.end);
    lane.position = page.upTo;
    for (const { build } of building) if (build.live) supersede(build);
    setAside(lane, refused);
    settle(lane);
    const failure = refused.find(({ error }) => !(error instanceof CheckpointMoved));
    if (failure) throw failure.error;
    return true;
  };

  /** Takes tables whose page was not written out of their lane. Their builds are read again, then they continue in a lane of their own. */
  const setAside = (lane: Lane, refused: readonly Unwritten[]) => {
    if (refused.length === 0) return;
    for (const { table } of refused) unwritten.add(table);
    lane.dispatch = new Dispatch(lane.dispatch.tables.filter((table) => !unwritten.has(table)));
  };

  /** The build answers now: what answered before is no longer needed. */
  const supersede = ({ id }: Build) => {
    const before = superseded.get(id);
    superseded.delete(id);
    if (before) stale.push(before.id);
  };

  const reopen = async (table: Table): Promise<void> => {
    const build = await store.create(table.build, table.epoch, false);
    const again = new Table(table.projection, { ...build, failure: null }, table.epoch, cache);
    tables.splice(tables.indexOf(table), 1, again);
    unwritten.delete(table);
    if (build.live) supersede(build);
    const lane = lanes.find(({ position }) => position === build.position);
    if (lane) lane.dispatch = new Dispatch([...lane.dispatch.tables, again]);
    else lanes.push({ position: build.position, pages: null, end: beginning, dispatch: new Dispatch([again]) });
  };

  const nextAhead = (position: Position) => Math.min(...lanes.map((lane) => lane.position).filter((other) => other > position)) as Position;

  /** Removes projections that failed from the lane, and joins the lane at the same position. */
  const settle = (lane: Lane) => {
    const running = lane.dispatch.tables.filter(({ build }) => !build.failure);
    const joined = lanes.find((other) => other !== lane && other.position === lane.position);
    if (joined) joined.dispatch = new Dispatch([...joined.dispatch.tables, ...running]);
    else if (running.length < lane.dispatch.tables.length) lane.dispatch = new Dispatch(running);
    if (joined || running.length === 0) {
      closeReader(lane);
      lanes = lanes.filter((other) => other !== lane);
    }
  };

  const builds = () => tables.flatMap(({ build }) => [build, superseded.get(build.id) ?? []].flat());

  const running = run();
  return {
    wake: () => {
      woken = true;
      wakeUp();
    },
    builds,
    close: async () => {
      closed = true;
      wakeUp();
      await running;
    },
  };
}

/** The builds that were made from this log. The others are dropped: they hold events that this log does not have. */
async function sorted(log: EventReader, store: ProjectionStore) {
  const own: Build[] = [];
  const foreign: Foreign[] = [];
  const foreignOf = foreignTo(log);
  for (const build of await store.builds()) {
    const found = await foreignOf(build);
    if (found === null) own.push(build);
    else {
      foreign.push(found);
      await store.drop(build.id);
    }
  }
  return { own, foreign };
}

/** Chooses the build to continue for each projection, or creates one, and returns the builds that are no longer needed. */
async function tablesFor(projections: readonly AnyProjection[], store: ProjectionStore, known: readonly Build[], cache: RowCache) {
  const tables: Table[] = [];
  const kept = new Set<string>();
  /** By a build that is not live yet: the one that answers meanwhile. */
  const superseded = new Map<string, Build>();
  const names = projections.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new Error(`two projections have the same name: ${names.join(', ')}`);
  for (const projection of projections) {
    const { name, version } = projection;
    const answers = answering(known, projection);
    const own = known.filter((build) => build.name === name && build.version === version);
    const key = own.find(({ id }) => id === answers?.id) ?? own[0] ?? { name, version, generation: 0 };
    const build = await store.create(key, epoch, answers === undefined);
    tables.push(new Table(projection, { ...build, failure: null }, epoch, cache)); // a failed projection is tried again
    kept.add(build.id);
    if (answers && answers.id !== build.id) superseded.set(build.id, answers);
    if (answers) kept.add(answers.id);
  }
  return { tables, superseded, stale: known.filter(({ id }) => !kept.has(id)).map(({ id }) => id) };
}

/** Ends the scan of a lane, so that its reader can release its resources. */
function closeReader(lane: Lane): void {
  void lane.pages?.return?.();
  lane.pages = null;
}

function lanesOf(tables: readonly Table[]): Lane[] {
  const positions = [...new Set(tables.map(({ build }) => build.position))].sort((a, b) => b - a);
  return positions.map((position) => ({
    position,
    pages: null,
    end: beginning,
    dispatch: new Dispatch(tables.filter(({ build }) => build.position === position)),
  }));
}

/** The part of a page up to a position. */
const cut = (page: Page, upTo: Position): Page =>
  page.upTo > upTo ? { events: page.events.filter(({ position }) => position <= upTo), upTo } : page;
