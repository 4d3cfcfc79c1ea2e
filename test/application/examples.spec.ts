import { describe, expect, it } from '@jest/globals';
import { commands, queries } from '../../src/application/contexts.js';

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
    const named = [...commands, ...queries].flatMap(({ path, example }) => peopleIn(example).map((id) => [path, id] as const));
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter(([, id]) => !uuid.test(id))).toEqual([]);
  });
});
