import type { Bilingual } from '../../../domain/shared/bilingual.js';
import { storeNames } from '../../outages.js';
import { common, problems } from './operations.js';
import { type Json, record, text, whole } from './schemas.js';

const failure = {
  ...record({ eventId: text, type: text, position: whole, message: text }),
  type: ['object', 'null'],
  description: 'The event that it could not fold',
};
const lagSeconds = {
  ...whole,
  type: ['integer', 'null'],
  description: 'How long ago the first event that is not in its rows was recorded; 0 if all are; null if it cannot be read',
};
const readiness = record({
  status: { type: 'string', enum: ['ready', 'failing', 'draining'] },
  position: { ...whole, description: 'Position of the last event in the log; while that does not work, in the rows' },
  failing: {
    type: 'array',
    items: record({ store: { type: 'string', enum: [...storeNames] }, since: text }),
    description: 'The stores that do not work, and when each was last seen to work',
  },
  projections: {
    type: 'array',
    items: record({ name: text, version: whole, live: { type: 'boolean' }, position: whole, lagSeconds, failure }),
  },
  stuck: {
    type: 'array',
    items: record({ entry: text, command: text, why: text }),
    description: 'Due commands that were refused or failed',
  },
});
const allWell = {
  status: 'ready',
  position: 238,
  failing: [],
  projections: [{ name: 'contest-ranking', version: 1, live: true, position: 238, lagSeconds: 0, failure: null }],
  stuck: [],
};

const operation = (operationId: string, summary: Bilingual, responses: Json): Json => ({
  ...common({ path: 'system', summary, allow: 'public' }, operationId),
  responses,
});

/** Health and metrics: not answered from rows. */
export const systemOperations: Readonly<Record<string, Json>> = {
  '/health/live': operation(
    'Live',
    { zh: '进程在运行', en: 'The process is running' },
    {
      '200': {
        description: 'It is running',
        content: { 'application/json': { schema: record({ status: text }), example: { status: 'ok' } } },
      },
    },
  ),
  '/health/ready': operation(
    'Ready',
    { zh: '存储与投影正常，到期事项没有卡住', en: 'The stores work, every projection runs, and no due command is stuck' },
    {
      '200': { description: 'Ready', content: { 'application/json': { schema: readiness, example: allWell } } },
      '503': {
        description: 'What is missing or has stopped, and the event at which it failed; also while the server stops',
        content: {
          'application/json': {
            schema: readiness,
            example: { ...allWell, status: 'failing', failing: [{ store: 'log', since: '2026-05-01T08:00:00.000Z' }] },
          },
        },
      },
    },
  ),
  '/metrics': operation(
    'Metrics',
    {
      zh: '运行指标：本机与审计员可读（可设置）',
      en: 'Metrics for Prometheus: by default for requests from this machine and for auditors',
    },
    {
      '200': {
        description: 'Prometheus text format',
        content: { 'text/plain': { schema: text, example: '# TYPE wuwei_log_position gauge\nwuwei_log_position 238\n' } },
      },
      ...problems(401, 403),
    },
  ),
};
