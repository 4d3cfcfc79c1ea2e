import { county } from '../../../domain/shared/place-id.js';
import { refuse, type Refusal } from '../../../domain/shared/decider.js';
import { Described, Id, Instant, Optional, PlaceId, Text } from '../../../domain/shared/fields.js';
import { beginning, positionAtEndOf, positionKey } from '../../../projections/position.js';
import { decodeAny, isEventType } from '../../kernel/decode.js';
import { assertGivenOut } from '../../kernel/event-filter.js';
import type { StoredEvent } from '../../ports/event-log.js';
import { maskedFor } from '../../kernel/sealing.js';
import { cursorOf, keyAfter, Paged, invalidParameter } from '../../kernel/paging.js';
import { type Ask, defineQuery, type QueryDefinition } from '../../kernel/query.js';
import type { Page } from '../../kernel/paging.js';
import { findEvents } from '../../trail/search.js';

/** At most one of place, person, stream and type; without any, the whole log. */
class AuditQuery extends Paged {
  @Described(
    '发生在这一地点或其所属各处；县级只列县本身的',
    'What happened at this place or within it; at a county, only what concerns the county itself',
  )
  @Optional()
  @PlaceId()
  place?: string;
  @Described('此人所做、代录或涉及此人', 'What this person did or entered, or is named in')
  @Optional()
  @Id()
  person?: string;
  @Described('一件事的全部经过，如 contest-…', 'One thing’s whole history: `contest-…`, `person-…`')
  @Optional()
  @Text(1, 250)
  stream?: string;
  @Described('一种事件，如 VoteCast', 'Events of one type, as `VoteCast`')
  @Optional()
  @Text(1, 100)
  type?: string;
  @Described('此刻起发生的', 'Happened at this instant or later')
  @Optional()
  @Instant()
  from?: string;
  @Described('此刻之前发生的', 'Happened before this instant')
  @Optional()
  @Instant()
  until?: string;
}

type Sources = Pick<Ask<AuditQuery>, 'log' | 'services'>;
/** What cursors in the whole log begin with. */
const wholeLog = 'log/';

type Period = Pick<AuditQuery, 'from' | 'until'>;
const isIn = (at: string, { from, until }: Period): boolean => (from === undefined || at >= from) && (until === undefined || at < until);

async function ofStream({ log }: Sources, stream: string, prefix: string, period: AuditQuery): Promise<Page<StoredEvent> | Refusal> {
  const { cursor, limit = 50 } = period;
  const key = cursor === undefined ? `${prefix}0` : keyAfter(cursor, prefix);
  if (typeof key === 'object') return key;
  const from = key.slice(prefix.length);
  if (!/^\d{1,15}$/u.test(from)) return invalidParameter('cursor', 'format.cursor');
  const found = (await log.read(stream, Number(from))).filter(({ occurredAt }) => isIn(occurredAt, period));
  const next = found[limit];
  return { items: found.slice(0, limit), next: next ? cursorOf(`${prefix}${next.revision}`) : null };
}

/** What is listed under a subject, or the whole log. If the period is long ago, some pages are short or empty. */
async function indexed(
  { log, services }: Sources,
  { from, until, cursor, limit = 50 }: AuditQuery,
  prefix: string,
): Promise<Page<StoredEvent> | Refusal> {
  const key = cursor === undefined ? prefix + positionKey(beginning) : keyAfter(cursor, prefix);
  if (typeof key === 'object') return key;
  const after = positionAtEndOf(key);
  if (after === null) return invalidParameter('cursor', 'format.cursor');
  const subjects = prefix === wholeLog ? [] : [prefix.slice(0, -1)];
  await assertGivenOut(log, after);
  const found = await findEvents(services.trail, log, { subjects, from, until }, after, limit);
  if ('refused' in found) return found;
  const { events, upTo } = found;
  return { items: events, next: upTo === null ? null : cursorOf(prefix + positionKey(upTo)) };
}

async function eventsOf(
  sources: Sources,
  query: AuditQuery,
  subject: readonly [string, string] | undefined,
): Promise<Page<StoredEvent> | Refusal> {
  if (subject === undefined) return indexed(sources, query, wholeLog);
  const [kind, name] = subject;
  const prefix = `${kind}/${name}/`;
  return kind === 'stream' ? ofStream(sources, name, prefix, query) : indexed(sources, query, prefix);
}

/**
 * One line of the trail: who, in which capacity, on which channel, when, where, what, and the cause.
 * @param onlyFor null in place of the personal texts of other people than this person, listed in `masked`; null shows all
 */
function line(event: StoredEvent, isWithheld: boolean, onlyFor: string | null): object {
  const recorded = decodeAny(event);
  const { position, type, stream, revision, id, at, recordedAt, data, meta } = recorded;
  const { data: shown, masked } = onlyFor === null ? { data, masked: [] } : maskedFor(onlyFor, data as object);
  const { actor, enteredBy, capacity, channel, place, correlation, causation } = meta;
  return {
    position,
    id,
    type,
    stream,
    ...(!isWithheld && { revision }), // it would reveal whether there was a vote before
    actor,
    ...(enteredBy !== undefined && { enteredBy }),
    capacity,
    channel,
    place,
    happenedAt: at,
    enteredAt: recordedAt,
    ...(isWithheld ? { withheld: true } : { data: shown, ...(masked.length > 0 && { masked }) }),
    correlation,
    ...(causation !== undefined && { causation }),
  };
}

async function trail({ query, viewer, rows, log, services }: Ask<AuditQuery>): Promise<object> {
  const { place, person, stream, type } = query;
  const named = Object.entries({ place, person, stream, type }).filter((one): one is [string, string] => one[1] !== undefined);
  const [subject] = named;
  if (named.length > 1) return refuse('audit.one-subject');
  if (type !== undefined && !isEventType(type)) return invalidParameter('type', 'format.event-type');
  const ownTrail = person !== undefined && person === viewer?.id;
  const audits = (await viewer?.holds(['auditor'], place ?? county)) === true;
  if (!ownTrail && !audits) return refuse('audit.auditors-only', { place: place ?? county });
  const page = await eventsOf({ log, services }, query, subject);
  if ('refused' in page) return page;
  const { items, next } = page;
  const isWithheld = await services.withholding(rows, items);
  return { items: items.map((event) => line(event, isWithheld(event), audits ? null : (person ?? null))), next };
}

export const auditQueries: readonly QueryDefinition[] = [
  defineQuery<AuditQuery>({
    query: 'GetAuditTrail',
    path: 'audit',
    allow: 'signed-in',
    summary: {
      zh: '审计轨迹：按地点、人员、事项、类型或时段查询（限审计员；本人可查自己）',
      en: 'The audit trail by place, person, stream, type or period; for auditors, and for every person about themselves',
    },
    from: [],
    showsEvents: true,
    parameters: AuditQuery,
    answer: trail,
  }),
];
