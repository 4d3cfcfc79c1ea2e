import { describe, expect, it } from '@jest/globals';
import { covenantPolicies } from '../../../src/application/contexts/covenant/policies.js';
import { covenantOpinions, covenants, covenantVersions } from '../../../src/projections/covenant/covenants.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';
import { positionOf } from '../../../src/projections/position.js';

const village = '510121111219';
const aggregateId = village;
const text = { title: '村规民约', clauses: [{ number: 1, text: '不乱搭乱建' }], slogans: [{ text: '不乱搭' }] };
const amendment = {
  title: '村规民约',
  clauses: [
    { number: 1, text: '不乱搭乱建' },
    { number: 2, text: '垃圾分类' },
  ],
  slogans: [],
};
const decision = {
  rule: 'simple-majority' as const,
  outcome: 'adopted' as const,
  expected: { heads: 9, area: 0, households: 0 },
  counts: [],
  comparisons: [],
};
const v1 = { placeId: village, version: 1 };
const v2 = { placeId: village, version: 2 };
const until = '2026-05-08T08:00:00.000Z';

const drafted = recorded('CovenantDrafted', { ...v1, ...text }, { aggregateId });
const opened = recorded('CovenantOpinionsOpened', { ...v1, until }, { aggregateId });
const opinion = (opinionId: string, at: string, version = 1, clause?: number) =>
  recorded(
    'CovenantOpinionGiven',
    { placeId: village, version, opinionId, personId: 'p-1', words: '很好', ...(clause !== undefined && { clause }) },
    { aggregateId: `${village}.p-1`, at },
  );
const closed = recorded('CovenantOpinionsClosed', v1, { aggregateId });
const reviewed = recorded('CovenantReviewed', { ...v1, passed: true }, { aggregateId, at: '2026-05-09T08:00:00.000Z' });
const returned = recorded(
  'CovenantReviewed',
  { ...v1, passed: false, remarks: '第一条不妥' },
  { aggregateId, at: '2026-05-09T08:00:00.000Z' },
);
const adopted = recorded('CovenantAdopted', { ...v1, decision }, { aggregateId, at: '2026-05-10T08:00:00.000Z' });
const rejected = recorded('CovenantRejected', { ...v1, decision: { ...decision, outcome: 'rejected' } }, { aggregateId });
const filed = recorded('CovenantFiled', { ...v1, fileNumber: '3号' }, { aggregateId });
const amended = recorded('CovenantAmended', { ...v2, ...amendment }, { aggregateId });
const early = opinion('o-2', '2026-05-02T08:00:00.000Z');
const later = opinion('o-1', '2026-05-03T08:00:00.000Z', 1, 1);
const all = [drafted, opened, later, early, closed, reviewed, adopted, filed, amended];

const rowOf = (...events: Parameters<typeof project>[1]) => project(covenants, events).get(`${village}.`);

describe('covenants', () => {
  it('given several versions, when the covenant is read, then it has text and step of the latest', () => {
    expect(rowOf(drafted)).toEqual({ covenantId: village, version: 1, ...text, step: 'drafted', opinions: 0, revision: 0 });
    expect(rowOf(drafted, opened)).toEqual({
      covenantId: village,
      version: 1,
      ...text,
      step: 'opinions',
      opinionsUntil: until,
      opinions: 0,
      revision: 1,
    });
    expect(rowOf(drafted, opened, closed)).toMatchObject({ step: 'heard' });
    expect(rowOf(drafted, opened, closed, returned)).toMatchObject({
      step: 'returned',
      review: { passed: false, remarks: '第一条不妥', at: '2026-05-09T08:00:00.000Z' },
    });
    expect(rowOf(drafted, opened, closed, reviewed)).toMatchObject({ step: 'reviewed', review: { passed: true } });
    expect(rowOf(drafted, opened, closed, reviewed, rejected)).toMatchObject({ step: 'rejected', decision: { outcome: 'rejected' } });
    expect(rowOf(drafted, opened, closed, reviewed, rejected)).not.toHaveProperty('inForce');
  });

  it('given deliberations on a version, when the next one is drafted, then they are not kept for it', () => {
    const [one, two] = [
      recorded('CovenantDeliberated', { ...v1, decision }, { aggregateId }),
      recorded('CovenantDeliberated', { ...v1, decision: { ...decision, comparisons: [] } }, { aggregateId }),
    ];
    expect(rowOf(drafted, opened, closed, reviewed, one, two)).toMatchObject({
      step: 'reviewed',
      deliberations: [decision, decision],
      revision: 5,
    });
    expect(rowOf(drafted, opened, closed, reviewed, one, amended)).not.toHaveProperty('deliberations');
  });

  it('given opinions, when they are heard, then they are counted', () => {
    expect(
      rowOf(opinion('o-0', until), drafted, early, opened, later, opinion('o-3', until, 2), closed, opinion('o-4', until)),
    ).toMatchObject({ opinions: 1, revision: 2 });
  });

  it('given a version in force, when its amendment is drafted, then it stays in force and can be filed', () => {
    const inForce = { version: 1, adoptedAt: '2026-05-10T08:00:00.000Z' };
    expect(rowOf(drafted, opened, closed, reviewed, adopted)).toMatchObject({ step: 'adopted', inForce, decision: { outcome: 'adopted' } });
    expect(rowOf(...all)).toEqual({
      covenantId: village,
      version: 2,
      ...amendment,
      step: 'drafted',
      opinions: 0,
      inForce: { ...inForce, fileNumber: '3号' },
      revision: 6,
    });
  });

  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(covenants, all));
});

describe('covenant-versions', () => {
  it('given an amended covenant, when a version is read, then it has its own text', () => {
    expect(Object.fromEntries(project(covenantVersions, all))).toEqual({
      [`${village}/1`]: { covenantId: village, version: 1, ...text },
      [`${village}/2`]: { covenantId: village, version: 2, ...amendment },
    });
  });

  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(covenantVersions, all));
});

describe('covenant-opinions', () => {
  it('given opinions, when they are read, then they come in the order in which they were given, without the person', () => {
    const rows = project(covenantOpinions, all);
    expect([...rows.keys()].sort()).toEqual([`${village}/2026-05-02T08:00:00.000Z/o-2`, `${village}/2026-05-03T08:00:00.000Z/o-1`]);
    expect(rows.get(`${village}/2026-05-03T08:00:00.000Z/o-1`)).toEqual({
      opinionId: 'o-1',
      version: 1,
      clause: 1,
      words: '很好',
      at: '2026-05-03T08:00:00.000Z',
    });
  });

  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(covenantOpinions, all));
});

describe('the policy of a hearing', () => {
  it('given an open hearing, when it ends, then its end is taken off the agenda', () => {
    const opens = { ...opened, id: 'e-1', position: positionOf(7) };
    const key = `covenant-opinions/${village}`;
    expect(covenantPolicies.on.CovenantOpinionsOpened?.(opens)).toEqual({
      [key]: {
        due: until,
        command: 'CloseCovenantOpinions',
        params: { id: village },
        data: {},
        causation: 'e-1',
        correlation: 'c1',
        since: 7,
      },
    });
    expect(covenantPolicies.on.CovenantOpinionsClosed?.(closed)).toEqual({ [key]: null });
  });
});
