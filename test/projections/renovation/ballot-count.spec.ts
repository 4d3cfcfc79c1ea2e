import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ballotChoices, renovationVote, type BallotPaper } from '../../../src/domain/renovation/ballot-paper.js';
import type { Proxy } from '../../../src/domain/renovation/proxy.js';
import { ballotCount, type BallotCountRow } from '../../../src/projections/renovation/ballot-count.js';
import type { Immutable } from '../../../src/domain/shared/decider.js';
import type { RecordedEvent } from '../../../src/projections/projection.js';
import { expectRebuiltEqualsIncremental, inOrder, project, recorded } from '../../support/projections.js';
import { ballotClosed, ballotOpened, compound, day, documentHash, openBallot } from '../../domain/renovation/scenes.js';
import { tallyVotes } from '../../support/tally.js';
import { ascending } from '../../../src/domain/shared/ascending.js';

const opened = recorded('RenovationBallotOpened', ballotOpened.data, { aggregateId: 'r1' });
const closed = recorded('RenovationBallotClosed', ballotClosed.data, { aggregateId: 'r1' });
const weights = {
  cai: { heads: 1, area: 100_00, households: 1 },
  li: { heads: 1, area: 150_00, households: 2 },
  wu: { heads: 1, area: 80_00, households: 1 },
};
type Owner = keyof typeof weights;
const cast = (voterId: Owner, choice: (typeof ballotChoices)[number], replaces?: (typeof ballotChoices)[number]) =>
  recorded(
    'RenovationBallotCast',
    {
      renovationId: 'r1',
      ballotId: 'r1.1',
      voterId,
      choice,
      weight: weights[voterId],
      castBy: voterId,
      basis: 'owner',
      ...(replaces && { replaces }),
    },
    { aggregateId: `r1.1.${voterId}` },
  );
const withdrawn = (voterId: Owner, withdraws?: (typeof ballotChoices)[number]) =>
  recorded(
    'RenovationBallotWithdrawn',
    {
      renovationId: 'r1',
      ballotId: 'r1.1',
      voterId,
      weight: weights[voterId],
      withdrawnBy: voterId,
      basis: 'owner',
      ...(withdraws && { withdraws }),
    },
    { aggregateId: `r1.1.${voterId}` },
  );
const rowOf = (...events: RecordedEvent[]) => project(ballotCount, events).get('r1.1');
const nobody = { heads: 0, area: 0, households: 0 };

describe('renovation-ballot-count', () => {
  it('given a ballot, when it is opened, then its count is nothing, with rule and expectation as copied and without the roll', () => {
    const { pages: _, ...fixed } = ballotOpened.data;
    expect(rowOf(opened)).toEqual({ ...fixed, renovationId: 'r1', tally: tallyVotes([]) });
  });

  it('given votes, when they are cast, then heads, area and units are added', () => {
    expect(rowOf(opened, cast('cai', 'approve'), cast('li', 'approve'), cast('wu', 'abstain'))?.tally).toEqual({
      ...tallyVotes([]),
      approve: { heads: 2, area: 250_00, households: 3 },
      abstain: { heads: 1, area: 80_00, households: 1 },
    });
  });

  it('given a vote, when it is replaced, then it moves to the other choice', () => {
    expect(rowOf(opened, cast('cai', 'approve'), cast('cai', 'reject', 'approve'))?.tally).toEqual({
      ...tallyVotes([]),
      reject: weights.cai,
    });
    expect(rowOf(opened, cast('cai', 'approve'), cast('cai', 'approve', 'approve'))?.tally.approve).toEqual(weights.cai);
  });

  it('given a vote, when it is withdrawn, then it is taken off; what does not count is passed over', () => {
    const outvoted = recorded(
      'RenovationBallotCast',
      { ...cast('cai', 'reject').data, notCounted: 'in-person' },
      { aggregateId: 'r1.1.cai', enteredBy: 'volunteer' },
    );
    expect(rowOf(opened, cast('cai', 'approve'), outvoted)?.tally).toEqual({ ...tallyVotes([]), approve: weights.cai });
    expect(rowOf(opened, cast('cai', 'approve'), withdrawn('cai', 'approve'), withdrawn('cai'))?.tally).toEqual(tallyVotes([]));
    expect(rowOf(opened, cast('cai', 'approve'), closed, withdrawn('cai', 'approve'))?.tally.approve).toEqual(weights.cai);
  });

  it('given a closed ballot, when votes follow in the log, then they do not count', () => {
    const row = rowOf(opened, cast('cai', 'approve'), closed, cast('li', 'reject'), cast('cai', 'reject', 'approve'));
    expect(row?.tally).toEqual({ ...tallyVotes([]), approve: weights.cai });
    expect(row?.closingPosition).toBe(3);
    expect(rowOf(opened, closed, cast('li', 'reject'))?.tally.reject).toEqual(nobody);
  });

  it('given any events, when rebuilt, then the rows are the same', async () => {
    await expectRebuiltEqualsIncremental(ballotCount, [
      opened,
      cast('cai', 'approve'),
      cast('cai', 'reject', 'approve'),
      withdrawn('cai', 'reject'),
      closed,
      cast('li', 'reject'),
    ]);
  });
});

/**
 * What people try in one ballot: somebody acts under a name, perhaps by proxy, perhaps on paper, perhaps for the second time, perhaps
 * too late.
 */
const attempts = fc.record({
  replaceable: fc.boolean(),
  closeAfter: fc.integer({ min: 0, max: 40 }),
  tries: fc.array(
    fc.record({
      by: fc.constantFrom('cai', 'li', 'wu', 'zhao', 'zhou', 'friend', 'stranger'),
      owner: fc.option(fc.constantFrom('cai', 'li', 'wu'), { nil: undefined }),
      choice: fc.option(fc.constantFrom(...ballotChoices), { freq: 5 }),
      minute: fc.nat(59),
      enteredBy: fc.constantFrom(undefined, undefined, 'volunteer', 'cadre'),
    }),
    { maxLength: 40 },
  ),
});
/** cai is the proxy of li, and friend of cai: one owner each. */
const proxies: Readonly<Record<string, Proxy>> = {
  cai: { owner: 'li', document: documentHash, hasEnded: false },
  friend: { owner: 'cai', document: documentHash, hasEnded: false },
};
const isAct = (event: RecordedEvent) => event.type === 'RenovationBallotCast' || event.type === 'RenovationBallotWithdrawn';
type ActEvent = Extract<RecordedEvent, { type: 'RenovationBallotCast' | 'RenovationBallotWithdrawn' }>;

/** Which of the acts under one name counts where votes are replaceable, told without what stood when each was recorded. */
function naive(acts: readonly ActEvent[]): ActEvent | undefined {
  const own = acts.filter(({ data }) => data.basis !== 'proxy');
  const ofRight = own.length > 0 ? own : acts;
  const inPerson = ofRight.filter(({ meta }) => meta.enteredBy === undefined);
  const ofKind = inPerson.length > 0 ? inPerson : ofRight;
  return ofKind.toSorted((a, b) => ascending(a.at, b.at) || a.position - b.position).at(-1);
}

describe('the count, whatever people try', () => {
  it('given any acts, when they are folded, then the count equals a recount of the acts under each name before the closing', () => {
    fc.assert(
      fc.property(attempts, ({ replaceable, closeAfter, tries }) => {
        const ballot = { ...openBallot, replaceable };
        const papers = new Map<string, Immutable<BallotPaper>>();
        const log: RecordedEvent[] = [opened];
        for (const [i, { by, owner, choice, minute, enteredBy }] of tries.entries()) {
          if (i === closeAfter) log.push(closed); // a vote decided on what was loaded before stands behind it all the same
          const name = owner ?? by;
          const state = papers.get(name) ?? renovationVote.initial;
          const facts = {
            renovation: { id: 'r1', placeId: compound, ballot },
            proxies: owner === undefined || !proxies[by] ? [] : [proxies[by]],
          };
          const now = day(12, `08:${String(i).padStart(2, '0')}:00.000`);
          const at = enteredBy === undefined ? now : day(12, `08:${String(minute).padStart(2, '0')}:00.000`);
          const moment = { at, now, by, capacity: 'resident', enteredBy } as const;
          const event = (type: never, eventData: never) => ({ type, data: eventData });
          const context = { ...moment, id: name, newId: 'n', facts, event: event as never };
          const asked = { ballotId: 'r1.1', ...(owner !== undefined && { owner }) };
          const outcome =
            choice === null
              ? renovationVote.decide.WithdrawRenovationBallot(state, asked, context)
              : renovationVote.decide.CastRenovationBallot(state, { ...asked, choice }, context);
          if ('refused' in outcome) continue;
          if (enteredBy !== undefined) expect(outcome).toHaveLength(1);
          for (const { type, data: eventData } of outcome) {
            papers.set(name, renovationVote.evolve[type](state, eventData as never, moment));
            log.push(
              recorded(type, eventData as never, {
                aggregateId: `r1.1.${name}`,
                at,
                ...(enteredBy !== undefined && { enteredBy }),
              }) as ActEvent,
            );
          }
        }
        const inTime = inOrder(log.slice(0, log.includes(closed) ? log.indexOf(closed) : undefined)).filter(isAct) as ActEvent[];
        const counted = Object.keys(weights).flatMap((name) => {
          const acts = inTime.filter(({ data }) => data.voterId === name);
          // where votes are final, what counts depends on what stood: there the decider's own word is taken
          const last = replaceable ? naive(acts) : acts.findLast(({ data }) => data.notCounted === undefined);
          return last?.type === 'RenovationBallotCast' ? [{ choice: last.data.choice, ...weights[name as Owner] }] : [];
        });
        const row = project(ballotCount, log).get('r1.1') as BallotCountRow;
        expect(row.tally).toEqual(tallyVotes(counted));
        for (const measure of ['heads', 'area', 'households'] as const) {
          expect(ballotChoices.reduce((sum, choice) => sum + row.tally[choice][measure], 0)).toBeLessThanOrEqual(row.expected[measure]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
