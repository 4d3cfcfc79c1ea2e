import { LRUCache } from 'lru-cache';
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

/** Keyed hash of the request. */
export interface RequestRow {
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
  /** Id of the stream that remembers the key if the command changed nothing; null if that is not wanted. */
  readonly noteId: string | null;
}

/** The hash is a keyed one: a request may hold names, which whoever reads the log could guess from a plain hash. */
export function keyedRequest(
  { definition, params, data, onBehalfOf, occurredAt, sender, key = newEventId(), isNoted }: Request,
  keys: Pick<PersonalKeys, 'hashOf'>,
): KeyedRequest {
  return {
    key,
    name: idempotencyKey(sender.id, key),
    hash: keys.hashOf(JSON.stringify([definition.command, params, data, onBehalfOf ?? null, occurredAt ?? null])),
    noteId: isNoted === true ? derivedId(sender.id, key) : null,
  };
}

const reused = { refused: 'idempotency.key-reused' } as const;

/** So many events are searched for a key that the rows may not have yet. */
const mostScanned = 10_000;

/** Answers repeated requests by their idempotency keys (docs/adr/0006). */
export class Idempotency {
  /** The hashes of recent requests by key, without those that were refused. Lost with the process: streams and rows know the keys too. */
  private readonly recent = new LRUCache<string, string>({ max: 20_000 });
  /** The hashes of the requests in progress in this process, by key. Requests in another one meet at the log's expected revision. */
  private readonly underWay = new Map<string, { readonly hash: string; requests: number }>();

  constructor(
    private readonly log: EventReader,
    private readonly readModels: ReadModels,
    private readonly aggregates: Aggregates,
    private readonly requests: Projection<RequestRow>,
  ) {}

  /**
   * Runs a request, unless its key was used for another request. This covers what the streams cannot know: the same key at the same time
   * with another body, and, if the body decides the stream, earlier requests of any process.
   * A refused request leaves nothing behind, and its key can be used again.
   */
  async holding(
    { bodyNamesStream }: CommandDefinition,
    { name, hash }: KeyedRequest,
    work: () => Promise<CommandResult | Refusal>,
  ): Promise<CommandResult | Refusal> {
    const held = this.underWay.get(name) ?? { hash, requests: 0 };
    const known = this.recent.get(name);
    if (held.hash !== hash || (known ?? hash) !== hash) return reused;
    held.requests++;
    this.underWay.set(name, held); // before the first await
    try {
      const earlier = bodyNamesStream && known === undefined ? await this.earlierRequest(name) : null;
      if (earlier && 'refused' in earlier) return earlier;
      if (earlier && earlier.asked !== hash) return reused;
      const result = await work();
      if (!('refused' in result)) this.recent.set(name, hash);
      return result;
    } finally {
      if (--held.requests === 0) this.underWay.delete(name);
    }
  }

  /** From the rows, and from what the log has after them: without waiting, and also if an event was recorded a moment ago. */
  private async earlierRequest(name: string): Promise<RequestRow | Refusal<KernelRefusal> | null> {
    const after = await this.readModels.position(this.requests); // before the row is read, so that no event is missed
    const row = await this.readModels.get(this.requests, name);
    if (row) return row;
    let scanned = 0;
    for await (const { events, upTo } of this.log.readAll(after)) {
      for (const event of events) {
        const meta = event.type in this.requests.on && (JSON.parse(event.meta) as EventMeta);
        if (meta && handler.keys({ meta }).includes(name)) return handler.evolve(null, { meta }, name);
      }
      scanned += events.length;
      if (scanned > mostScanned) return refuse('read-models.behind', { position: upTo });
    }
    return null;
  }

  /** The note that this key changed nothing, if there is one. It is read together with the stream. */
  note({ noteId }: KeyedRequest): Promise<Loaded<Data<typeof RequestChangedNothing> | null>> | null {
    return noteId === null ? null : this.aggregates.load(unchangedRequest, noteId);
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
