import type { Allow } from '../../../application/kernel/actor.js';
import { cloudEvent } from '../../../application/kernel/cloud-event.js';
import { canBegin, type CommandDefinition } from '../../../application/kernel/command.js';
import type { QueryDefinition } from '../../../application/kernel/query.js';
import type { Bilingual } from '../../../domain/shared/bilingual.js';
import type { EventMeta } from '../../../projections/projection.js';
import { type Class, type JsonSchema, schemasOf } from '../../schema/reader.js';
import { CommandHeaders } from '../commands.controller.js';
import { EventsQuery } from '../events.controller.js';
import { pictures } from '../pictures.js';
import { Freshness } from '../queries.controller.js';
import recorded from './recorded-answers.json' with { type: 'json' };
import { type Json, text } from './schemas.js';
import { both, pathWords, tags, whoMay } from './words.js';
import { positionOf } from '../../../projections/position.js';

/** Recorded answers by name of the query, from the run of `test/system/recorded.spec.ts`. */
const answers: Readonly<Record<string, { readonly schema: JsonSchema; readonly example: object }>> = recorded;

/** The class of a command's body. */
export function bodyOf({ command, decider }: CommandDefinition): Class {
  const type = decider.commands[command];
  if (!type) throw new Error(`${decider.stream} has no command ${command}`);
  return type;
}

/** The tag of a path below /v1. */
export const tagOf = ({ path }: { readonly path: string }) => path.split('/')[0] ?? path;
/** A path below /v1 in the syntax of OpenAPI. */
export const pathOf = (path: string) => `/v1/${path.replace(/:(\w+)/gu, '{$1}')}`;

/** Fields that all operations have. */
export function common(
  definition: { readonly path: string; readonly summary: Bilingual; readonly allow: Allow },
  operationId: string,
): Json {
  return {
    operationId,
    tags: [tagOf(definition)],
    summary: both(definition.summary),
    description: both(whoMay(definition.allow)),
    security: definition.allow === 'public' ? [] : [{ bearer: [] }],
  };
}

/** Auditors may read everything that officials or members may (see Authority.mayRead). */
const forReading = (allow: Allow): Allow =>
  typeof allow === 'string' || 'as' in allow ? allow : { ...allow, over: [...new Set([...(allow.over ?? []), 'auditor' as const])] };

/** Auditors may also read what belongs to one person, except `…/mine`, where everybody reads their own data. */
const isForAuditorsToo = ({ path, allow }: QueryDefinition) => allow === 'signed-in' && !/\/mine\b/u.test(path);
const oneselfAndAuditors = {
  zh: '本人，以及审计员（auditor）；其他人由具体规则决定。',
  en: 'For the person concerned and for auditors; for others it depends on the case.',
};

const pathParameters = ({ path }: { readonly path: string }): Json[] =>
  [...path.matchAll(/:(\w+)/gu)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: both((name === 'id' ? tags[tagOf({ path })]?.id : pathWords[name]) ?? { zh: '编号', en: 'The id' }),
    schema: { type: 'string', maxLength: 100 },
  }));

/** The fields of a class as parameters. */
export function parametersOf(type: Class, where: 'header' | 'query'): Json[] {
  const schema = schemasOf([type])[type.name];
  return Object.entries(schema?.properties ?? {}).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: schema?.required.includes(name) === true,
    description,
    schema: property,
  }));
}

/** The same as references, for parameters that are defined once for all operations. */
const sharedParameters = (type: Class): Json[] =>
  Object.keys(schemasOf([type])[type.name]?.properties ?? {}).map((name) => ({ $ref: `#/components/parameters/${name}` }));

/** Responses with a problem, by status; `default` covers those that a client need not handle separately. */
export const problems = (...statuses: readonly number[]): Json =>
  Object.fromEntries([...statuses, 'default'].map((status) => [status, { $ref: '#/components/responses/Problem' }]));
const unauthorized = (allow: Allow) => (allow === 'public' ? [] : [401, 403]);
const missing = (path: string) => (path.includes(':') ? [404] : []);

export function commandOperation(definition: CommandDefinition, isAddressed: boolean): Json {
  const schema: JsonSchema = { $ref: `#/components/schemas/${bodyOf(definition).name}` };
  const etag = { ETag: { description: 'The revision, for If-Match', schema: text } };
  const location = { Location: { description: 'Address at which it can be read', schema: text } };
  const answered = (description: string, headers: Json) => ({
    description,
    headers,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Outcome' } } },
  });
  return {
    ...common(definition, definition.command),
    parameters: [...pathParameters(definition), ...sharedParameters(CommandHeaders)],
    requestBody: { required: true, content: { 'application/json': { schema, example: definition.example } } },
    responses: {
      ...(canBegin(definition) && {
        '201': answered('Created: its id, the event ids, and the position in the log', { ...etag, ...(isAddressed && location) }),
      }),
      '200': answered('Recorded. Without events if nothing had to change', etag),
      ...problems(400, 401, 403, ...missing(definition.path), 409, 412, 415, 422, 429),
    },
  };
}

const asOf = {
  'Wuwei-As-Of': {
    description: 'Only while the log cannot be read: what was recorded after this instant may be missing in the answer',
    schema: { type: 'string', format: 'date-time' },
  },
};
const eventStream =
  'An event `change` with the same JSON, first at once, then after every change. When the server stops, `retry` says after how ' +
  'many milliseconds to ask again';

export function queryOperation(definition: QueryDefinition): Json {
  const content: Json = {
    'application/json': answers[definition.query] ?? { schema: { type: 'object' } },
    'text/event-stream': { schema: { type: 'string', description: eventStream } },
  };
  if (definition.query in pictures)
    content['image/svg+xml'] = { schema: { type: 'string', description: 'The same as a picture, in the language of Accept-Language' } };
  return {
    ...common({ ...definition, allow: forReading(definition.allow) }, definition.query),
    ...(isForAuditorsToo(definition) && { description: both(oneselfAndAuditors) }),
    parameters: [
      ...pathParameters(definition),
      ...(definition.parameters ? parametersOf(definition.parameters, 'query') : []),
      ...sharedParameters(Freshness),
    ],
    responses: {
      '200': { description: both(definition.summary), headers: asOf, content },
      '304': { description: 'Not changed (If-None-Match)' },
      ...problems(400, ...unauthorized(definition.allow), ...missing(definition.path), 503),
    },
  };
}

/** The event log. It is not a query, because it is not answered from rows. */
export function eventsOperation(): Json {
  return {
    ...common(
      { path: 'events', summary: { zh: '导出事件日志', en: 'The log as CloudEvents 1.0, one per line' }, allow: { over: ['auditor'] } },
      'Events',
    ),
    parameters: parametersOf(EventsQuery, 'query'),
    responses: {
      '200': {
        description:
          '按日志顺序，每行一个 CloudEvents 1.0（JSON）；久无可报时有一行 wuwei.progress 说明已查到的位置 · CloudEvents 1.0 in JSON, one per line, in log ' +
          'order. If nothing is found for some time, a line of the type wuwei.progress gives the position that was reached',
        content: { 'application/x-ndjson': { schema: text, example: eventsExample } },
      },
      ...problems(400, 401, 403),
    },
  };
}

const eventsExample = `${cloudEvent({
  position: positionOf(231),
  id: '019a1c2e-7b40-7c11-9d3a-5e8f0a6b2c47',
  type: 'VoteCast',
  schemaVersion: 1,
  stream: 'contestVote-0f6a4d2e-8c13-8b57-9e24-7a1c5d3f9b60.0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01',
  revision: 0,
  occurredAt: '2026-05-01T08:00:00.000Z',
  recordedAt: '2026-05-01T08:00:00.000Z',
  data: JSON.stringify({ contestId: '0f6a4d2e-8c13-8b57-9e24-7a1c5d3f9b60', entryId: '5f1c2f6e-3a41-8c11-9d0c-1a2b3c4d5e6f' }),
  meta: JSON.stringify({
    actor: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01',
    capacity: 'resident',
    channel: 'web',
    place: '510121111219',
    correlation: '019a1c2e-7b3f-7a02-8c6d-1f4b9e3a7d58',
    key: '019a1c2e-7b3f-7d20-b1c4-6e2f9a5d7c31',
    request: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  } satisfies EventMeta),
})}\n`;
