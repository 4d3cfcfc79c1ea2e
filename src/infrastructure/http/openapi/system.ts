import type { Bilingual } from '../../../domain/shared/bilingual.js';
import { common, problems } from './operations.js';
import { type Json, record, text, whole } from './schemas.js';

const failure = {
  ...record({ eventId: text, type: text, position: whole, message: text }),
  type: ['object', 'null'],
  description: 'The event that it could not fold',
};
const lagSeconds = { ...whole, description: 'How long ago the first event that is not in its rows was recorded; 0 if all are' };
const readiness = record({
  status: { type: 'string', enum: ['ready', 'failing'] },
  position: { ...whole, description: 'Position of the last event in the log' },
  failing: { type: 'array', items: { type: 'string', enum: ['log', 'read-models'] }, description: 'The stores that cannot be written' },
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
    { zh: '可以写入，投影正常，到期事项没有卡住', en: 'The stores can be written, every projection runs, and no due command is stuck' },
    {
      '200': { description: 'Ready', content: { 'application/json': { schema: readiness, example: allWell } } },
      '503': {
        description: 'What has stopped, and the event at which it failed',
        content: { 'application/json': { schema: readiness, example: { ...allWell, status: 'failing', failing: ['log'] } } },
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
