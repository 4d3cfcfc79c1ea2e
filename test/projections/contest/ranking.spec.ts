import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contestRanking, rankingOf, votesOf } from '../../../src/projections/contest/ranking.js';
import type { RecordedEvent } from '../../../src/projections/projection.js';
import { moments, opened } from '../../support/contest.js';
import { expectRebuiltEqualsIncremental, inOrder, project, recorded } from '../../support/projections.js';

const c = { aggregateId: 'c1', place: '510121111219' };
const open = (change: Parameters<typeof opened>[0] = {}) => recorded('ContestOpened', opened(change).data, c);
const enter = (entryId: string, at = moments.entering) =>
  recorded('PlaceEntered', { entryId, placeId: `510121111219.${entryId.slice(1)}`, label: `小区${entryId}` }, { ...c, at });
const accept = (entryId: string) => recorded('EntryAccepted', { entryId }, c);
const cast = (entryId: string, voter = 'v1', contestId = 'c1') =>
  recorded('VoteCast', { contestId, entryId }, { aggregateId: `${contestId}.${voter}`, actor: voter });
const withdraw = (entryId: string, voter = 'v1') =>
  recorded('VoteWithdrawn', { contestId: 'c1', entryId }, { aggregateId: `c1.${voter}`, actor: voter });
const close = recorded('VotingClosed', { entries: 2, votingUntil: moments.closing, resultAt: moments.publishing }, c);
const score = (juror: string, entryId: string, points: number) =>
  recorded('JuryScoreGiven', { contestId: 'c1', entryId, score: points }, { ...c, actor: juror });
const disqualify = (entryId: string) => recorded('EntryDisqualified', { entryId, reason: '刷票。' }, c);
const published = recorded(
  'ResultPublished',
  {
    result: 1,
    closing: { eventId: 'closing-1', revision: 9 },
    votes: 1,
    juryScores: 0,
    formula: opened().data.formula,
    ranking: [],
    winners: [],
    noticeUntil: moments.awarding,
    unanswered: 0,
    sha256: '0'.repeat(64),
  },
  c,
);

const ready = [open(), enter('e1'), enter('e2'), accept('e1'), accept('e2')];
const row = (events: readonly RecordedEvent[]) => project(contestRanking, events).get('c1')!;
const figures = (events: readonly RecordedEvent[]) =>
  rankingOf(row(events)).map(({ rank, entryId, votes, juryPoints, juryScores }) => [rank, entryId, votes, juryPoints, juryScores]);

describe('contest-ranking', () => {
  it('given a contest, when anything happens in it, then it has one row', () => {
    expect([...project(contestRanking, [...ready, cast('e1'), cast('e2', 'v2'), close]).keys()]).toEqual(['c1']);
  });
  it('given votes, when some are withdrawn, then only the others count', () => {
    expect(votesOf(row([...ready, cast('e1'), cast('e2'), cast('e2', 'v2'), withdraw('e1')]))).toEqual({ e1: 0, e2: 2 });
  });
  it('given a closed contest, when votes follow in the log, then they do not count', () => {
    expect(votesOf(row([...ready, cast('e1'), cast('e2', 'v2'), close, cast('e1', 'v3'), withdraw('e2', 'v2')]))).toEqual({ e1: 1, e2: 1 });
    expect(row([...ready, close]).closingPosition).toBe(6);
  });
  it('given two contests, when votes are cast, then each counts its own, and a vote for an unknown entry counts nowhere', () => {
    const other = recorded('ContestOpened', opened().data, { ...c, aggregateId: 'c2' });
    const rows = project(contestRanking, [...ready, other, cast('e1', 'v1', 'c2'), cast('e9'), cast('e1', 'v1', 'c3'), cast('e1')]);
    expect([...rows].map(([id, one]) => [id, votesOf(one)])).toEqual([
      ['c1', { e1: 1, e2: 0 }],
      ['c2', {}],
    ]);
  });
  it('given a jury, when it gives scores, then they are added up', () => {
    expect(figures([...ready, cast('e1'), score('j1', 'e1', 60), score('j1', 'e2', 90), score('j2', 'e2', 80)])).toEqual([
      [1, 'e1', 1, 60, 1],
      [2, 'e2', 0, 170, 2],
    ]);
  });
  it('given entries, when they are ranked, then only accepted and not disqualified ones are', () => {
    const refused = recorded('EntryRefused', { entryId: 'e3', reason: '……' }, c);
    const events = [...ready, enter('e3'), refused, enter('e4'), cast('e1'), cast('e2', 'v2'), disqualify('e1')];
    expect(figures(events)).toEqual([[1, 'e2', 1, 0, 0]]);
  });
  it('given a memory, when it is ranked, then it is named by its title', () => {
    const story = recorded('StoryEntered', { entryId: 'e1', title: '老井', story: '……' }, c);
    expect(rankingOf(row([open({ category: 'memory' }), story, accept('e1'), cast('e1')])).map(({ label }) => label)).toEqual(['老井']);
  });
  it('given equal entries, when the seed is revealed, then the draw separates them', () => {
    const formula = { ...opened().data.formula, tieBreaks: ['draw' as const] };
    const events = [open({ formula }), enter('e1'), enter('e2'), accept('e1'), accept('e2'), cast('e1'), cast('e2')];
    expect(rankingOf(row(events)).map(({ rank }) => rank)).toEqual([1, 1]);
    expect(
      rankingOf(row([...events, close, recorded('DrawSeedRevealed', { seed: '金堂县清江社区二〇二六年五月之签' }, c)])).map(
        ({ rank }) => rank,
      ),
    ).toEqual([1, 2]);
  });

  const without = recorded('ContestEndedWithoutAward', { result: 1, reason: 'no-votes' }, c);
  it.each([
    ['none', [false, false, false], moments.closing],
    ['until-closed', [true, false, false], moments.closing],
    ['until-notice', [true, true, false], moments.publishing],
  ] as const)('given the embargo %s, when a contest goes on, then it hides at the right time', (embargo, [first, second, third], until) => {
    const start = open({ embargo });
    const embargoed = (...events: RecordedEvent[]) => row([start, ...events]).embargoed;
    expect([embargoed(), embargoed(close), embargoed(close, published), embargoed(close, without)]).toEqual([first, second, third, third]);
    expect(row([start]).embargoUntil).toBe(until);
  });

  it('given any events, when rebuilt, then the rows are the same', async () => {
    await expectRebuiltEqualsIncremental(contestRanking, [
      ...ready,
      enter('e3'),
      cast('e1'),
      cast('e2', 'v2'),
      score('j1', 'e1', 10),
      withdraw('e1'),
      disqualify('e2'),
      close,
      cast('e1', 'v3'),
      score('j2', 'e1', 20),
      published,
    ]);
  });
  it('given any votes and withdrawals, when they are folded, then the ranking equals a recount from the log', () => {
    const step = fc.record({ voter: fc.constantFrom('v1', 'v2', 'v3'), entry: fc.constantFrom('e1', 'e2') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(60), (steps, end) => {
        const standing = new Set<string>();
        const votes = steps.map(({ voter, entry }) => {
          const one = `${voter} ${entry}`;
          if (standing.delete(one)) return withdraw(entry, voter);
          standing.add(one);
          return cast(entry, voter);
        });
        const events = inOrder([...ready, ...votes.slice(0, end), close, ...votes.slice(end)]);
        const closing = events.find(({ type }) => type === 'VotingClosed')!.position;
        const recount = (entry: string) =>
          events.reduce(
            (sum, { type, data, position }) =>
              position > closing || (data as { entryId?: string }).entryId !== entry
                ? sum
                : sum + ({ VoteCast: 1, VoteWithdrawn: -1 }[type as string] ?? 0),
            0,
          );
        expect(votesOf(row(events))).toEqual({ e1: recount('e1'), e2: recount('e2') });
      }),
    );
  });
});
