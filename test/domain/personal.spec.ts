import { describe, expect, it } from '@jest/globals';
import { deciders } from '../../src/domain/deciders.js';
import type { AnyDecider } from '../../src/domain/shared/decider.js';
import { personalFields } from '../../src/domain/shared/fields.js';
import { schemasOf } from '../../src/infrastructure/schema/reader.js';

/** Fields by which an event names the person whom an official's reason is about. */
const persons = ['personId', 'applicantId', 'guardianId', 'voterId', 'residentId', 'raisedBy'];

interface FreeText {
  readonly type: string;
  readonly field: string;
  readonly properties: readonly string[];
  readonly isPersonal: boolean;
  readonly owner: string | undefined;
}
const texts: readonly FreeText[] = (Object.values(deciders) as readonly AnyDecider[]).flatMap(({ events }) =>
  Object.entries(events).flatMap(([type, shape]) => {
    const { properties } = schemasOf([shape])[shape.name]!;
    const marks = personalFields(shape);
    return Object.entries(properties)
      .filter(([, { format }]) => format === 'line' || format === 'words')
      .map(([field]) => ({ type, field, properties: Object.keys(properties), isPersonal: marks.has(field), owner: marks.get(field) }));
  }),
);

describe('personal data in events', () => {
  it('is what residents say in their own words, and their names', () => {
    const own = texts.filter(({ field }) => ['words', 'story', 'description', 'displayName', 'contact'].includes(field));
    expect(own.length).toBeGreaterThan(10);
    expect(own.filter(({ isPersonal }) => !isPersonal)).toEqual([]);
  });

  it('is the title and description of a renovation, of the one who proposed it', () => {
    expect(texts.filter(({ type }) => type === 'RenovationProposed')).toMatchObject([
      { field: 'title', owner: 'proposedBy' },
      { field: 'description', owner: 'proposedBy' },
    ]);
  });

  it('is an official’s reason, of the person whom the event names, and of nobody where it names none', () => {
    const reasons = texts.filter(({ field }) => field === 'reason');
    const about = ({ properties }: FreeText) => properties.find((name) => persons.includes(name));
    expect(
      reasons
        .filter(about)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['MeritAppealRuled', 'PlotApplicationRefused']);
    expect(reasons.map(({ type, isPersonal, owner }) => [type, isPersonal, owner])).toEqual(
      reasons.map((reason) => [reason.type, about(reason) !== undefined, about(reason)]),
    );
    expect(reasons.length).toBeGreaterThan(5);
  });
});
