import { createHash } from 'node:crypto';
import { beginning, type Position } from '../projections/position.js';
import { append } from './kernel/appending.js';
import { appendLimit, type EventLog, type EventReader, type StoredEvent } from './ports/event-log.js';

/** The target holds an event that the source has not at that place, or not with the same bytes. */
export class OtherEvents extends Error {
  override readonly name = 'OtherEvents';
  constructor(place: number) {
    super(
      `The target holds other events than the source, from event ${place} on: name an empty target, or one that a copy of this ` +
        'source was broken off in. ' +
        `自第 ${place} 条起，目标中的事件与来源不同：请指定空的目标，或此来源上次未复制完的目标。`,
    );
  }
}

export interface Copied {
  /** Events that were there already, of a copy that was broken off. */
  readonly found: number;
  readonly copied: number;
}

/** What a log holds. Two logs with the same digest have the same events, byte for byte and in the same order. */
export interface LogDigest {
  readonly events: number;
  /** SHA-256 over all fields of each event but its position, which is the log's own; 64 hexadecimal digits. */
  readonly sha256: string;
}

type Fields = readonly (string | number)[];
const fieldsOf = ({ id, stream, revision, type, schemaVersion, occurredAt, recordedAt, data, meta }: StoredEvent): Fields => [
  id,
  stream,
  revision,
  type,
  schemaVersion,
  occurredAt,
  recordedAt,
  data,
  meta,
];
const areSame = (a: StoredEvent, b: StoredEvent): boolean => {
  const fields = fieldsOf(b);
  return fieldsOf(a).every((field, i) => field === fields[i]);
};

/** The most events of one append. */
const mostAtOnce = 500;

/**
 * Copies the events of a log into another one, in their order. A copy that was broken off goes on where it was: what is there is compared
 * first. One append at a time: several could change places when a connection breaks.
 * @param until the last position to copy
 * @param onProgress called with the position in the source that was compared or copied
 * @throws OtherEvents before anything is written
 */
export async function copyLog(from: EventReader, to: EventLog, until: Position, onProgress: (done: Position) => void): Promise<Copied> {
  const there = eventsOf(to);
  let isBeyond = false;
  let [found, copied] = [0, 0];
  for await (const { events, upTo } of from.readAll(beginning, { until })) {
    let at = 0;
    for (; !isBeyond && at < events.length; at++) {
      const next = await there.next();
      if (next.done) {
        isBeyond = true;
        break;
      }
      if (!areSame(next.value, events[at]!)) throw new OtherEvents(found + 1);
      found++;
    }
    for (const run of runsOf(events.slice(at))) {
      if ((await append(to, run[0]!.stream, run[0]!.revision - 1, run)) === null) throw new OtherEvents(found + copied + 1);
      copied += run.length;
      onProgress(run.at(-1)!.position);
    }
    onProgress(upTo);
  }
  if (!isBeyond && !(await there.next()).done) throw new OtherEvents(found + 1);
  return { found, copied };
}

async function* eventsOf(log: EventReader, until?: Position): AsyncGenerator<StoredEvent, void, undefined> {
  for await (const { events } of log.readAll(beginning, until === undefined ? {} : { until })) yield* events;
}

/** Events of one stream that stand side by side, as many as one append takes. */
function* runsOf(events: readonly StoredEvent[]): Generator<StoredEvent[]> {
  let run: StoredEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.data) + Buffer.byteLength(event.meta);
    const isFull = run.length === mostAtOnce || bytes + size > appendLimit;
    if (run.length > 0 && (isFull || run[0]!.stream !== event.stream)) {
      yield run;
      [run, bytes] = [[], 0];
    }
    run.push(event);
    bytes += size;
  }
  if (run.length > 0) yield run;
}

export async function digestOf(log: EventReader, until?: Position): Promise<LogDigest> {
  const hash = createHash('sha256');
  let events = 0;
  for await (const event of eventsOf(log, until)) {
    hash.update(`${JSON.stringify(fieldsOf(event))}\n`);
    events++;
  }
  return { events, sha256: hash.digest('hex') };
}
