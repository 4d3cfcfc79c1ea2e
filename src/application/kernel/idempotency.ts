import { type Data, refuse, type Refusal } from '../../domain/shared/decider.js';
import { request as unchangedRequest, RequestChangedNothing } from '../../domain/shared/request.js';
import { defineProjection, type EventMeta, type Handler, type Projection, versionFrom } from '../../projections/projection.js';
import type { EventReader } from '../ports/event-log.js';
import type { PersonalKeys } from '../ports/personal-keys.js';
import type { ReadModels } from '../ports/read-models.js';
import { idempotencyKey, type Aggregates, type Loaded } from './aggregates.js';
import type { CommandDefinition, CommandResult, KernelRefusal, Request } from './command.js';
import { derivedId, newEventId } from './ids.js';
import type { Position } from '../../projections/position.js';

/** A row is stored, so the field keeps its name. */
export interface RequestRow {
  /** Keyed hash of the request. */
  readonly asked: string;
}

const handler: Handler<RequestRow, { readonly meta: EventMeta }> = {
  keys: ({ meta: { enteredBy, actor, capacity, key } }) => (capacity === 'system' ? [] : [idempotencyKey(enteredBy ?? actor, key)]),
  evolve: (_, { meta }) => ({ asked: meta.request }),
};

/**
 * The requests by sender and idempotency key, for commands whose body decides which stream they write: with another body the key would
 * be looked for in another stream. All other commands write the same stream again, and it remembers the key itself.
 */
export function requestsOf(commands: readonly CommandDefinition[]): Projection<RequestRow> {
  const types = [
    ...new Set(commands.filter(({ bodyNamesStream }) => bodyNamesStream).flatMap(({ decider }) => Object.keys(decider.events))),
  ];
  return defineProjection<RequestRow>({
    name: 'requests',
    version: versionFrom(types),
    on: Object.fromEntries(types.map((type) => [type, handler])),
  });
}

/** A request that has an idempotency key. */
export interface KeyedRequest {
  readonly key: string;
  /** Sender and key. */
  readonly name: string;
  /** Keyed hash of the command and everything that affects its result. */
  readonly hash: string;
  readonly senderId: string;
  /** Whether the key is remembered also if the command changes nothing. */
  readonly isNoted: boolean;
}

/** Id of the stream that remembers a key whose command changed nothing. */
export const noteIdOf = ({ senderId, key }: KeyedRequest): string => derivedId(senderId, key);

/** The hash is a keyed one: a request may hold names, which whoever reads the log could guess from a plain hash. */
export function keyedRequest(
  { definition, params, data, onBehalfOf, occurredAt, sender, key = newEventId(), isNoted = false }: Request,
  keys: Pick<PersonalKeys, 'hashOf'>,
): KeyedRequest {
  return {
    key,
    name: idempotencyKey(sender.id, key),
    hash: keys.hashOf(
      JSON.stringify([definition.command, params, definition.secretBody ? null : data, onBehalfOf ?? null, occurredAt ?? null]),
    ),
    senderId: sender.id,
    isNoted,
  };
}

const reused = { refused: 'idempotency.key-reused' } as const;

/** The most requests after the rows' checkpoint that are kept in memory. */
const mostUnprojected = 10_000;

/**
 * The requests after the rows' checkpoint. What was read is kept, so that each event is read once, however far the rows are behind.
 * Lost with the process: it is read again then.
 */
class Unprojected {
  /** By name, in the order of the log: those after `from`, up to and including `upTo`. */
  private readonly requests = new Map<string, RequestRow & { readonly position: Position }>();
  private from: Position | null = null;
  private upTo: Position | null = null;
  private reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly log: EventReader,
    private readonly types: readonly string[],
  ) {}

  /** Looks at all that was recorded before the call, so readings follow one another. */
  find(name: string, after: Position): Promise<RequestRow | Refusal<KernelRefusal> | null> {
    const found = this.reading.then(() => this.read(name, after));
    this.reading = found.catch(() => undefined);
    return found;
  }

  private async read(name: string, after: Position): Promise<RequestRow | Refusal<KernelRefusal> | null> {
    this.forget(after);
    for await (const { events, upTo } of this.log.readAll(this.upTo ?? after, { types: this.types })) {
      for (const { meta: stored, position } of events) {
        const meta = JSON.parse(stored) as EventMeta;
        for (const key of handler.keys({ meta })) this.requests.set(key, { asked: meta.request, position });
      }
      this.upTo = upTo;
      if (this.requests.size > mostUnprojected) return refuse('read-models.behind', { position: upTo });
    }
    return this.requests.get(name) ?? null;
  }

  /** Drops what the rows have. If they are behind what was kept, it is read from there again. */
  private forget(after: Position): void {
    if (this.from !== null && this.upTo !== null && this.from <= after && after <= this.upTo) {
      for (const [key, { position }] of this.requests) {
        if (position > after) break;
        this.requests.delete(key);
      }
    } else {
      this.requests.clear();
      this.upTo = null;
    }
    this.from = after;
  }
}

/** Answers repeated requests by their idempotency keys (docs/adr/0006). */
export class Idempotency {
  /** The hashes of the requests in progress in this process, by key. Requests in another one meet at the log's expected revision. */
  private readonly underWay = new Map<string, { readonly hash: string; requests: number }>();
  private readonly unprojected: Unprojected;

  constructor(
    log: EventReader,
    private readonly readModels: ReadModels,
    private readonly aggregates: Aggregates,
    private readonly requests: Projection<RequestRow>,
  ) {
    this.unprojected = new Unprojected(log, Object.keys(requests.on));
  }

  /**
   * Runs a request, unless its key was used for another request. This covers what the streams cannot know: the same key at the same time
   * with another body, and, if the body decides the stream, earlier requests of any process.
   * A refused request leaves nothing behind, and its key can be used again.
   */
  async holding({ name, hash }: KeyedRequest, work: () => Promise<CommandResult | Refusal>): Promise<CommandResult | Refusal> {
    const held = this.underWay.get(name) ?? { hash, requests: 0 };
    if (held.hash !== hash) return reused;
    held.requests++;
    this.underWay.set(name, held); // before the first await
    try {
      const earlier = await this.earlierRequest(name);
      if (earlier && 'refused' in earlier) return earlier;
      if (earlier && earlier.asked !== hash) return reused;
      return await work();
    } finally {
      if (--held.requests === 0) this.underWay.delete(name);
    }
  }

  /** From the rows, and from what the log has after them: without waiting, and also if an event was recorded a moment ago. */
  private async earlierRequest(name: string): Promise<RequestRow | Refusal<KernelRefusal> | null> {
    const after = await this.readModels.position(this.requests); // before the row is read, so that no event is missed
    return (await this.readModels.get(this.requests, name)) ?? (await this.unprojected.find(name, after));
  }

  /** The note that this key changed nothing, if there is one. */
  note(keyed: KeyedRequest): Promise<Loaded<Data<typeof RequestChangedNothing> | null>> | null {
    return keyed.isNoted ? this.aggregates.load(unchangedRequest, noteIdOf(keyed)) : null;
  }
}

/** The earlier answer if the stream or the note has the same key and request; a refusal if the key came with another request. */
export function earlierAnswer(
  { name, hash }: KeyedRequest,
  {
    id,
    stream,
    loaded,
    noted,
  }: { id: string; stream: string; loaded: Loaded; noted: Loaded<Data<typeof RequestChangedNothing> | null> | null },
): CommandResult | Refusal<'idempotency.key-reused'> | null {
  const answered = loaded.answered.get(name);
  const before = answered ?? noted?.answered.get(name);
  if (before && before.request !== hash) return reused;
  if (answered) {
    const { revision, position, events } = answered;
    return { id, stream, created: revision === events.length - 1, revision, position, events };
  }
  return noted?.state ? unchanged(noted.state, noted.position) : null;
}

/** The answer to a request that changed nothing. `position`: of the event that notes it; of the stream's last event where there is none. */
export const unchanged = ({ stream, subject, revision }: Data<typeof RequestChangedNothing>, position: Position): CommandResult => ({
  id: subject,
  stream,
  revision,
  position,
  created: false,
  events: [],
});
