import { county } from '../../../domain/shared/place-id.js';
import { refuse, type Refusal } from '../../../domain/shared/decider.js';
import { Described, Id, Instant, Optional, PlaceId, Text } from '../../../domain/shared/fields.js';
import { audit } from '../../../projections/audit.js';
import { beginning, type Position, positionAtEndOf, positionKey } from '../../../projections/position.js';
import { decodeAny, isEventType } from '../../kernel/decode.js';
import type { KernelRefusal } from '../../kernel/command.js';
import type { EventReader, StoredEvent } from '../../ports/event-log.js';
import { maskedFor } from '../../kernel/sealing.js';
import { cursorOf, keyAfter, Paged, invalidParameter } from '../../kernel/paging.js';
import type { ReadModels } from '../../ports/read-models.js';
import { type Ask, defineQuery, type QueryDefinition } from '../../kernel/query.js';
import type { Page } from '../../kernel/paging.js';

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

/** Maximum number of index rows or events that are searched for one page. If the period is long ago, some pages are short or empty. */
const mostScanned = 10_000;
const chunk = 500;

type Period = Pick<AuditQuery, 'from' | 'until'>;
const isIn = (at: string, { from, until }: Period): boolean => (from === undefined || at >= from) && (until === undefined || at < until);

/** The positions in the period under a prefix of the index, from the cursor on, up to the limit. */
async function positionsOf(
  rows: ReadModels,
  prefix: string,
  period: Period,
  limit: number,
  cursor: string | undefined,
): Promise<Page<Position> | Refusal> {
  const begin = cursor === undefined ? undefined : keyAfter(cursor, prefix);
  if (typeof begin === 'object') return begin;
  const items: Position[] = [];
  let after: string | undefined = begin;
  for (let scanned = 0; ;) {
    const page = await rows.list(audit, { prefix, limit: chunk, ...(after === undefined ? {} : { after }) });
    for (const { key, row } of page) {
      if (after !== undefined && (items.length === limit || scanned === mostScanned)) return { items, next: cursorOf(after) };
      scanned++;
      after = key;
      if (isIn(row.at, period)) items.push(positionAtEndOf(key)!);
    }
    if (page.length < chunk) return { items, next: null };
  }
}

/** The events at these positions; a refusal if the log that is read here may lag, and has not come so far. */
async function eventsAt(log: EventReader, positions: readonly Position[]): Promise<readonly StoredEvent[] | Refusal<KernelRefusal>> {
  const found = await Promise.all(positions.map((position) => log.at(position)));
  const missing = positions.find((_, i) => found[i] === null);
  if (missing === undefined) return found.filter((event) => event !== null);
  if (missing > (await log.position())) return refuse('log.behind', { position: missing });
  throw new Error(`the audit trail names position ${missing}, but the log has no event there`);
}

async function indexed(
  rows: ReadModels,
  log: EventReader,
  prefix: string,
  period: Period,
  limit: number,
  cursor: string | undefined,
): Promise<Page<StoredEvent> | Refusal> {
  const page = await positionsOf(rows, prefix, period, limit, cursor);
  if ('refused' in page) return page;
  const items = await eventsAt(log, page.items);
  return 'refused' in items ? items : { ...page, items };
}

async function ofStream(
  log: EventReader,
  stream: string,
  prefix: string,
  period: Period,
  limit: number,
  cursor: string | undefined,
): Promise<Page<StoredEvent> | Refusal> {
  const key = cursor === undefined ? `${prefix}0` : keyAfter(cursor, prefix);
  if (typeof key === 'object') return key;
  const from = key.slice(prefix.length);
  if (!/^\d{1,15}$/u.test(from)) return invalidParameter('cursor', 'format.cursor');
  const found = (await log.read(stream, Number(from))).filter(({ occurredAt }) => isIn(occurredAt, period));
  const next = found[limit];
  return { items: found.slice(0, limit), next: next ? cursorOf(`${prefix}${next.revision}`) : null };
}

/** The whole log, from the cursor on. A page may be short, because a period that is long ago is searched in several pages. */
async function ofLog(log: EventReader, period: Period, limit: number, cursor: string | undefined): Promise<Page<StoredEvent> | Refusal> {
  const key = cursor === undefined ? `log/${positionKey(beginning)}` : keyAfter(cursor, 'log/');
  if (typeof key === 'object') return key;
  const from = positionAtEndOf(key);
  if (from === null) return invalidParameter('cursor', 'format.cursor');
  const items: StoredEvent[] = [];
  let [scanned, last] = [0, from];
  for await (const { events } of log.readAll(last)) {
    for (const event of events) {
      if (items.length === limit || scanned === mostScanned) return { items, next: cursorOf(`log/${positionKey(last)}`) };
      scanned++;
      last = event.position;
      if (isIn(event.occurredAt, period)) items.push(event);
    }
  }
  return { items, next: null };
}

async function eventsOf(
  log: EventReader,
  rows: ReadModels,
  query: AuditQuery,
  subject: readonly [string, string] | undefined,
): Promise<Page<StoredEvent> | Refusal> {
  const { cursor, limit = 50 } = query;
  if (subject === undefined) return ofLog(log, query, limit, cursor);
  const [kind, name] = subject;
  const prefix = `${kind}/${name}/`;
  return kind === 'stream' ? ofStream(log, name, prefix, query, limit, cursor) : indexed(rows, log, prefix, query, limit, cursor);
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
  const page = await eventsOf(log, rows, query, subject);
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
    from: [audit],
    showsEvents: true,
    parameters: AuditQuery,
    answer: trail,
  }),
];
