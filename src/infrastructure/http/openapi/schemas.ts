import type { JsonSchema } from '../../schema/reader.js';

export type Json = Record<string, unknown>;
export const text = { type: 'string' };
export const whole = { type: 'integer', minimum: 0 };
export const record = (properties: Json): Json => ({ type: 'object', required: Object.keys(properties), properties });

export const outcomeSchema: JsonSchema = {
  type: 'object',
  required: ['id', 'revision', 'position', 'events'],
  properties: {
    id: { type: 'string', description: 'Id of the thing that was written, for further requests' },
    revision: {
      type: ['integer', 'null'],
      description:
        'Revision of its stream, for If-Match. Null if a vote was entered for another person, because the revision would show ' +
        'whether they had voted',
    },
    position: { type: 'integer', description: 'Position in the log, for ?atLeast=' },
    events: {
      type: 'array',
      items: { type: 'object', required: ['id', 'type'], properties: { id: { type: 'string', format: 'uuid' }, type: { type: 'string' } } },
    },
  },
};

export const problemSchema: JsonSchema = {
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
