import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { vote } from '../../../src/domain/contest/vote.js';
import { moments, opening } from '../../support/contest.js';
import { given } from '../../support/given.js';

const entry = (status: 'pending' | 'accepted' | 'refused' | 'disqualified') => ({
  entrant: '510121111219.1',
  enteredAt: moments.entering,
  status,
  scores: {},
});
const contest = {
  placeId: opening.placeId,
  closed: false,
  votingFrom: opening.votingFrom,
  votingUntil: opening.votingUntil,
  votesPerVoter: 3,
  votesPerDay: 2,
  entries: {
    e1: entry('accepted'),
    e2: entry('accepted'),
    e3: entry('accepted'),
    e4: entry('accepted'),
    e5: entry('pending'),
    e6: entry('disqualified'),
  },
};
const facts = { contestId: 'contest-1', contest };
const at = moments.voting;
const cast = (entryId: string, day = '12') => ({
  type: 'VoteCast' as const,
  data: { contestId: 'contest-1', entryId },
  at: `2026-05-${day}T08:00:00.000Z`,
});
const withdrawn = (entryId: string) => ({ type: 'VoteWithdrawn' as const, data: { contestId: 'contest-1', entryId } });

describe('CastVote', () => {
  it('casts one vote for an entry', () => {
    given(vote)
      .when('CastVote', { entryId: 'e1' }, { at, facts })
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e1' } }]);
    given(vote, cast('e1')).when('CastVote', { entryId: 'e1' }, { at, facts }).thenNothing();
  });
  it('counts from the first instant of the voting up to its last', () => {
    const values = { from: opening.votingFrom, until: opening.votingUntil };
    given(vote)
      .when('CastVote', { entryId: 'e1' }, { at: opening.votingFrom, facts })
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e1' } }]);
    given(vote).when('CastVote', { entryId: 'e1' }, { at: '2026-05-09T23:59:59.999Z', facts }).thenRefused('contest.not-open', values);
    given(vote).when('CastVote', { entryId: 'e1' }, { at: opening.votingUntil, facts }).thenRefused('contest.not-open', values);
    given(vote)
      .when('CastVote', { entryId: 'e1' }, { at, facts: { ...facts, contest: { ...contest, closed: true } } })
      .thenRefused('contest.not-open', values);
  });
  it('refuses entries that are unknown or do not take part', () => {
    given(vote)
      .when('CastVote', { entryId: 'constructor' }, { at, facts })
      .thenRefused('contest.entry-not-found', { entry: 'constructor' });
    given(vote).when('CastVote', { entryId: 'e5' }, { at, facts }).thenRefused('contest.entry-not-accepted', { entry: 'e5' });
    given(vote).when('CastVote', { entryId: 'e6' }, { at, facts }).thenRefused('contest.entry-not-accepted', { entry: 'e6' });
  });
  it('refuses more votes than a voter has', () => {
    given(vote, cast('e1', '11'), cast('e2', '11'), cast('e3', '12'))
      .when('CastVote', { entryId: 'e4' }, { at, facts })
      .thenRefused('contest.vote-limit', { limit: 3 });
  });
  it('refuses more votes than a day has, by the calendar of China', () => {
    const now = '2026-05-12T15:59:59.999Z';
    given(vote, cast('e1'), cast('e2'))
      .when('CastVote', { entryId: 'e3' }, { at: now, facts })
      .thenRefused('contest.daily-limit', { limit: 2, day: '2026-05-12' });
    given(vote, cast('e1'), cast('e2'))
      .when('CastVote', { entryId: 'e3' }, { at: '2026-05-12T16:00:00.000Z', facts })
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e3' } }]);
  });
  it('has a withdrawn vote free again', () => {
    given(vote, cast('e1'), cast('e2'), withdrawn('e2'))
      .when('CastVote', { entryId: 'e3' }, { at, facts })
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e3' } }]);
  });
});

describe('WithdrawVote', () => {
  it('takes a vote back while the contest is open', () => {
    given(vote, cast('e1'))
      .when('WithdrawVote', { entryId: 'e1' }, { at, facts })
      .then([withdrawn('e1')]);
    given(vote, cast('e1'))
      .when('WithdrawVote', { entryId: 'e1' }, { at: opening.votingUntil, facts })
      .thenRefused('contest.not-open', { from: opening.votingFrom, until: opening.votingUntil });
  });
  it('takes back a vote for what no longer takes part', () => {
    given(vote, cast('e6'))
      .when('WithdrawVote', { entryId: 'e6' }, { at, facts })
      .then([withdrawn('e6')]);
  });
  it('has nothing to say where there is no vote', () => {
    given(vote, cast('e1')).when('WithdrawVote', { entryId: 'e2' }, { at, facts }).thenNothing();
    given(vote).when('WithdrawVote', { entryId: 'e9' }, { at, facts }).thenRefused('contest.entry-not-found', { entry: 'e9' });
  });
  it('is possible a hundred times', () => {
    const changes = Array.from({ length: 100 }, () => [cast('e1'), withdrawn('e1')]).flat();
    given(vote, ...changes, cast('e1'))
      .when('WithdrawVote', { entryId: 'e1' }, { at, facts })
      .thenRefused('contest.withdrawal-limit', { limit: 100 });
    given(vote, ...changes.slice(2), cast('e1'))
      .when('WithdrawVote', { entryId: 'e1' }, { at, facts })
      .then([withdrawn('e1')]);
  });
});

it('never leaves a voter with two votes for an entry, nor with more than the limits, whatever is asked', () => {
  const step = fc.record({
    command: fc.constantFrom('CastVote' as const, 'WithdrawVote' as const),
    entryId: fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5'),
    hour: fc.integer({ min: 0, max: 239 }),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      (steps, votesPerVoter, votesPerDay) => {
        let state = vote.initial;
        for (const { command, entryId, hour } of steps) {
          const moment = {
            at: new Date(Date.parse(opening.votingFrom) + hour * 3_600_000).toISOString(),
            now: at,
            by: 'v1',
            capacity: 'resident' as const,
          };
          const context = {
            ...moment,
            id: 'x',
            newId: 'n',
            facts: { contestId: 'c', contest: { ...contest, votesPerVoter, votesPerDay } },
            event: undefined as never,
          };
          const outcome = vote.decide[command](state, { entryId }, context);
          if ('refused' in outcome) continue;
          for (const event of outcome) state = vote.evolve[event.type](state, event.data, moment);
          expect(new Set(state.cast.map((one) => one.entryId)).size).toBe(state.cast.length);
          expect(state.cast.length).toBeLessThanOrEqual(votesPerVoter);
          const days = state.cast.map(({ day }) => day);
          expect(Math.max(0, ...days.map((day) => days.filter((other) => other === day).length))).toBeLessThanOrEqual(votesPerDay);
        }
      },
    ),
  );
});
