import { cloudEvent } from '../../application/kernel/cloud-event.js';
import type { Allow } from '../../application/kernel/actor.js';
import { canBegin, type CommandDefinition } from '../../application/kernel/command.js';
import type { QueryDefinition } from '../../application/kernel/query.js';
import type { EventMeta } from '../../projections/projection.js';
import { type Class, type JsonSchema, schemasOf } from '../schema/reader.js';
import { CommandHeaders, hasAddress } from './commands.controller.js';
import { EventsQuery } from './events.controller.js';
import { Freshness } from './queries.controller.js';
import { pictures } from './pictures.js';

type Json = Record<string, unknown>;
const word = { type: 'string' };

const tagWords: Readonly<Record<string, string>> = {
  audit: '审计轨迹 · The audit trail',
  ballots: '表决与计票 · Ballots and their counts',
  contests: '最美评选 · Contests',
  covenants: '公约 · Covenants',
  events: '事件日志 · The event log',
  households: '住户 · Households',
  merit: '奖惩积分 · Merit points',
  'own-token-revocations': '撤销自己的令牌 · Revoking one’s own tokens',
  people: '人员登记 · People',
  places: '地点 · Places',
  pledges: '承诺 · Pledges',
  plots: '责任田 · Plots',
  renovations: '微改造 · Renovations',
  roles: '身份 · Roles',
  system: '系统状态 · The state of the system',
  'token-revocations': '撤销令牌 · Revoking tokens',
};

/**
 * The OpenAPI 3.1 document, written from the rows: what is served is what is documented. The schemas are those that the compiled
 * validators check; answers are described by the schema that their example implies.
 */
export function openApi(commands: readonly CommandDefinition[], queries: readonly QueryDefinition[]): object {
  const served = commands.filter(({ allow }) => allow !== 'system');
  const bodies = served.map(bodyOf);
  const paths: Record<string, Json> = {};
  const add = (path: string, method: string, operation: Json) => (paths[path] = { ...paths[path], [method]: operation });
  for (const definition of served) add(pathOf(definition.path), 'post', commandOperation(definition, hasAddress(definition, queries)));
  for (const definition of queries) add(pathOf(definition.path), 'get', queryOperation(definition));
  add('/v1/events', 'get', eventsOperation());
  for (const [path, operation] of Object.entries(systemOperations)) add(path, 'get', operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Wuwei 五微',
      version: '0.1.0',
      description:
        '居民自治“五微工作法”的记录与计票系统。Records how residents govern their neighbourhoods by the Five Micro Work Method: every command becomes events in a durable log, every answer is a projection of it.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set([...served, ...queries].map(tagOf)), 'events', 'system']
      .sort()
      .map((name) => ({ name, description: tagWords[name] ?? '' })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { ...schemasOf(bodies), Outcome: outcomeSchema, Problem: problemSchema },
      parameters: Object.fromEntries(
        [...parametersOf(CommandHeaders, 'header'), ...parametersOf(Freshness, 'query')].map((parameter): [string, Json] => [
          String(parameter['name']),
          parameter,
        ]),
      ),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      responses: {
        Problem: {
          description: 'RFC 9457 problem, in Chinese or English by Accept-Language',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

function bodyOf({ command, decider }: CommandDefinition): Class {
  const type = decider.commands[command];
  if (!type) throw new Error(`${decider.stream} has no command ${command}`);
  return type;
}

const pathOf = (path: string) => `/v1/${path.replace(/:(\w+)/gu, '{$1}')}`;
const tagOf = ({ path }: { readonly path: string }) => path.split('/')[0] ?? path;

function common(
  definition: { readonly path: string; readonly summary: { readonly zh: string; readonly en: string }; readonly allow: Allow },
  operationId: string,
): Json {
  return {
    operationId,
    tags: [tagOf(definition)],
    summary: `${definition.summary.zh} · ${definition.summary.en}`,
    description: whoMay(definition.allow),
    security: definition.allow === 'public' ? [] : [{ bearer: [] }],
  };
}

/** Auditors read all that officials or members may (see Authority.mayRead). */
const forReading = (allow: Allow): Allow =>
  typeof allow === 'string' || 'as' in allow ? allow : { ...allow, over: [...new Set([...(allow.over ?? []), 'auditor' as const])] };

function whoMay(allow: Allow): string {
  if (allow === 'public') return 'Open to everybody.';
  if (allow === 'signed-in') return 'For anybody with a token; the rules of the case decide.';
  if (allow === 'system') return 'Done by the system itself.';
  if ('as' in allow) return `For anybody with a token whom the rules of the case let do it; recorded in the capacity ${allow.as}.`;
  const { over = [], of = [] } = allow;
  const parts = [
    over.length > 0 ? `${over.join(', ')} at the place concerned or above it` : '',
    of.length > 0 ? `${of.join(', ')} at the place concerned or below it` : '',
  ];
  return `For ${parts.filter(Boolean).join('; ')}.`;
}

const pathParameters = (path: string) =>
  [...path.matchAll(/:(\w+)/gu)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string', maxLength: 100 } }));

/** The fields of a class as parameters. */
function parametersOf(type: Class, where: 'header' | 'query'): Json[] {
  const schema = schemasOf([type])[type.name];
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: schema?.required.includes(name) === true,
    schema: property,
  }));
}

/** The same, where they stand once for all operations. */
const sharedParameters = (type: Class): Json[] =>
  Object.keys(schemasOf([type])[type.name]?.properties ?? {}).map((name) => ({ $ref: `#/components/parameters/${name}` }));

function commandOperation(definition: CommandDefinition, isAddressed: boolean): Json {
  const schema: JsonSchema = { $ref: `#/components/schemas/${bodyOf(definition).name}` };
  const etag = { ETag: { description: 'The revision, for If-Match', schema: word } };
  const location = { Location: { description: 'Where it can be read', schema: word } };
  const answered = (description: string, headers: Json) => ({
    description,
    headers,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Outcome' } } },
  });
  return {
    ...common(definition, definition.command),
    parameters: [...pathParameters(definition.path), ...sharedParameters(CommandHeaders)],
    requestBody: { required: true, content: { 'application/json': { schema, example: definition.example } } },
    responses: {
      ...(canBegin(definition) && {
        '201': answered('Begun: its id, the event ids, and the position in the log', { ...etag, ...(isAddressed && location) }),
      }),
      '200': answered('Recorded (or so already: no events)', etag),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function queryOperation(definition: QueryDefinition): Json {
  const content: Json = { 'application/json': { schema: schemaLike(definition.example), example: definition.example } };
  if (definition.live)
    content['text/event-stream'] = {
      schema: { type: 'string', description: 'An event `change` with the same JSON, at once and whenever it has changed' },
    };
  if (definition.query in pictures)
    content['image/svg+xml'] = { schema: { type: 'string', description: 'The same as a picture, in the language of Accept-Language' } };
  return {
    ...common({ ...definition, allow: forReading(definition.allow) }, definition.query),
    parameters: [
      ...pathParameters(definition.path),
      ...(definition.parameters ? parametersOf(definition.parameters, 'query') : []),
      ...sharedParameters(Freshness),
    ],
    responses: {
      '200': { description: definition.summary.en, content },
      '304': { description: 'Not changed (If-None-Match)' },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function eventsOperation(): Json {
  return {
    ...common(
      { path: 'events', summary: { zh: '导出事件日志', en: 'The log as CloudEvents 1.0, one a line' }, allow: { over: ['auditor'] } },
      'Events',
    ),
    parameters: parametersOf(EventsQuery, 'query'),
    responses: {
      '200': {
        description: 'CloudEvents 1.0 in JSON, one a line, in log order',
        content: { 'application/x-ndjson': { schema: word, example: eventsExample } },
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const eventsExample = `${cloudEvent({
  position: 231,
  id: '019a1c2e-7b40-7c11-9d3a-5e8f0a6b2c47',
  type: 'VoteCast',
  schemaVersion: 1,
  stream: 'contest-vote-0f6a4d2e-8c13-8b57-9e24-7a1c5d3f9b60.0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01',
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

const whole = { type: 'integer', minimum: 0 };
const record = (properties: Json): Json => ({ type: 'object', required: Object.keys(properties), properties });
const failure = {
  ...record({ eventId: word, type: word, position: whole, message: word }),
  type: ['object', 'null'],
  description: 'The event that it could not take in',
};
const readiness = record({
  status: { type: 'string', enum: ['ready', 'failing'] },
  position: { ...whole, description: 'Position of the last event in the log' },
  failing: { type: 'array', items: { type: 'string', enum: ['log', 'read-models'] }, description: 'The stores that cannot be written' },
  projections: {
    type: 'array',
    items: record({ name: word, version: whole, live: { type: 'boolean' }, position: whole, lag: { type: 'integer' }, failure }),
  },
  stuck: { type: 'array', items: record({ entry: word, command: word, why: word }), description: 'What is due and could not be done' },
});
const allWell = {
  status: 'ready',
  position: 238,
  failing: [],
  projections: [{ name: 'contest-ranking', version: 1, live: true, position: 238, lag: 0, failure: null }],
  stuck: [],
};

function systemOperation(operationId: string, summary: { readonly zh: string; readonly en: string }, responses: Json): Json {
  return { ...common({ path: 'system', summary, allow: 'public' }, operationId), responses };
}

/** What the system tells of itself: no rows, but as public as some of them. */
const systemOperations: Readonly<Record<string, Json>> = {
  '/health/live': systemOperation(
    'Live',
    { zh: '进程在运行', en: 'The process answers' },
    {
      '200': { description: 'It does', content: { 'application/json': { schema: record({ status: word }), example: { status: 'ok' } } } },
    },
  ),
  '/health/ready': systemOperation(
    'Ready',
    { zh: '可以写入，投影正常，到期事项没有卡住', en: 'All can be written, every projection runs, and nothing due is stuck' },
    {
      '200': { description: 'So it is', content: { 'application/json': { schema: readiness, example: allWell } } },
      '503': {
        description: 'What stands still, and the event that did it',
        content: { 'application/json': { schema: readiness, example: { ...allWell, status: 'failing', failing: ['log'] } } },
      },
    },
  ),
  '/metrics': systemOperation(
    'Metrics',
    { zh: '运行指标：本机与审计员可读（可设置）', en: 'Metrics for Prometheus: for the machine itself and auditors, unless set otherwise' },
    {
      '200': {
        description: 'Prometheus text format',
        content: { 'text/plain': { schema: word, example: '# TYPE wuwei_log_position gauge\nwuwei_log_position 238\n' } },
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  ),
};

/** The schema that an example implies: the types of its members. */
function schemaLike(example: unknown): JsonSchema {
  if (example === null) return {};
  if (Array.isArray(example)) return { type: 'array', items: example.length > 0 ? schemaLike(example[0]) : {} };
  if (typeof example === 'object')
    return { type: 'object', properties: Object.fromEntries(Object.entries(example).map(([name, value]) => [name, schemaLike(value)])) };
  return { type: typeof example === 'number' && Number.isInteger(example) ? 'integer' : typeof example };
}

const outcomeSchema: JsonSchema = {
  type: 'object',
  required: ['id', 'revision', 'position', 'events'],
  properties: {
    id: { type: 'string', description: 'What was written to: the id for further requests' },
    revision: {
      type: ['integer', 'null'],
      description:
        'Revision of its stream, for If-Match. Null where a vote was entered for somebody else, which tells nothing of their votes',
    },
    position: { type: 'integer', description: 'Position in the log, for ?atLeast=' },
    events: {
      type: 'array',
      items: { type: 'object', required: ['id', 'type'], properties: { id: { type: 'string', format: 'uuid' }, type: { type: 'string' } } },
    },
  },
};

const problemSchema: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable; never translated' },
    instance: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: { type: 'string' }, code: { type: 'string' }, detail: { type: 'string' } } },
    },
  },
};
