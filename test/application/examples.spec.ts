import { describe, expect, it } from '@jest/globals';
import { commands } from '../../src/application/contexts.js';
import recorded from '../../src/infrastructure/http/openapi/recorded-answers.json' with { type: 'json' };

/** The fields of the examples that name people. */
const people = new Set([
  'actor',
  'applicantId',
  'by',
  'castBy',
  'guardianId',
  'jurors',
  'owner',
  'owners',
  'personId',
  'plannerId',
  'proposedBy',
  'signerId',
  'to',
  'toId',
  'voterId',
]);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;

const peopleIn = (example: unknown, field = ''): readonly string[] => {
  if (typeof example === 'string') return people.has(field) ? [example] : [];
  if (Array.isArray(example)) return example.flatMap((item) => peopleIn(item, field));
  return Object.entries(example ?? {}).flatMap(([name, value]) => peopleIn(value, name));
};

describe('the examples of the API', () => {
  it('name people by ids that tell nothing of them', () => {
    const named = [
      ...commands.map(({ command, example }) => [command, example] as const),
      ...Object.entries(recorded).map(([query, { example }]) => [query, example] as const),
    ].flatMap(([name, example]) => peopleIn(example).map((id) => [name, id] as const));
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter(([, id]) => !uuid.test(id))).toEqual([]);
  });
});
