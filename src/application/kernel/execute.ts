import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Capacity } from '../../domain/shared/capacity.js';
import { type AnyDecider, refuse, type Refusal } from '../../domain/shared/decider.js';
import { county } from '../../domain/shared/place-id.js';
import { holdsPersonal, isMissingPersonal } from '../../domain/shared/field-marks.js';
import { request as unchangedRequest, RequestChangedNothing } from '../../domain/shared/request.js';
import type { AnyProjection, Projection } from '../../projections/projection.js';
import { beginning, later } from '../../projections/position.js';
import type { Check } from '../ports/check.js';
import type { Clock } from '../ports/clock.js';
import { AppendTooLarge, appendLimit, type EventLog, type NewEvent, noStream, OutcomeUnknown } from '../ports/event-log.js';
import { KeyDestroyed, type PersonalKeys } from '../ports/personal-keys.js';
import type { ReadModels } from '../ports/read-models.js';
import type { Aggregates, Loaded } from './aggregates.js';
import { append, inPipeline, pause } from './appending.js';
import type { Authority } from './authority.js';
import { rolesOf } from './actor.js';
import {
  type CommandDefinition,
  type CommandResult,
  type DecidedEvent,
  type KernelRefusal,
  Refused,
  type Request,
  type Target,
} from './command.js';
import { decide, hidesStream, idOf, metaOf, targetOf } from './deciding.js';
import { versionOf } from './decode.js';
import type { Directory } from './directory.js';
import { earlierAnswer, Idempotency, type KeyedRequest, keyedRequest, noteIdOf, type RequestRow, unchanged } from './idempotency.js';
import { newEventId } from './ids.js';
import { RequestLoad } from './load.js';
import { type ActCounts, Quotas } from './quota.js';
import type { Sealing } from './sealing.js';
import type { Services } from './services.js';

/* Longer than other files: the steps of one command share what is known of it, and are read in their order. */

/** Attempts before a stream that other processes keep writing is given up. */
const attempts = 20;
/** All together wait less than a second. */
const whenContended = { first: 1, most: 50 };

export interface ExecuteOptions {
  readonly log: EventLog;
  readonly readModels: ReadModels;
  readonly aggregates: Aggregates;
  readonly authority: Authority;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly check: Check;
  readonly sealing: Sealing;
  readonly keys: Pick<PersonalKeys, 'hashOf'>;
  readonly services: Services;
  readonly requests: Projection<RequestRow>;
  readonly dailyActs: Projection<ActCounts>;
}

/** One request on its way to a decision. */
interface Attempt {
  readonly request: Request;
  readonly keyed: KeyedRequest;
  readonly target: Target;
  readonly id: string;
  readonly stream: string;
}

/** In which capacity and at which place the command is given, and the facts that the decider needs. */
interface Prepared {
  readonly capacity: Capacity;
  readonly concerned: string | null;
  readonly facts: unknown;
}

/**
 * Runs every decider: load, check rights, decide, append; again when another writer was faster. One path for REST, policies, import and
 * demo. Answers with the result or a refusal; throws only when the log fails or its history is corrupt.
 */
export class Execute {
  /** By stream. Only this process waits its turn; without it, or beside another process, the log's expected revision decides. */
  private readonly turns = new Map<string, Promise<unknown>>();
  private readonly idempotency: Idempotency;
  private readonly quotas: Quotas;
  /** Position of the last event that this process appended. Facts are at least as new, even if the log reports its new end late. */
  private appendedUpTo = beginning;
  private readonly sources: ConstructorParameters<typeof RequestLoad>[1];

  constructor(private readonly options: ExecuteOptions) {
    this.idempotency = new Idempotency(options.log, options.readModels, options.aggregates, options.requests);
    this.quotas = new Quotas(options.dailyActs);
    const position = async () => later(await options.log.position(), this.appendedUpTo);
    this.sources = { ...options, log: { position } };
  }

  run(request: Request): Promise<CommandResult | Refusal> {
    const { definition } = request;
    const keyed = keyedRequest(request, this.options.keys);
    const target = targetOf(request, keyed.key);
    const id = idOf(definition, target);
    const stream = `${definition.decider.stream}-${id}`;
    const work = () => this.inTurn(stream, () => this.untilAppended({ request, keyed, target, id, stream }));
    return request.key !== undefined && definition.bodyNamesStream ? this.idempotency.holding(keyed, work) : work();
  }

  /** Commands on one stream run one after another. Otherwise most of them would be decided again after a conflict. */
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

  private async untilAppended(attempt: Attempt): Promise<CommandResult | Refusal> {
    try {
      for (let tries = 0; tries < attempts; tries++) {
        if (tries > 0) await pause(tries, whenContended);
        const result = await this.attempt(attempt);
        if (result !== null)
          return hidesStream(attempt.request) && !('refused' in result) ? { ...result, revision: null, created: false } : result;
      }
      return refused('log.contended');
    } catch (error) {
      if (error instanceof Refused) return error.refusal;
      if (error instanceof AppendTooLarge) return refused('request.records-too-much', { bytes: error.bytes, most: appendLimit });
      if (error instanceof KeyDestroyed) return refused('person.erased');
      throw error;
    }
  }

  /** Null when another writer was faster. */
  private async attempt(attempt: Attempt): Promise<CommandResult | Refusal | null> {
    const { request, keyed, id, stream } = attempt;
    const { definition, params } = request;
    const loaded = await this.options.aggregates.load(definition.decider, id);
    const exists = loaded.revision !== noStream;
    if (exists) {
      const earlier = earlierAnswer(keyed, { id, stream, loaded, noted: await this.idempotency.note(keyed) });
      if (earlier) return earlier;
    }
    if (!definition.stream && params['id'] !== undefined && !exists) return this.refuseAbsent(attempt, loaded.state);

    const prepared = await this.prepare(attempt, loaded.state);
    if ('refused' in prepared) return prepared;
    if (loaded.unreadable) throw loaded.unreadable;
    const now = this.options.clock.now().toISOString();
    const at = request.occurredAt ?? now;
    // the stream of a voter's acts begins with the first act: nothing existed before it that `at` could be compared with
    const hasSubject = definition.begins !== true && definition.confidential !== true;
    if (at < loaded.since && request.occurredAt !== undefined && hasSubject)
      return refused('request.occurred-before-its-subject', { since: loaded.since });
    const decision = decide(attempt, loaded.state, prepared, { at, now });
    if ('refused' in decision) return decision;
    // RFC 9110 13.2.1: a precondition is evaluated only if the request would succeed without it. A revision is not shown to who may not act
    const isHidden = hidesStream(request);
    if (request.ifRevision !== undefined && (isHidden || !isExpected(request.ifRevision, loaded)))
      return refused('precondition.failed', { revision: exists && !isHidden ? loaded.revision : '—' });

    const meta = metaOf(request, keyed, { by: attempt.target.by, ...prepared });
    const recordedAs = { occurredAt: at, recordedAt: now, meta: JSON.stringify(meta) };
    const write = (decider: AnyDecider, events: readonly DecidedEvent[]) =>
      Promise.all(events.map((event) => this.written(decider, event, meta.actor, recordedAs)));
    if (decision.length === 0) {
      // else a repeated request would have to look for its note also where there is no stream yet
      if (!exists) throw new Error(`${definition.command} changed nothing of ${stream}, which does not exist: its decider must refuse`);
      const answer = { stream, subject: id, revision: loaded.revision };
      if (!keyed.isNoted) return unchanged(answer, loaded.position);
      const events = await write(unchangedRequest, [{ type: RequestChangedNothing.name, data: answer }]);
      const noted = await append(this.options.log, `${unchangedRequest.stream}-${noteIdOf(keyed)}`, noStream, events);
      return noted && unchanged(answer, noted.position);
    }
    const rows = (projections: readonly AnyProjection[]) => new RequestLoad(request, this.sources).rows(projections);
    const quota = definition.daily ? await this.quotas.take(definition.daily, meta, now, rows) : () => undefined;
    if (typeof quota !== 'function') return quota;
    let isCounted = true;
    try {
      if (definition.parts) {
        await yieldToEventLoop(); // what has parts is large, and took long to decide
        await inPipeline(definition.parts(decision, prepared.facts), async (part) => {
          const written = await write(part.decider, [part]);
          // null: it is there already
          return () => append(this.options.log, `${part.decider.stream}-${part.id}`, noStream, written);
        });
      }
      const events = await write(definition.decider, decision);
      if (definition.carryOut) await definition.carryOut(attempt.target, this.options.services);
      const appended = await append(this.options.log, stream, loaded.revision, events);
      isCounted = appended !== null;
      if (appended) this.appendedUpTo = later(this.appendedUpTo, appended.position);
      return (
        appended && { id, stream, created: !exists, ...appended, events: events.map(({ id: eventId, type }) => ({ id: eventId, type })) }
      );
    } catch (error) {
      isCounted = error instanceof OutcomeUnknown; // it may have been recorded, or still be
      throw error;
    } finally {
      if (!isCounted) quota();
    }
  }

  /** Says that the subject does not exist. Only somebody who may act for the whole county learns that a person is not registered. */
  private async refuseAbsent({ request, target, id }: Attempt, state: unknown): Promise<Refusal> {
    const { definition, data } = request;
    const absent = refuse(notFound(definition.decider), { id });
    if (!definition.subjectIsPerson) return absent;
    const concerned = placeOf(definition, state, data, target) ?? county;
    if ((await this.options.authority.capacityFor(request, concerned)) === null) return notAllowed(request, concerned);
    return (await this.refuseUnknown(request, state)) ?? absent;
  }

  /** Refuses who may not know whether the subject exists. */
  private async refuseUnknown(request: Request, state: unknown): Promise<Refusal | null> {
    const { definition, data } = request;
    if (!definition.knownAt) return null;
    const at = definition.knownAt({ state, data }) ?? county;
    return (await this.options.authority.capacityFor(request, at)) === null ? notAllowedAtHome(request) : null;
  }

  /** Checks rights, then loads the facts, and meanwhile looks for the place. */
  private async prepare({ request, target }: Attempt, state: unknown): Promise<Prepared | Refusal> {
    const { definition, data } = request;
    const load = new RequestLoad(request, this.sources);
    const concerned = definition.placeFrom ? await definition.placeFrom(target, load) : placeOf(definition, state, data, target);
    const capacity = await this.options.authority.capacityFor(request, concerned);
    if (capacity === null) return notAllowed(request, concerned);
    const unknown = await this.refuseUnknown(request, state);
    if (unknown) return unknown;
    const loading = definition.facts?.(target, load) ?? Promise.resolve({});
    loading.catch(() => undefined); // if the place is refused, that is the answer
    return (await this.placeRefusal(definition, data)) ?? { capacity, concerned, facts: await loading };
  }

  /** A command that begins something at a place needs that place to exist, and not to be merged into another. */
  private async placeRefusal({ registersPlace }: CommandDefinition, data: object): Promise<Refusal | null> {
    const { placeId } = data as { placeId?: string };
    if (placeId === undefined || registersPlace) return null;
    const found = await this.options.directory.placeOf(placeId);
    if (found === null) return refused('registry.place-not-found', { place: placeId });
    return found.mergedInto === null ? null : refused('registry.place-merged', { place: placeId, into: found.mergedInto });
  }

  /**
   * An event as it goes to the log, personal data sealed.
   * @throws Refused or KeyDestroyed if it needs erased data; Error when the decider decided what its event does not declare
   */
  private async written(
    decider: AnyDecider,
    { type, data }: DecidedEvent,
    actor: string,
    recordedAs: Pick<NewEvent, 'occurredAt' | 'recordedAt' | 'meta'>,
  ): Promise<NewEvent> {
    const shape = decider.events[type];
    if (!shape) throw new Error(`${decider.stream} decided ${type}, which it does not declare`);
    const errors = this.options.check(shape, data);
    // a text that the decider took from its state was erased, so it is absent there
    if (errors.length > 0 && errors.every((error) => isMissingPersonal(shape, error))) throw new Refused(refused('person.erased'));
    if (errors.length > 0)
      throw new Error(
        `${decider.stream} decided an invalid ${type}: ${errors.map((error) => `${error.pointer} ${error.code}`).join(', ')}`,
      );
    const id = newEventId();
    const stored = holdsPersonal(shape) ? await this.options.sealing.sealed(shape, data, id, actor) : data;
    return { id, type, schemaVersion: versionOf(shape), data: JSON.stringify(stored), ...recordedAs };
  }
}

/** `plot-division.not-found` for streams of the category `plotDivision`. */
const notFound = ({ stream }: AnyDecider): string => `${stream.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}.not-found`;

function placeOf(definition: CommandDefinition, state: unknown, data: unknown, target: Target): string | null {
  if (definition.place) return definition.place({ state, data, target });
  const placeId = (from: unknown) => (from as { placeId?: string } | null)?.placeId;
  return placeId(state) ?? placeId(data) ?? null;
}

function isExpected(ifRevision: readonly number[] | 'any', { revision }: Loaded): boolean {
  return ifRevision === 'any' ? revision !== noStream : ifRevision.includes(revision);
}

/**
 * Names the place concerned. Where that is the home of a person, only a place that the request named itself; otherwise the roles that may
 * do this at the home.
 */
function notAllowed(request: Request, concerned: string | null): Refusal {
  const { definition, data } = request;
  const place = definition.subjectIsPerson ? (data as { placeId?: string }).placeId : (concerned ?? '—');
  return place === undefined ? notAllowedAtHome(request) : refused(notAllowedCode(request), { place });
}

const notAllowedAtHome = (request: Request): Refusal =>
  refused(notAllowedCode(request), { roles: rolesOf(request.definition.allow).join(', ') });

const notAllowedCode = ({ capacity }: Request): KernelRefusal => (capacity === undefined ? 'auth.not-allowed' : 'auth.no-such-capacity');

const refused = (code: KernelRefusal, values?: Record<string, string | number>): Refusal<KernelRefusal> => refuse(code, values);
