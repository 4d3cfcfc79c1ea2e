import { setImmediate as nextTurn } from 'node:timers/promises';
import { beginning, later, type Position } from '../../projections/position.js';
import { refuse, type Refusal } from '../../domain/shared/decider.js';
import type { KernelRefusal } from '../kernel/command.js';
import { type EventReader, NoSuchPosition, type StoredEvent } from '../ports/event-log.js';
import { type Listed, SegmentReplaced, type TrailReader, TrailUnreadable } from '../ports/trail.js';
import { endOf, hashOf, mayBeIn, type Period, Places, positionsIn, withinPeriod } from './segment.js';
import { subjectsOf } from './subjects.js';

/** Which events are asked for: those that are listed under all the subjects and happened in the period. */
export interface Wanted {
  readonly subjects: readonly string[];
  /** At this instant or later, ISO 8601. */
  readonly from?: string | undefined;
  /** Before this instant. */
  readonly until?: string | undefined;
}

export interface Found {
  readonly events: readonly StoredEvent[];
  /** Where the search goes on; null if there is nothing more up to the end of the log. */
  readonly upTo: Position | null;
}

/** Most events that are read for one answer. If many that are listed happened at other times, an answer may have few, or none. */
const mostRead = 2_000;
/** Most events at the end of the log that are read for one answer. */
const mostScanned = 10_000;
const mostAtOnce = 200;
/** Milliseconds after which other work gets the processor. */
const turn = 5;

/**
 * The next events that are asked for, in the order of the log. The index says where they may be; each is read and looked at. The events
 * that are not in the index yet are read one after another.
 */
export async function findEvents(
  trail: TrailReader,
  log: EventReader,
  wanted: Wanted,
  after: Position,
  limit: number,
): Promise<Found | Refusal<KernelRefusal>> {
  try {
    return await findByIndex(trail, log, wanted, after, limit);
  } catch (error) {
    if (error instanceof TrailUnreadable) return scan(log, wanted, after, limit);
    throw error;
  }
}

async function findByIndex(
  trail: TrailReader,
  log: EventReader,
  wanted: Wanted,
  after: Position,
  limit: number,
): Promise<Found | Refusal<KernelRefusal>> {
  const index = await Index.open(trail, wanted, after, Math.min(mostAtOnce, limit + 1));
  if (wanted.subjects.length === 0) return scan(log, wanted, await index.begin(), limit);
  const found: StoredEvent[] = [];
  let [read, at] = [0, after];
  for await (const numbers of index.numbers()) {
    const positions = await index.positions(numbers);
    const events = await eventsAt(log, positions);
    if ('refused' in events) return events;
    found.push(...events.filter((event) => isWanted(event, wanted)));
    if (found.length > limit) return upToLimit(found, limit);
    read += numbers.length;
    at = positions.at(-1)!;
    if (read >= mostRead) return { events: found, upTo: at };
  }
  at = later(at, await index.end());
  try {
    return await scan(log, wanted, at, limit, found);
  } catch (error) {
    if (error instanceof NoSuchPosition && at > after) return refuse('log.behind', { position: at });
    throw error;
  }
}

/** The events after a position that are asked for, after those that were found before. */
async function scan(log: EventReader, wanted: Wanted, after: Position, limit: number, found: StoredEvent[] = []): Promise<Found> {
  let [scanned, at] = [0, after];
  for await (const { events } of log.readAll(after)) {
    for (const event of events) {
      if (scanned === mostScanned) return { events: found, upTo: at };
      scanned++;
      at = event.position;
      if (isWanted(event, wanted)) found.push(event);
      if (found.length > limit) return upToLimit(found, limit);
    }
  }
  return { events: found, upTo: null };
}

/** More than the limit were found. */
const upToLimit = (found: readonly StoredEvent[], limit: number): Found => ({
  events: found.slice(0, limit),
  upTo: found[limit - 1]!.position,
});

/** Whether the event's text has the name of the subject, which is seen faster than what it is listed under. */
function mayName({ type, meta, data }: StoredEvent, subject: string): boolean {
  const name = subject.slice(subject.indexOf('/') + 1);
  if (subject.startsWith('type/')) return type === name;
  const text = JSON.stringify(name).slice(1, -1);
  return meta.includes(text) || data.includes(text);
}

function isWanted(event: StoredEvent, { subjects, from, until }: Wanted): boolean {
  if ((from !== undefined && event.occurredAt < from) || (until !== undefined && event.occurredAt >= until)) return false;
  if (subjects.length === 0) return true;
  if (!subjects.every((subject) => mayName(event, subject))) return false;
  const listed = subjectsOf(event);
  return subjects.every((subject) => listed.includes(subject));
}

/** The events at these positions; a refusal if the log that is read here may lag, and has not come so far. */
async function eventsAt(log: EventReader, positions: readonly Position[]): Promise<readonly StoredEvent[] | Refusal<KernelRefusal>> {
  const found = await Promise.all(positions.map((position) => log.at(position)));
  const missing = positions.find((_, i) => found[i] === null);
  if (missing === undefined) return found.filter((event) => event !== null);
  if (missing > (await log.position())) return refuse('log.behind', { position: missing });
  throw new Error(`the audit trail names position ${missing}, but the log has no event there`);
}

/** What the index says of what is asked for. */
class Index {
  readonly #period: Period;
  #block: { readonly start: number; readonly positions: readonly Position[] } | null = null;

  private constructor(
    private readonly trail: TrailReader,
    private readonly wanted: Wanted,
    private readonly after: Position,
    private readonly atOnce: number,
    private segments: readonly Listed[],
  ) {
    const { from, until } = wanted;
    this.#period = { from: from === undefined ? -Infinity : Date.parse(from), until: until === undefined ? Infinity : Date.parse(until) };
  }

  static async open(trail: TrailReader, wanted: Wanted, after: Position, atOnce: number): Promise<Index> {
    return new Index(trail, wanted, after, atOnce, await trail.segments());
  }

  /** Numbers of events that may be asked for, ascending, some at a time. */
  async *numbers(): AsyncGenerator<readonly number[], void, undefined> {
    let begun = performance.now();
    for (let number = await this.#first(); ;) {
      const segment = this.segments.find((one) => one.start <= number && number < endOf(one));
      if (!segment) return;
      try {
        for await (const numbers of this.#inSegment(segment, number)) {
          if (numbers.length > 0) yield numbers;
          number = (numbers.at(-1) ?? number - 1) + 1;
          if (performance.now() - begun < turn) continue;
          await nextTurn();
          begun = performance.now();
        }
        number = endOf(segment);
      } catch (error) {
        await this.#readAgain(segment, error);
      }
    }
  }

  /** Reads the list of segments again, if another took the place of this one. @throws the error, if not */
  async #readAgain(segment: Listed, error: unknown): Promise<void> {
    if (!(error instanceof SegmentReplaced)) throw error;
    this.segments = await this.trail.segments();
    if (this.segments.some(({ start, bits }) => start === segment.start && bits === segment.bits)) throw error; // it should be there
  }

  async *#inSegment(segment: Listed, from: number): AsyncGenerator<readonly number[], void, undefined> {
    const { trail } = this;
    if (!this.#mayHold(segment)) return;
    const places = new Places(await trail.head(segment), this.wanted.subjects.map(hashOf));
    if (!places.take(await trail.parts(segment, places.packs))) return;
    for (let chunk = 0; chunk < places.chunks; chunk++) {
      const [begin, end] = places.chunk(chunk);
      const within = end > from && withinPeriod(places.head, this.#period, Math.max(begin, from), end, trail.layout);
      const listed = within && places.lists(chunk);
      if (!within || !listed) continue;
      const lists = await trail.parts(segment, listed);
      for (let [at, last] = within; at < last;) {
        const numbers = places.numbers(chunk, lists, at, last, this.atOnce);
        yield numbers.filter((number) => mayBeIn(places.head, this.#period, number, trail.layout));
        at = numbers.length < this.atOnce ? last : numbers.at(-1)! + 1;
      }
    }
  }

  #mayHold({ first, last }: Listed): boolean {
    return first < this.#period.until && last >= this.#period.from;
  }

  /** The position after which the first event may be in the period. */
  async begin(): Promise<Position> {
    const { from, until } = this.wanted;
    if (from === undefined && until === undefined) return this.after;
    const first = await this.#first();
    for (let number = first; ;) {
      const segment = this.segments.find((one) => endOf(one) > number && this.#mayHold(one));
      if (!segment) return later(this.after, await this.end());
      try {
        const head = await this.trail.head(segment);
        const within = withinPeriod(head, this.#period, Math.max(segment.start, number), endOf(segment), this.trail.layout);
        if (within) return within[0] === first ? this.after : (await this.positions([within[0] - 1]))[0]!;
        number = endOf(segment);
      } catch (error) {
        await this.#readAgain(segment, error);
      }
    }
  }

  /** The position of the last event in the index. */
  async end(): Promise<Position> {
    const last = this.segments.at(-1);
    return last ? (await this.positions([endOf(last) - 1]))[0]! : beginning;
  }

  async positions(numbers: readonly number[]): Promise<readonly Position[]> {
    const size = 2 ** this.trail.layout.levels[0]!;
    const positions: Position[] = [];
    for (const number of numbers) {
      const start = number - (number % size);
      if (this.#block?.start !== start) this.#block = { start, positions: positionsIn(await this.trail.block(start), this.trail.layout) };
      positions.push(this.#block.positions[number - start]!);
    }
    return positions;
  }

  /** The number of the first event after the position where the search begins. */
  async #first(): Promise<number> {
    const block = await this.trail.blockAt(this.after);
    return block ? block.start + positionsIn(block, this.trail.layout).filter((position) => position <= this.after).length : 0;
  }
}
