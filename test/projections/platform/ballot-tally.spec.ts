import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countableRule, declaredAs, outcomeOf, recount, wholeRule } from '../../../src/domain/platform/counting.js';
import { ballotPaper, type PaperState } from '../../../src/domain/platform/ballot-paper.js';
import { paperOf, textOf, type Form, type Paper } from '../../../src/domain/platform/papers.js';
import type { Immutable } from '../../../src/domain/shared/decider.js';
import type { DeclaredRule } from '../../../src/domain/voting/declared-rule.js';
import { positionOf } from '../../../src/projections/position.js';
import { ballotTally, countingOf, type PaperRow, type PaperRowAt, type TallyRow } from '../../../src/projections/platform/ballot-tally.js';
import type { RecordedEvent } from '../../../src/projections/projection.js';
import { expectRebuiltEqualsIncremental, inOrder, project, recorded } from '../../support/projections.js';

type ActEvent = Extract<RecordedEvent, { type: 'PaperCast' | 'PaperWithdrawn' }>;
const ids = ['a', 'b', 'c'];
const index = { a: 0, b: 1, c: 2 };
type APaper = Immutable<Paper>;
const written = (form: Form, paper: APaper) => paperOf({ form, index }, paper) as APaper;

const elections = [
  ['approval', { rule: 'approval' }, undefined],
  ['approval', { rule: 'equal-shares' }, 100],
  ['choice', { rule: 'approval' }, undefined],
  ['points', { rule: 'points', seats: 2 }, undefined],
  ['points', { rule: 'greedy' }, 100],
  ['ranking', { rule: 'borda' }, undefined],
  ['ranking', { rule: 'schulze' }, undefined],
  ['ranking', { rule: 'instant-runoff' }, undefined],
  ['ranking', { rule: 'single-transferable-vote', seats: 2 }, undefined],
] as const satisfies readonly (readonly [Form, Immutable<DeclaredRule>, number | undefined])[];
type Election = (typeof elections)[number];

const declare = ([form, rule, budget]: Election) => {
  const whole = countableRule(rule, form, ids.length, budget !== undefined);
  if ('refused' in whole) throw new Error(whole.refused);
  return {
    placeId: '510121111219',
    subject: 'election' as const,
    title: '选举',
    form,
    rule: declaredAs(whole),
    ...(budget !== undefined && { budget }),
    options: ids.map((optionId, i) => ({ optionId, name: optionId, ...(budget !== undefined && { cost: 40 + i }) })),
    opensAt: '2026-06-01T00:00:00.000Z',
    closesAt: '2026-06-08T00:00:00.000Z',
    lastTies: 'listed' as const,
    replaceable: true,
    secretUntilClosed: true,
  };
};
const opened = (election: Election, ballot = 'b1') => recorded('BallotOpened', declare(election), { aggregateId: ballot });
const closed = (ballot = 'b1') => recorded('BallotClosed', { closesAt: '2026-06-08T00:00:00.000Z' }, { aggregateId: ballot });

/** What voters do, one after another: a paper, or null for a withdrawal. */
type Act = readonly [voter: number, paper: APaper | null];
/** The events that follow, and each voter's last paper. */
function events(
  acts: readonly Act[],
  ballotId = 'b1',
  standing = new Map<number, APaper>(),
): { readonly events: RecordedEvent[]; readonly last: Map<number, APaper> } {
  const happened = acts.flatMap(([voter, paper]): RecordedEvent[] => {
    const before = standing.get(voter);
    const circumstances = { aggregateId: `${ballotId}.v${voter}` };
    if (paper === null) {
      if (before === undefined) return [];
      standing.delete(voter);
      return [recorded('PaperWithdrawn', { ballotId, paper: before }, circumstances)];
    }
    if (before !== undefined && textOf(before) === textOf(paper)) return [];
    standing.set(voter, paper);
    return [recorded('PaperCast', before === undefined ? { ballotId, paper } : { ballotId, paper, replaces: before }, circumstances)];
  });
  return { events: happened, last: standing };
}
const papersIn = (rows: ReadonlyMap<string, TallyRow | PaperRow>, upTo: number, ballot: string): PaperRowAt[] =>
  [...rows].filter(([key]) => key.startsWith(`${ballot}/`)).map(([, row]) => ({ row: row as PaperRow, position: positionOf(upTo) }));
const counted = (history: readonly RecordedEvent[], ballot = 'b1') => {
  const rows = project(ballotTally, history);
  return countingOf(rows.get(ballot) as TallyRow, papersIn(rows, history.length, ballot));
};
const byText = (papers: readonly { paper: APaper; count: number }[]) => new Map(papers.map(({ paper, count }) => [textOf(paper), count]));
const tallied = (papers: Iterable<APaper>) => {
  const found = new Map<string, number>();
  for (const paper of papers) found.set(textOf(paper), (found.get(textOf(paper)) ?? 0) + 1);
  return found;
};

const papersOf: Record<Form, fc.Arbitrary<APaper>> = {
  approval: fc.subarray(ids).map((approved) => ({ approved })),
  choice: fc.constantFrom(...ids).map((choice) => ({ choice })),
  points: fc
    .tuple(fc.nat(3), fc.nat(3), fc.nat(3))
    .map((values) => ({ points: ids.map((optionId, i) => ({ optionId, points: values[i]! })) })),
  ranking: fc
    .tuple(fc.shuffledSubarray(ids), fc.boolean())
    .map(([named, tied]) => ({ ranking: tied ? [{ options: named }] : named.map((id) => ({ options: [id] })) })),
};
const actsOf = (form: Form) =>
  fc.array(
    fc.tuple(
      fc.nat(5),
      fc.option(
        papersOf[form].map((paper) => written(form, paper)),
        { freq: 6 },
      ),
    ),
    { maxLength: 30 },
  );

describe('the tally of a ballot', () => {
  it.each(elections.map((election) => [election[0], election[1].rule, election] as const))(
    'given votes as %s and the rule %s, when they are folded, then the outcome is that of counting every voter’s last paper',
    (form, _, election) => {
      const ballot = declare(election);
      fc.assert(
        fc.property(actsOf(form), actsOf(form), (acts, late) => {
          const { events: before, last } = events(acts);
          const after = events(late, 'b1', new Map(last)).events; // decided before the closing, written behind it
          const counting = counted([opened(election), ...before, closed(), ...after]);
          expect(counting.ballots).toBe(last.size);
          expect(byText(counting.papers)).toEqual(tallied(last.values()));
          const naive = recount(
            ballot,
            [...last.values()].map((paper) => ({ paper, count: 1 })),
            null,
            wholeRule(ballot.rule),
          );
          expect(outcomeOf(ballot, counting, null)).toEqual(naive);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('given rows that were read at different moments after the closing, when they are counted, then late papers do not count', () => {
    const [election] = elections;
    fc.assert(
      fc.property(actsOf('approval'), actsOf('approval'), fc.infiniteStream(fc.nat(100)), (acts, late, random) => {
        const { events: before, last } = events(acts);
        const history = [opened(election), ...before, closed(), ...events(late, 'b1', new Map(last)).events];
        const closing = before.length + 2;
        const someMoment = () => closing + (random.next().value! % (history.length - closing + 1));
        const states = new Map<number, ReturnType<typeof project<TallyRow | PaperRow>>>();
        const at = (moment: number) => {
          if (!states.has(moment)) states.set(moment, project(ballotTally, history.slice(0, moment)));
          return states.get(moment)!;
        };
        const keys = [...at(history.length).keys()].filter((key) => key.includes('/'));
        const papers = keys.flatMap((key) => {
          const moment = someMoment();
          return papersIn(at(moment), moment, 'b1').filter((_, i) => [...at(moment).keys()].filter((one) => one.includes('/'))[i] === key);
        });
        const newest = Math.max(closing, ...papers.map(({ position }) => position));
        const tally = at(newest + (random.next().value! % (history.length - newest + 1))).get('b1') as TallyRow;
        const counting = countingOf(tally, papers);
        expect(counting.ballots).toBe(last.size);
        expect(byText(counting.papers)).toEqual(tallied(last.values()));
      }),
      { numRuns: 100 },
    );
  });

  it('given acts by anybody in any order, when they are folded, then the tally is what the rule says of all acts', () => {
    const [election] = elections;
    const ballot = { ...declare(election), index, closed: false };
    const step = fc.record({
      voter: fc.nat(3),
      paper: fc.option(papersOf.approval, { freq: 3 }),
      minute: fc.nat(59),
      enteredBy: fc.constantFrom(undefined, undefined, 'volunteer', 'cadre'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), fc.boolean(), (steps, secretUntilClosed) => {
        const states = new Map<number, Immutable<PaperState>>();
        const log: ActEvent[] = [];
        for (const [i, { voter, paper, minute, enteredBy }] of steps.entries()) {
          const time = (minutes: number) => `2026-06-03T08:${String(minutes).padStart(2, '0')}:00.000Z`;
          // what is done in person happens when it is recorded
          const moment = {
            at: time(enteredBy === undefined ? i : minute),
            now: time(i),
            by: `v${voter}`,
            capacity: 'resident' as const,
            enteredBy,
          };
          const facts = { ballotId: 'b1', ballot: { ...ballot, secretUntilClosed } };
          const context = { ...moment, id: 'x', newId: 'n', facts, event: undefined as never };
          const state = states.get(voter) ?? ballotPaper.initial;
          const outcome =
            paper === null ? ballotPaper.decide.WithdrawPaper(state, {}, context) : ballotPaper.decide.CastPaper(state, paper, context);
          if ('refused' in outcome) continue;
          if (secretUntilClosed && enteredBy !== undefined) expect(outcome).toHaveLength(1);
          for (const { type, data } of outcome) {
            states.set(voter, ballotPaper.evolve[type](state, data as never, moment));
            const circumstances = { aggregateId: `b1.v${voter}`, at: moment.at, ...(enteredBy !== undefined && { enteredBy }) };
            log.push(recorded(type, data as never, circumstances) as ActEvent);
          }
        }
        const counting = counted([opened(election), ...log, closed()]);
        const standing = [0, 1, 2, 3].flatMap((voter) => {
          const acts = (inOrder(log) as readonly ActEvent[]).filter(({ aggregateId }) => aggregateId === `b1.v${voter}`);
          const own = acts.filter(({ meta }) => meta.enteredBy === undefined);
          const byTime = (own.length > 0 ? own : acts).toSorted((a, b) => a.at.localeCompare(b.at) || a.position - b.position);
          const last = byTime.at(-1);
          return last?.type === 'PaperCast' ? [last.data.paper] : [];
        });
        expect(counting.ballots).toBe(standing.length);
        expect(byText(counting.papers)).toEqual(tallied(standing));
        expect(outcomeOf(ballot, counting, null)).toEqual(
          recount(
            ballot,
            standing.map((paper) => ({ paper, count: 1 })),
            null,
            wholeRule(ballot.rule),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('given papers of different voters, when their order changes, then the tally is the same', () => {
    const [election] = elections;
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.tuple(fc.nat(20), papersOf.approval), { selector: ([voter]) => voter })
          .chain((acts) => fc.tuple(fc.constant(acts), fc.shuffledSubarray(acts, { minLength: acts.length }))),
        ([acts, shuffled]) => {
          const [one, other] = [acts, shuffled].map((given) => counted([opened(election), ...events(given).events, closed()]));
          expect({ ...one!, papers: byText(one!.papers) }).toEqual({ ...other!, papers: byText(other!.papers) });
        },
      ),
    );
  });

  it('given papers that say the same, when they are folded, then they share one row', () => {
    const papers = [['a', 'b'], ['a'], []].map((approved) => ({ approved }));
    const rows = (voters: number) =>
      project(ballotTally, [opened(elections[1]), ...events(Array.from({ length: voters }, (_, i): Act => [i, papers[i % 3]!])).events]);
    expect([rows(3).size, rows(300).size]).toEqual([4, 4]);
    expect([...rows(300).values()].slice(1)).toEqual(papers.map((paper) => ({ paper, count: 100 })));
    expect(JSON.stringify([...rows(300)]).length - JSON.stringify([...rows(3)]).length).toBeLessThan(10);
  });

  it('given two ballots, when papers are cast, then each counts its own', () => {
    const acts: readonly Act[] = [
      [1, { approved: ['a'] }],
      [2, { approved: ['b'] }],
    ];
    const history = [
      opened(elections[0], 'b1'),
      opened(elections[0], 'b2'),
      ...events(acts, 'b1').events,
      ...events(acts.slice(1), 'b2').events,
    ];
    expect([counted(history, 'b1').sums, counted(history, 'b2').sums]).toEqual([
      [1, 1, 0],
      [0, 1, 0],
    ]);
  });

  it('given a ballot that was not opened, when it is read, then there is nothing', () => {
    const rows = project(ballotTally, [...events([[1, { approved: ['a'] }]]).events, closed()]);
    expect(rows.get('b1')).toBeUndefined();
  });

  it('given any events, when rebuilt, then the rows are the same', async () => {
    const acts: readonly Act[] = [
      [1, { approved: ['a'] }],
      [2, { approved: ['a', 'b'] }],
      [1, { approved: ['a', 'b'] }],
      [2, null],
      [3, { approved: [] }],
    ];
    const { events: before, last } = events(acts);
    const entered = { aggregateId: 'b1.v1', enteredBy: 'volunteer' };
    await expectRebuiltEqualsIncremental(ballotTally, [
      opened(elections[1]),
      ...before,
      recorded('PaperCast', { ballotId: 'b1', paper: { approved: ['c'] }, notCounted: 'in-person' }, entered),
      recorded('PaperWithdrawn', { ballotId: 'b1', notCounted: 'in-person' }, entered),
      recorded(
        'PaperCast',
        { ballotId: 'b1', paper: { approved: ['a', 'b'] }, replaces: { approved: ['a', 'b'] } },
        { aggregateId: 'b1.v1' },
      ),
      closed(),
      ...events([[3, { approved: ['c'] }]], 'b1', last).events,
    ]);
  });
});
