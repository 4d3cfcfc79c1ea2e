import { ascending } from '../../domain/shared/ascending.js';
import { type EventReader, LogCorrupt, type Page } from '../ports/event-log.js';
import type { Leases } from '../ports/leases.js';
import type { Foreign } from './foreign.js';
import { damageAt, Dispatch, foldPage, rowCache, type Table } from './fold-page.js';
import { Holdings } from './holdings.js';
import type { AnyProjection } from '../../projections/projection.js';
import { beginning, type Position } from '../../projections/position.js';
import { type Build, CheckpointMoved, type Failure, type ProjectionStore, StaleEpoch } from '../ports/projection-store.js';

/** Size of the row cache in characters of JSON. Parsed rows take about five times as much memory. */
const defaultMemory = 16_000_000;

/** Milliseconds between two looks at who holds which lease. */
const shareEvery = 1_000;

export interface ProjectorOptions {
  readonly log: EventReader;
  readonly store: ProjectionStore;
  readonly leases: Leases;
  readonly projections: readonly AnyProjection[];
  /** Called after each commit with all builds and their checkpoints. */
  readonly onCommit: (builds: readonly Build[]) => void;
  /** Called when the log or the store fails; the page is tried again when this resolves. */
  readonly onTrouble: (error: unknown) => Promise<void>;
  /** Called after each page that was written: the place to yield, so that other work gets the processor. */
  readonly yieldToEventLoop?: () => Promise<void>;
  /**
   * Called with the builds that were made from another log: they are dropped and built again from this one. Also with those that are kept,
   * because they are ahead of a log that may lag; they continue, or are dropped, once it has come so far.
   */
  readonly onForeign?: (builds: readonly Foreign[]) => void;
  /** True if the log is read from a copy that may be behind, such as a follower: then a build may be ahead of it. */
  readonly mayLag?: boolean;
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
 * Only builds whose leases this process holds are written. Of several processes with the same projections each holds its share of them.
 */
export async function startProjector({
  log,
  store,
  leases,
  projections,
  onCommit,
  onTrouble,
  yieldToEventLoop,
  onForeign = () => undefined,
  mayLag = false,
  memory = defaultMemory,
}: ProjectorOptions): Promise<Projector> {
  const holdings = new Holdings({ log, store, leases, projections, onForeign, mayLag, cache: rowCache(memory) });
  await holdings.share();
  let lanes = lanesOf(await holdings.open());
  let isTimeToLook = false;
  let isTimeToShare = false;
  let closed = false;
  let woken = false;
  let wakeUp = () => {};
  const wake = () => {
    woken = true;
    wakeUp();
  };

  const run = async () => {
    while (!closed) {
      woken = false;
      try {
        await look();
        await holdings.discard();
        let moved = false;
        for (const lane of [...lanes]) {
          if (closed || !lanes.includes(lane) || !(await advance(lane))) continue;
          moved = true;
          onCommit(holdings.builds());
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

  /** Has the free leases taken: those that were released at once, those of a process that was killed when they run out. */
  const share = () => {
    isTimeToShare = true;
    wake();
  };
  /** Renews the leases, also while a page takes long. */
  const beat = async () => {
    try {
      await holdings.renew();
    } catch {
      return; // tried again at the next beat; whoever takes a lease that ran out meanwhile has a higher epoch
    }
    isTimeToLook = true;
    wake();
  };
  const period = leases.lastsMs / 3;
  const timers = period === Infinity ? [] : [setInterval(() => void beat(), period), setInterval(share, Math.min(period, shareEvery))];

  /** Opens the builds whose leases were taken and those whose last page could not be written, and leaves those that were lost. */
  const look = async (): Promise<void> => {
    const isDue = isTimeToLook;
    isTimeToLook = false;
    if (isTimeToShare) await holdings.share();
    isTimeToShare = false;
    for (const lane of lanes) keep(lane, (table) => holdings.holds(table));
    lanes = lanes.filter(({ dispatch }) => dispatch.tables.length > 0);
    if (!isDue && !holdings.canOpen) return;
    for (const fresh of lanesOf(await holdings.open())) {
      const joined = lanes.find(({ position }) => position === fresh.position);
      if (joined) joined.dispatch = new Dispatch([...joined.dispatch.tables, ...fresh.dispatch.tables]);
      else lanes.push(fresh);
    }
    onCommit(holdings.builds());
  };

  /** Moves a lane one page on; false if there was nothing left to do. */
  const advance = async (lane: Lane): Promise<boolean> => {
    const building = lane.dispatch.tables.filter((table) => !table.build.live);
    // before the page is read; while it is known to be behind, the log is not asked again
    const asksForEnd = building.length > 0 && lane.position >= lane.end;
    if (asksForEnd) lane.end = await log.position();
    const read = await readOn(lane);
    if (read === null && (!asksForEnd || lane.position < lane.end)) return false;
    const stop = read !== null && 'eventId' in read ? read : null;
    const page = read === null || 'eventId' in read ? { events: [], upTo: lane.position } : cut(read, nextAhead(lane.position));
    const refused = await foldPage(lane.dispatch, page, store, asksForEnd && page.upTo >= lane.end, stop);
    lane.position = page.upTo;
    for (const { table, error } of refused) holdings.failed(table, error);
    keep(lane, (table) => holdings.holds(table));
    settle(lane);
    const failure = refused.find(({ error }) => !(error instanceof CheckpointMoved || error instanceof StaleEpoch));
    if (failure) throw failure.error;
    return true;
  };

  /** The next page of a lane; null at the end of the log. If it would begin with a damaged event, that. */
  const readOn = async (lane: Lane): Promise<Page | Failure | null> => {
    try {
      let next = await lane.pages?.next();
      if (!next || next.done) {
        // a scan ends where the log ended when it last read a page; only a new scan can see that there is nothing more
        lane.pages = log.readAll(lane.position)[Symbol.asyncIterator]();
        next = await lane.pages.next();
      }
      if (!next.done) return next.value;
      lane.pages = null;
      return null;
    } catch (error) {
      const damage = error instanceof LogCorrupt ? damageAt(error) : null;
      if (damage === null) throw error;
      return damage;
    }
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

  const running = run();
  return {
    wake,
    builds: () => holdings.builds(),
    close: async () => {
      closed = true;
      timers.forEach(clearInterval);
      wakeUp();
      await running;
      await holdings.release();
    },
  };
}

/** Leaves only some tables in a lane. */
function keep(lane: Lane, isKept: (table: Table) => boolean): void {
  const tables = lane.dispatch.tables.filter(isKept);
  if (tables.length === lane.dispatch.tables.length) return;
  lane.dispatch = new Dispatch(tables);
  if (tables.length === 0) closeReader(lane);
}

/** Ends the scan of a lane, so that its reader can release its resources. */
function closeReader(lane: Lane): void {
  void lane.pages?.return?.();
  lane.pages = null;
}

function lanesOf(tables: readonly Table[]): Lane[] {
  const positions = [...new Set(tables.map(({ build }) => build.position))].sort((a, b) => ascending(b, a));
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
