import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { vote } from '../../../src/domain/contest/vote.js';
import { dayInChina } from '../../../src/domain/shared/time.js';
import { contestRanking, votesOf } from '../../../src/projections/contest/ranking.js';
import type { Recorded } from '../../../src/projections/projection.js';
import type { AllEvents } from '../../../src/domain/deciders.js';
import { lastActCounts, moments, opened, opening } from '../../support/contest.js';
import { given } from '../../support/given.js';
import { inOrder, project, recorded } from '../../support/projections.js';
import { ascending } from '../../../src/domain/shared/ascending.js';

type RecordedEvent = { [K in 'VoteCast' | 'VoteWithdrawn']: Recorded<K, AllEvents[K]> }['VoteCast' | 'VoteWithdrawn'];

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
  embargo: 'none' as const,
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
  it('given an open contest, when a voter votes for an entry, then the vote is cast', () => {
    given(vote)
      .when('CastVote', { entryId: 'e1' }, { at, facts })
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e1' } }]);
    given(vote, cast('e1')).when('CastVote', { entryId: 'e1' }, { at, facts }).thenNothing();
  });
  it('given a contest, when a voter votes, then it counts from the first instant of the voting up to its last', () => {
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
  it('given an entry that is unknown or does not take part, when a voter votes for it, then it is refused', () => {
    given(vote)
      .when('CastVote', { entryId: 'constructor' }, { at, facts })
      .thenRefused('contest.entry-not-found', { entry: 'constructor' });
    given(vote).when('CastVote', { entryId: 'e5' }, { at, facts }).thenRefused('contest.entry-not-accepted', { entry: 'e5' });
    given(vote).when('CastVote', { entryId: 'e6' }, { at, facts }).thenRefused('contest.entry-not-accepted', { entry: 'e6' });
  });
  it('given a voter without a vote left, when they vote, then it is refused', () => {
    given(vote, cast('e1', '11'), cast('e2', '11'), cast('e3', '12'))
      .when('CastVote', { entryId: 'e4' }, { at, facts })
      .thenRefused('contest.vote-limit', { limit: 3 });
  });
  it('given a voter without a vote left for the day in China, when they vote, then it is refused; the next day, then it is cast', () => {
    const now = '2026-05-12T15:59:59.999Z';
    given(vote, cast('e1'), cast('e2'))
      .when('CastVote', { entryId: 'e3' }, { at: now, facts })
      .thenRefused('contest.daily-limit', { limit: 2, day: '2026-05-12' });
    given(vote, cast('e1'), cast('e2'))
      .when('CastVote', { entryId: 'e3' }, { at: '2026-05-12T16:00:00.000Z', facts })
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e3' } }]);
  });
  it('given a withdrawn vote, when the voter votes again, then that vote is free', () => {
    given(vote, cast('e1'), cast('e2'), withdrawn('e2'))
      .when('CastVote', { entryId: 'e3' }, { at, facts })
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e3' } }]);
  });
});

describe('WithdrawVote', () => {
  it('given a vote, when the voter withdraws it while the contest is open, then it is withdrawn; after that, then it is refused', () => {
    given(vote, cast('e1'))
      .when('WithdrawVote', { entryId: 'e1' }, { at, facts })
      .then([withdrawn('e1')]);
    given(vote, cast('e1'))
      .when('WithdrawVote', { entryId: 'e1' }, { at: opening.votingUntil, facts })
      .thenRefused('contest.not-open', { from: opening.votingFrom, until: opening.votingUntil });
  });
  it('given a vote for an entry that no longer takes part, when the voter withdraws it, then it is withdrawn', () => {
    given(vote, cast('e6'))
      .when('WithdrawVote', { entryId: 'e6' }, { at, facts })
      .then([withdrawn('e6')]);
  });
  it('given no vote for the entry, when a voter withdraws it, then it is refused; given a withdrawn one, then nothing changes', () => {
    given(vote, cast('e1'))
      .when('WithdrawVote', { entryId: 'e2' }, { at, facts })
      .thenRefused('contest.no-vote-to-withdraw', { entry: 'e2' });
    given(vote, cast('e1'), withdrawn('e1')).when('WithdrawVote', { entryId: 'e1' }, { at, facts }).thenNothing();
    given(vote).when('WithdrawVote', { entryId: 'e9' }, { at, facts }).thenRefused('contest.entry-not-found', { entry: 'e9' });
  });
  it('given a hundred withdrawals, when the voter withdraws again, then it is refused', () => {
    const changes = Array.from({ length: 100 }, () => [cast('e1'), withdrawn('e1')]).flat();
    given(vote, ...changes, cast('e1'))
      .when('WithdrawVote', { entryId: 'e1' }, { at, facts })
      .thenRefused('contest.withdrawal-limit', { limit: 100 });
    given(vote, ...changes.slice(2), cast('e1'))
      .when('WithdrawVote', { entryId: 'e1' }, { at, facts })
      .then([withdrawn('e1')]);
  });
});

describe('what is entered for a voter', () => {
  const [earlier, web, later] = ['2026-05-11T08:00:00.000Z', '2026-05-12T08:00:00.000Z', '2026-05-13T08:00:00.000Z'];
  const by = (instant: string, change: object = {}) => ({
    at: instant,
    now: later,
    enteredBy: 'volunteer',
    facts: { ...facts, contest: { ...contest, ...change } },
  });
  const embargoed = { embargo: 'until-closed' as const };
  const entered = <T extends object>(event: T, instant: string) => ({ ...event, at: instant, enteredBy: 'volunteer' });

  it.each([earlier, later])('given a withdrawal in person, when a vote of %s is entered, then it does not count', (instant) => {
    const past = given(vote, { ...cast('e1'), at: earlier }, { ...withdrawn('e1'), at: web });
    past.when('CastVote', { entryId: 'e1' }, by(instant)).thenRefused('contest.voted-in-person');
    past
      .when('CastVote', { entryId: 'e1' }, by(instant, embargoed))
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e1', notCounted: 'in-person' } }]);
  });
  it('given a vote in person, when its withdrawal is entered, then it does not count', () => {
    const past = given(vote, { ...cast('e1'), at: web });
    past.when('WithdrawVote', { entryId: 'e1' }, by(later)).thenRefused('contest.voted-in-person');
    past
      .when('WithdrawVote', { entryId: 'e1' }, by(later, embargoed))
      .then([{ type: 'VoteWithdrawn', data: { contestId: 'contest-1', entryId: 'e1', notCounted: 'in-person' } }]);
  });
  it('given an entered act, when another is entered, then it counts by when it happened, not by when it was entered', () => {
    const past = given(vote, entered(cast('e1'), earlier), entered(withdrawn('e1'), later));
    past.when('CastVote', { entryId: 'e1' }, by(web)).thenRefused('contest.later-act-stands');
    past
      .when('CastVote', { entryId: 'e1' }, by(web, embargoed))
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e1', notCounted: 'later-act' } }]);
    given(vote, entered(cast('e1'), web))
      .when('WithdrawVote', { entryId: 'e1' }, by(later))
      .then([withdrawn('e1')]);
  });
  it('given entered votes and none left, when the voter votes in person, then it replaces the first that was entered', () => {
    const past = given(vote, entered(cast('e1'), web), entered(cast('e2'), earlier), { ...cast('e3'), at: later });
    past.when('CastVote', { entryId: 'e4' }, { at: later, facts }).then([
      { type: 'VoteWithdrawn', data: { contestId: 'contest-1', entryId: 'e2', gaveWayTo: 'e4' } },
      { type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e4' } },
    ]);
    past.when('CastVote', { entryId: 'e4' }, by(later)).thenRefused('contest.vote-limit', { limit: 3 });
    past
      .when('CastVote', { entryId: 'e4' }, by(later, embargoed))
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e4', notCounted: 'limit' } }]);
  });
  it('given an entered vote, when the voter casts the same in person, then it is in person from then on', () => {
    const past = given(vote, entered(cast('e1'), web));
    const own = { type: 'VoteCast' as const, data: { contestId: 'contest-1', entryId: 'e1', replaces: true } };
    past.when('CastVote', { entryId: 'e1' }, { at: later, facts }).then([own]);
    given(vote, entered(cast('e1'), web), { ...own, at: later })
      .when('WithdrawVote', { entryId: 'e1' }, by(later))
      .thenRefused('contest.voted-in-person');
  });
  it('given an embargoed contest, when a vote is entered, then it is recorded, whatever stands', () => {
    for (const past of [[], [cast('e1')], [cast('e1'), withdrawn('e1')], [entered(cast('e1'), later)]]) {
      const stands = past.length === 1;
      given(vote, ...past)
        .when('WithdrawVote', { entryId: 'e1' }, { ...by(later, embargoed), enteredBy: 'other' })
        .then([
          {
            type: 'VoteWithdrawn',
            data: {
              contestId: 'contest-1',
              entryId: 'e1',
              ...(past.length === 0 && { nothingStood: true }),
              ...(past.length > 0 && !(stands && 'enteredBy' in past[0]!) && { notCounted: 'in-person' as const }),
            },
          },
        ]);
    }
  });
  it('given five entries for each vote by one person, when they enter one more, then it is refused, whatever came of the others', () => {
    const refused = { type: 'VoteCast' as const, data: { contestId: 'contest-1', entryId: 'e1', notCounted: 'in-person' as const } };
    const past = given(vote, ...Array.from({ length: 15 }, () => entered(refused, web)));
    past.when('CastVote', { entryId: 'e1' }, by(later, embargoed)).thenRefused('contest.entering-limit', { limit: 15 });
    past
      .when('CastVote', { entryId: 'e1' }, { ...by(later, embargoed), enteredBy: 'other' })
      .then([{ type: 'VoteCast', data: { contestId: 'contest-1', entryId: 'e1' } }]);
  });
  it('given limits declared at the opening, when more is entered, then the declared limits hold', () => {
    const declared = { ...embargoed, votesPerVoter: 2, acts: { ...lastActCounts, entriesPerVote: 1 } };
    const paper = entered({ type: 'VoteCast' as const, data: { contestId: 'contest-1', entryId: 'e1' } }, web);
    given(vote, paper, paper).when('CastVote', { entryId: 'e1' }, by(later, declared)).thenRefused('contest.entering-limit', { limit: 2 });
  });
});

it('given any acts, when they are recorded, then no voter has two votes for an entry or more than the limits, and one rule decides', () => {
  const step = fc.record({
    command: fc.constantFrom('CastVote' as const, 'WithdrawVote' as const),
    entryId: fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5'),
    hour: fc.integer({ min: 0, max: 239 }),
    enteredBy: fc.constantFrom(undefined, 'volunteer', 'other'),
  });
  const hour = (hours: number) => new Date(Date.parse(opening.votingFrom) + hours * 3_600_000).toISOString();
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom('none' as const, 'until-closed' as const),
      (steps, votesPerVoter, votesPerDay, embargo) => {
        let state = vote.initial;
        const log: RecordedEvent[] = [];
        for (const [i, { command, entryId, hour: happened, enteredBy }] of steps.entries()) {
          // what is done in person happens when it is recorded
          const moment = {
            at: hour(enteredBy === undefined ? i * 5 : happened),
            now: hour(i * 5),
            by: 'v1',
            capacity: 'resident' as const,
            enteredBy,
          };
          const context = {
            ...moment,
            id: 'x',
            newId: 'n',
            facts: { contestId: 'c1', contest: { ...contest, votesPerVoter, votesPerDay, embargo } },
            event: undefined as never,
          };
          const outcome = vote.decide[command](state, { entryId }, context);
          if ('refused' in outcome) continue;
          if (embargo !== 'none' && enteredBy !== undefined) expect(outcome).toHaveLength(1);
          for (const event of outcome) {
            state = vote.evolve[event.type](state, event.data, moment);
            log.push(
              recorded(event.type, event.data as never, {
                aggregateId: 'c1.v1',
                at: moment.at,
                ...(enteredBy !== undefined && { enteredBy }),
              }),
            );
          }
          const cast = state.acts.filter(({ isVote }) => isVote);
          expect(new Set(state.acts.map((one) => one.entryId)).size).toBe(state.acts.length);
          expect(cast.length).toBeLessThanOrEqual(votesPerVoter);
          const days = cast.map((one) => dayInChina(one.at));
          expect(Math.max(0, ...days.map((day) => days.filter((other) => other === day).length))).toBeLessThanOrEqual(votesPerDay);
        }
        // of each entry the last act in person counts, else the entered one that happened last; what found no vote left never counts
        const naive = Object.fromEntries(
          ['e1', 'e2', 'e3', 'e4', 'e5'].map((entryId) => {
            const acts = (inOrder(log) as readonly RecordedEvent[]).filter(
              (event) => event.data.entryId === entryId && event.data.notCounted !== 'limit',
            );
            const own = acts.filter(({ meta }) => meta.enteredBy === undefined);
            const last = (own.length > 0 ? own : acts.toSorted((a, b) => ascending(a.at, b.at) || a.position - b.position)).at(-1);
            return [entryId, last?.type === 'VoteCast' ? 1 : 0];
          }),
        );
        expect(
          Object.fromEntries(Object.keys(naive).map((id) => [id, state.acts.some((one) => one.entryId === id && one.isVote) ? 1 : 0])),
        ).toEqual(naive);
        const entered = Object.keys(naive).map((entryId) =>
          recorded('PlaceEntered', { entryId, placeId: `510121111219.${entryId.slice(1)}`, label: entryId }, { aggregateId: 'c1' }),
        );
        const history = [recorded('ContestOpened', opened().data, { aggregateId: 'c1' }), ...entered, ...log];
        expect(votesOf(project(contestRanking, history).get('c1')!)).toEqual(naive);
      },
    ),
    { numRuns: 300 },
  );
});
