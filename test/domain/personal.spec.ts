import { describe, expect, it } from '@jest/globals';
import { deciders } from '../../src/domain/deciders.js';
import type { AnyDecider, EventClass } from '../../src/domain/shared/decider.js';
import { personalFields, personsIn } from '../../src/domain/shared/field-marks.js';
import { schemasOf } from '../../src/infrastructure/schema/reader.js';

interface FreeText {
  readonly type: string;
  readonly shape: EventClass;
  readonly field: string;
  readonly properties: readonly string[];
  readonly isPersonal: boolean;
  readonly owner: string | undefined;
}
const texts: readonly FreeText[] = (Object.values(deciders) as readonly AnyDecider[]).flatMap(({ events }) =>
  Object.entries(events).flatMap(([type, shape]) => {
    const { properties } = schemasOf([shape])[shape.name]!;
    const marks = personalFields.of(shape);
    return Object.entries(properties)
      .filter(([, { format }]) => format === 'line' || format === 'words')
      .map(([field]) => ({
        type,
        shape,
        field,
        properties: Object.keys(properties),
        isPersonal: marks.has(field),
        owner: marks.get(field),
      }));
  }),
);

describe('personal data in events', () => {
  it('given events with words or names of residents, when they are declared, then these fields are personal', () => {
    const own = texts.filter(({ field }) => ['words', 'story', 'description', 'displayName', 'contact'].includes(field));
    expect(own.length).toBeGreaterThan(10);
    expect(own.filter(({ isPersonal }) => !isPersonal)).toEqual([]);
  });

  it('given a renovation, when it is proposed, then title and description are personal data of the proposer', () => {
    expect(texts.filter(({ type }) => type === 'RenovationProposed')).toMatchObject([
      { field: 'title', owner: 'proposedBy' },
      { field: 'description', owner: 'proposedBy' },
    ]);
  });

  it('given an official’s reason, when it is recorded, then it is personal data of the person named, or of nobody', () => {
    const reasons = texts.filter(({ field }) => field === 'reason');
    const about = ({ shape, properties }: FreeText) =>
      properties.find((name) => !['inspectorId', 'withdrawnBy'].includes(name) && personsIn(shape, { [name]: 'somebody' }).length > 0);
    expect(
      reasons
        .filter(about)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['CandidateAttested', 'ElectoralRollCorrected', 'MeritAppealRuled', 'PlotApplicationRefused']);
    expect(reasons.map(({ type, isPersonal, owner }) => [type, isPersonal, owner])).toEqual(
      reasons.map((reason) => [reason.type, about(reason) !== undefined, about(reason)]),
    );
    expect(reasons.length).toBeGreaterThan(5);
  });
});

/** Fields of events that hold the id of something that is no person. */
const things = [
  'ballotId',
  'renovationId',
  'objectionId',
  'contestId',
  'entryId',
  'opinionId',
  'tokenId',
  'erasureId',
  'plotId',
  'plotIds',
  'causeId',
  'inspectionId',
  'inspections',
  'applicationId',
  'careId',
  'contributionId',
  'subjectId',
  'winners',
  'gaveWayTo',
  'eventId',
  'id',
  'spaces',
  'pages',
  'name', // of a setting of a policy
  'electionId',
  'follows', // the earlier election
  'code', // on a paper, known to its voter alone
  'resolutionId',
];

describe('people in events', () => {
  const shapes = (Object.values(deciders) as readonly AnyDecider[]).flatMap(({ events }) => Object.values(events));
  const schemas = shapes.flatMap((shape) => Object.values(schemasOf([shape])));
  const ids = schemas.flatMap(({ properties }) =>
    Object.entries(properties).flatMap(([field, { format, items }]) =>
      [format, (items as { format?: string } | undefined)?.format].includes('id') ? [field] : [],
    ),
  );

  it('given all events, when their ids are listed, then people are declared by @PersonId and every other id is of a known thing', () => {
    const declared = shapes.flatMap((shape) =>
      Object.keys(new shape()).filter((field) => personsIn(shape, { [field]: 'somebody' }).length > 0),
    );
    expect([...new Set(declared)]).toEqual(expect.arrayContaining(['toId', 'fromId', 'castBy', 'owners', 'jurors', 'to']));
    expect([...new Set(ids)].filter((field) => !things.includes(field) && !declared.includes(field))).toEqual([]);
  });

  it('given people in events, when personal fields name them, then they own these fields', () => {
    const owners = shapes.flatMap((shape) =>
      [...personalFields.of(shape).values()].flatMap((owner) => (owner === undefined ? [] : [[shape, owner] as const])),
    );
    expect(owners.length).toBeGreaterThan(10);
    // a kept file holds the votes of many, and the box of an election its papers: their keys are those of things
    const ofPersons = owners.filter(([{ name }]) => !['BallotFileKept', 'ElectorVoted'].includes(name));
    expect(ofPersons.filter(([shape, owner]) => personsIn(shape, { [owner]: 'somebody' }).length === 0)).toEqual([]);
  });
});
