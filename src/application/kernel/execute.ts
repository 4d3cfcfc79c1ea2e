import { LRUCache } from 'lru-cache';
import type { Capacity, Channel } from '../../domain/shared/capacity.js';
import type { AnyDecider, Data, Refusal, StateOf } from '../../domain/shared/decider.js';
import { place } from '../../domain/registry/place.js';
import { request as requests, RequestChangedNothing } from '../../domain/shared/request.js';
import type { EventMeta } from '../../projections/projection.js';
import { type Aggregates, idempotencyKey } from './aggregates.js';
import { type Authority, type Grant } from './authority.js';
import type { BallotCounts } from '../contexts/platform/ballot-results.js';
import { type Appended, type EventLog, type NewEvent, WrongExpectedRevision, noStream } from '../ports/event-log.js';
import { derivedId, newEventId } from './ids.js';
import { sha256 } from '../../domain/shared/sha256.js';
import type { Check, Clock } from '../ports/clock.js';
import type { ReadModels } from '../ports/read-models.js';
import type { RequestRow } from './idempotency.js';
import { type CommandDefinition, type Load, Refused, type Target } from './use-case.js';

/** Somebody as the token tells: who, and what the issuer vouches for. */
export interface Actor {
  readonly id: string;
  readonly grants: readonly Grant[];
}

/** A command as it is given. */
export interface Request {
  readonly definition: CommandDefinition;
  readonly params: Readonly<Record<string, string>>;
  readonly data: object;
  /** The one who sends it. */
  readonly sender: Actor;
  /** The one who acts, when the sender only enters it (assisted channels). */
  readonly onBehalfOf?: string;
  readonly channel: Channel;
  /** The capacity in which the sender wishes to act; without it, the first that is allowed. */
  readonly capacity?: Capacity;
  /** When it happened; now, when it is not said. */
  readonly occurredAt?: string;
  /** Idempotency key. Without it, every request is another. */
  readonly key?: string;
  /** The key is noted also where nothing changes, so that it is answered as before whatever is so by then: a client asks for that, an import and the agenda for what is so. */
  readonly isNoted?: boolean;
  /** Revision that the stream must have (If-Match); `any`: it must be there. */
  readonly ifRevision?: number | 'any';
  readonly correlation?: string;
  /** The event that led to it, and its position, when a policy gives the command. */
  readonly causation?: { readonly id: string; readonly position: number };
}

export interface CommandResult {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly events: readonly { readonly id: string; readonly type: string }[];
  /** True when the stream began with this command. */
  readonly created: boolean;
}

export type KernelRefusal =
  | 'idempotency.key-reused'
  | 'precondition.failed'
  | 'request.occurred-before-its-subject'
  | 'auth.not-allowed'
  | 'auth.no-such-capacity'
  | 'registry.place-not-found'
  | 'registry.place-merged'
  | 'log.contended'
  | 'read-models.behind';

/** What is asked, as its idempotency key is remembered with it. */
interface Asked {
  readonly key: string;
  /** The SHA-256 of the command with all that decides it. */
  readonly hash: string;
  readonly isNoted: boolean;
}

/** Attempts before a stream that other processes keep writing is given up. */
const attempts = 20;

/**
 * Runs every decider: load, decide, append, again when somebody else was faster. One path for REST, policies, import and demo.
 * Answers with what happened or with a refusal; throws only when the log fails or its history is corrupt.
 */
export class Execute {
  private readonly turns = new Map<string, Promise<unknown>>();
  /** What was asked by the keys of late, also by those that were refused. */
  private readonly asked = new LRUCache<string, string>({ max: 20_000 });

  constructor(
    private readonly log: EventLog,
    private readonly readModels: ReadModels,
    private readonly aggregates: Aggregates,
    private readonly authority: Authority,
    private readonly clock: Clock,
    private readonly check: Check,
    private readonly counts: BallotCounts,
  ) {}

  async run(request: Request): Promise<CommandResult | Refusal> {
    const { definition, params, data, sender, key = newEventId() } = request;
    let newId: string | undefined; // most commands make nothing new
    const target: Target = {
      params,
      data,
      by: request.onBehalfOf ?? sender.id,
      get newId() {
        return (newId ??= derivedId(sender.id, definition.command, JSON.stringify(params), key));
      },
    };
    const asked: Asked = {
      key,
      hash: sha256(JSON.stringify([definition.command, params, data, request.onBehalfOf ?? null, request.occurredAt ?? null])),
      isNoted: request.isNoted === true,
    };
    if (request.key !== undefined && (await this.askedBefore(request, asked)) !== asked.hash) return refused('idempotency.key-reused');
    const id = definition.stream ? definition.stream(target) : (params['id'] ?? target.newId);
    const stream = `${definition.decider.stream}-${id}`;
    return this.inTurn(stream, async () => {
      try {
        for (let attempt = 0; attempt < attempts; attempt++) {
          const outcome = await this.attempt(request, target, id, stream, asked);
          if (outcome !== null) return outcome;
        }
        return { refused: 'log.contended' satisfies KernelRefusal };
      } catch (error) {
        if (error instanceof Refused) return error.refusal;
        throw error;
      }
    });
  }

  /**
   * What this key came with before, or now, beyond what streams tell: the same key may come at once with something else, and where the
   * body names the stream, read models tell of those that came before this process began.
   */
  private async askedBefore({ definition, sender }: Request, { key, hash }: Asked): Promise<string> {
    const name = idempotencyKey(sender.id, key);
    const known = this.asked.get(name);
    if (known !== undefined) return known;
    this.asked.set(name, hash); // before anything is waited for
    const earlier = definition.bodyNamesStream ? await this.readModels.get<RequestRow>('requests', name) : null;
    if (earlier) this.asked.set(name, earlier.asked);
    return earlier?.asked ?? hash;
  }

  /** Commands on one stream wait for each other here, rather than be decided again and again because others were faster. */
  private async inTurn<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const before = this.turns.get(stream);
    const turn = before === undefined ? work() : before.then(work, work);
    this.turns.set(stream, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(stream) === turn) this.turns.delete(stream);
    }
  }

  private async attempt(
    request: Request,
    target: Target,
    id: string,
    stream: string,
    asked: Asked,
  ): Promise<CommandResult | Refusal | null> {
    const { definition, params, data, sender } = request;
    const { by } = target;
    const note = derivedId(sender.id, asked.key);
    const [loaded, noted] = await Promise.all([
      this.aggregates.load(definition.decider, id),
      asked.isNoted ? this.aggregates.load(requests, note) : null,
    ]);

    const name = idempotencyKey(sender.id, asked.key);
    const answered = loaded.answered.get(name);
    const before = answered ?? noted?.answered.get(name);
    if (before && before.request !== asked.hash) return refused('idempotency.key-reused');
    if (answered)
      return {
        id,
        stream,
        created: answered.revision === answered.events.length - 1,
        revision: answered.revision,
        position: answered.position,
        events: answered.events,
      };
    if (noted?.state) return unchanged(noted.state);
    const { ifRevision } = request;
    const isThere = loaded.revision !== noStream;
    const asExpected = ifRevision === undefined || (ifRevision === 'any' ? isThere : ifRevision === loaded.revision);
    if (!asExpected) return refused('precondition.failed', { revision: isThere ? loaded.revision : '—' });
    if (!definition.stream && params['id'] !== undefined && !isThere)
      return { refused: `${definition.decider.stream}.not-found`, with: { id } };

    const facts = definition.facts ? await definition.facts(target, this.loadFor(request)) : {};
    const concerned = this.placeOf(definition, loaded.state, data, facts, target);
    const capacity = await this.authority.capacityFor(request, concerned);
    if (capacity === null)
      return refused(request.capacity === undefined ? 'auth.not-allowed' : 'auth.no-such-capacity', { place: concerned ?? '—' });
    const unfit = await this.placeRefusal(data, definition);
    if (unfit) return unfit;

    const now = this.clock.now().toISOString();
    const at = request.occurredAt ?? now;
    if (at < loaded.since && request.occurredAt !== undefined)
      return refused('request.occurred-before-its-subject', { since: loaded.since });
    const decide = definition.decider.decide[definition.command];
    if (!decide) throw new Error(`${definition.decider.stream} does not decide ${definition.command}`);
    const context = {
      at,
      now,
      by,
      capacity,
      id,
      get newId() {
        return target.newId;
      },
      facts,
      event: (type: string, eventData: unknown) => ({ type, data: eventData }),
    };
    const decision = decide(loaded.state as never, data as never, context as never);
    if ('refused' in decision) return decision;
    const answer = { stream, subject: id, revision: loaded.revision, position: loaded.position };
    if (decision.length === 0 && !asked.isNoted) return unchanged(answer);

    const meta: EventMeta = {
      actor: by,
      capacity,
      channel: request.channel,
      place: concerned,
      enteredBy: request.onBehalfOf === undefined ? undefined : sender.id,
      correlation: request.correlation ?? newEventId(),
      causation: request.causation?.id,
      key: asked.key,
      request: asked.hash,
    };
    const metaText = JSON.stringify(meta);
    const written = (decider: AnyDecider, event: { readonly type: string; readonly data: object }): NewEvent => {
      const type = decider.events[event.type];
      if (!type) throw new Error(`${definition.command} decided ${event.type}, which ${decider.stream} does not declare`);
      const errors = this.check(type, event.data);
      if (errors.length > 0)
        throw new Error(
          `${definition.command} decided an invalid ${event.type}: ${errors.map((error) => `${error.pointer} ${error.code}`).join(', ')}`,
        );
      const { schemaVersion = 1 } = type as { schemaVersion?: number };
      return {
        id: newEventId(),
        type: event.type,
        schemaVersion,
        occurredAt: at,
        recordedAt: now,
        data: JSON.stringify(event.data),
        meta: metaText,
      };
    };
    if (decision.length === 0) {
      const appended = await this.append(`${requests.stream}-${note}`, noStream, [
        written(requests, { type: RequestChangedNothing.name, data: answer }),
      ]);
      return appended && unchanged(answer);
    }
    const events = decision.map((event) => written(definition.decider, event));
    const appended = await this.append(stream, loaded.revision, events);
    return (
      appended && {
        id,
        stream,
        created: loaded.revision === noStream,
        ...appended,
        events: events.map(({ id: eventId, type }) => ({ id: eventId, type })),
      }
    );
  }

  /** Null when somebody else was faster: it is decided again on what is there then. */
  private async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended | null> {
    try {
      return await this.log.append(stream, expected, events);
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return null;
      throw error;
    }
  }

  private placeOf(definition: CommandDefinition, state: unknown, data: unknown, facts: unknown, target: Target): string | null {
    if (definition.place) return definition.place({ state, data, facts, target });
    const placeId = (from: unknown) => (from as { placeId?: string } | null)?.placeId;
    return placeId(state) ?? placeId(data) ?? null;
  }

  /** A command that begins something at a place needs the place to be there, and not merged into another. */
  private async placeRefusal(data: object, definition: CommandDefinition): Promise<Refusal | null> {
    const placeId = (data as { placeId?: string }).placeId;
    if (placeId === undefined || definition.decider === place) return null;
    const { state } = await this.aggregates.load(place, placeId);
    if (state === null) return refused('registry.place-not-found', { place: placeId });
    return state.mergedInto === null ? null : refused('registry.place-merged', { place: placeId, into: state.mergedInto });
  }

  private loadFor(request: Request): Load {
    const state = async <D extends AnyDecider>(decider: D, id: string) => (await this.aggregates.load(decider, id)).state;
    return {
      state,
      existing: async <D extends AnyDecider>(decider: D, id: string, code: string) => {
        const found = await state(decider, id);
        if (found === null || found === undefined) throw new Refused({ refused: code, with: { id } });
        return found as NonNullable<StateOf<D>>;
      },
      rows: async (projections) => {
        const position = request.causation?.position ?? (await this.log.position());
        const timeout = AbortSignal.timeout(10_000);
        try {
          await this.readModels.atLeast(position, projections, timeout);
        } catch (error) {
          if (timeout.aborted) throw new Refused(refused('read-models.behind', { position }));
          throw error;
        }
        return this.readModels;
      },
      counts: this.counts,
    };
  }
}

const unchanged = ({ stream, subject, revision, position }: Data<typeof RequestChangedNothing>): CommandResult => ({
  id: subject,
  stream,
  revision,
  position,
  created: false,
  events: [],
});

const refused = (code: KernelRefusal, values?: Record<string, string | number>): Refusal =>
  values ? { refused: code, with: values } : { refused: code };
