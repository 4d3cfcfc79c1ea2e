import { describe, expect, it } from '@jest/globals';
import { ballotList, ballots, isSealed } from '../../../src/projections/platform/ballots.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';

const declared = {
  placeId: '510121111219',
  subject: 'covenant' as const,
  subjectId: '510121111219',
  title: '村规民约',
  form: 'choice' as const,
  rule: { rule: 'approval' as const, seats: 1 },
  options: [
    { optionId: 'yes', name: '通过' },
    { optionId: 'no', name: '不通过' },
  ],
  opensAt: '2026-06-01T00:00:00.000Z',
  closesAt: '2026-06-08T00:00:00.000Z',
  lastTies: 'listed' as const,
  replaceable: true,
  secretUntilClosed: true,
};
const circumstances = { aggregateId: 'b1', place: '510121111219' };
const opened = recorded('BallotOpened', declared, circumstances);
const closed = recorded('BallotClosed', { closesAt: declared.closesAt }, circumstances);
const revealed = recorded('BallotSeedRevealed', { seed: '金堂县清江社区二〇二六年六月之签' }, circumstances);
const result = {
  closing: { eventId: 'closing-1', revision: 1 },
  rule: declared.rule,
  ballots: 0,
  winners: ['yes'],
  order: [{ options: ['yes', 'no'] }],
  sha256: '0a'.repeat(32),
};
const withdrawn = recorded('BallotOptionWithdrawn', { optionId: 'no' }, circumstances);
const published = recorded('BallotResultPublished', result, circumstances);

describe('a ballot', () => {
  it('given a ballot, when it is read, then it has what was declared and how far it has come', () => {
    const after = (...events: Parameters<typeof project>[1]) => project(ballots, events).get('b1');
    expect(after(opened)).toEqual({ ballotId: 'b1', declared, withdrawn: [], stage: 'open', drawSeed: null, result: null, revision: 0 });
    expect(after(opened, closed)).toEqual({
      ballotId: 'b1',
      declared,
      withdrawn: [],
      stage: 'closed',
      drawSeed: null,
      result: null,
      revision: 1,
    });
    expect(after(opened, withdrawn)).toMatchObject({ withdrawn: [{ optionId: 'no' }], revision: 1 });
    expect(after(opened, closed, revealed, published)).toEqual({
      ballotId: 'b1',
      declared,
      withdrawn: [],
      stage: 'decided',
      drawSeed: revealed.data.seed,
      result,
      revision: 3,
    });
  });
  it('given a secret ballot that is open, or one that is unknown, when it is read, then it is sealed', () => {
    const row = project(ballots, [opened]).get('b1')!;
    expect(isSealed(null)).toBe(true);
    expect(isSealed(row)).toBe(true);
    expect(isSealed(project(ballots, [opened, closed]).get('b1')!)).toBe(false);
    expect(isSealed({ ...row, declared: { ...declared, secretUntilClosed: false } })).toBe(false);
  });
  it('given a ballot, when it is opened, then it is listed at its place and at all above it', () => {
    const rows = project(ballotList, [opened, closed]);
    expect([...rows.keys()].sort()).toEqual(['all/b1', 'place/510121/b1', 'place/510121111/b1', 'place/510121111219/b1']);
    const { options: _, rule: __, lastTies: ___, replaceable: ____, secretUntilClosed: _____, ...listed } = declared;
    for (const row of rows.values()) expect(row).toEqual({ ballotId: 'b1', ...listed, stage: 'closed' });
    expect(project(ballotList, [opened, closed, published]).get('all/b1')).toMatchObject({ stage: 'decided' });
  });
  it('given any events, when rebuilt, then the rows are the same', async () => {
    for (const projection of [ballots, ballotList])
      await expectRebuiltEqualsIncremental<object>(projection as never, [opened, withdrawn, closed, revealed, published]);
  });
});
