import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addPaper,
  countableRule,
  countBallot,
  type Declared,
  declaredAs,
  noSums,
  outcomeOf,
  recount,
  wholeRule,
} from '../../../src/domain/platform/counting.js';
import { ballotsOf, type Form, type Paper, paperWithout } from '../../../src/domain/platform/papers.js';
import type { Immutable } from '../../../src/domain/shared/decider.js';
import type { DeclaredRule } from '../../../src/domain/voting/declared-rule.js';
import { rankings } from '../../../src/domain/voting/ballots.js';
import { exclusionsOf } from '../../../src/domain/voting/outcome.js';
import { count } from '../../../src/domain/voting/rules.js';
import { inWords } from '../../../src/domain/voting/words.js';
import { pairwise, pairwiseOf } from '../../../src/domain/voting/rankings.js';

const ids = ['a', 'b', 'c', 'd'];
const options = ids.map((optionId) => ({ optionId, name: optionId.toUpperCase() }));
const declared = (form: Form, rule: Immutable<DeclaredRule>): Declared => ({ form, options, rule, lastTies: 'listed' });

const tiers = fc.tuple(fc.shuffledSubarray(ids), fc.array(fc.nat(2), { maxLength: 6 })).map(([named, sizes]) => {
  const left = [...named];
  return sizes.map((size) => left.splice(0, size).sort());
});
const papersOf: Record<Form, fc.Arbitrary<Immutable<Paper>>> = {
  approval: fc.subarray(ids).map((approved) => ({ approved })),
  choice: fc.constantFrom(...ids).map((choice) => ({ choice })),
  points: fc
    .subarray(ids)
    .chain((named) =>
      fc.tuple(...named.map((optionId) => fc.record({ optionId: fc.constant(optionId), points: fc.integer({ min: 1, max: 9 }) }))),
    )
    .map((points) => ({ points })),
  ranking: tiers.map((ranks) => ({ ranking: ranks.map((tier) => ({ options: tier })) })),
};
const bySums: readonly (readonly [Form, Immutable<DeclaredRule>])[] = [
  ['approval', { rule: 'approval', seats: 2 }],
  ['choice', { rule: 'approval' }],
  ['points', { rule: 'approval', seats: 2 }],
  ['points', { rule: 'points', seats: 3 }],
  ['ranking', { rule: 'borda', unranked: 'average' }],
  ['ranking', { rule: 'borda', seats: 2, unranked: 'zero' }],
  ['ranking', { rule: 'schulze', unranked: 'last' }],
  ['ranking', { rule: 'schulze', seats: 2, strength: 'margins', unranked: 'no-opinion' }],
];

describe('what is added up as papers arrive', () => {
  it.each(bySums)('given %s %j, when papers are added up as they arrive, then the outcome is that of counting all', (form, rule) => {
    const ballot = declared(form, rule);
    const whole = wholeRule(rule);
    fc.assert(
      fc.property(fc.array(papersOf[form], { maxLength: 12 }), fc.array(papersOf[form], { maxLength: 3 }), (papers, taken) => {
        let sums = noSums(whole, ids.length)!;
        for (const paper of [...taken, ...papers]) sums = addPaper(sums, whole, form, ids, paper, 1);
        for (const paper of taken) sums = addPaper(sums, whole, form, ids, paper, -1);
        const naive = recount(
          ballot,
          papers.map((paper) => ({ paper, count: 1 })),
          null,
          whole,
        );
        expect(outcomeOf(ballot, { ballots: papers.length, sums, papers: [] }, null)).toEqual(naive);
      }),
    );
  });
  it('given a rule that needs every paper, when papers arrive, then nothing is summed', () => {
    for (const rule of ['instant-runoff', 'single-transferable-vote', 'phragmen', 'greedy', 'equal-shares'] as const)
      expect(noSums(wholeRule({ rule }), 4)).toBeNull();
  });
  it('given sums that are no longer exact, when they are counted, then it throws', () => {
    expect(() => outcomeOf(declared('approval', { rule: 'approval' }), { ballots: 1, sums: [2 ** 53, 0, 0, 0], papers: [] }, null)).toThrow(
      new RangeError('too many ballots to count exactly'),
    );
  });
  it('given a rule that needs every paper, when a paper arrives, then the sums stay as they are', () => {
    const rule = wholeRule({ rule: 'instant-runoff' });
    expect(addPaper([7, 0, 0, 0], rule, 'ranking', ids, { ranking: [{ options: ['b'] }] }, 1)).toEqual([7, 0, 0, 0]);
    const counted = () => outcomeOf(declared('ranking', { rule: 'instant-runoff' }), { ballots: 1, sums: [7, 0, 0, 0], papers: [] }, null);
    expect(counted).toThrow('instant-runoff is not counted by sums');
  });
});

describe('the rule of a ballot', () => {
  it('given more than 100 options, when a ballot is opened, then only rankings are too many to count', () => {
    expect(countableRule({ rule: 'borda' }, 'ranking', 100, false)).toEqual({ rule: 'borda', seats: 1, unranked: 'average' });
    expect(countableRule({ rule: 'borda' }, 'ranking', 101, false)).toEqual({ refused: 'platform.too-many-to-rank', with: { limit: 100 } });
    expect(countableRule({ rule: 'approval' }, 'approval', 101, false)).toEqual({ rule: 'approval', seats: 1 });
  });
  it('given options, when seats are declared, then there may be as many seats as options, and not one more', () => {
    expect(countableRule({ rule: 'points', seats: 3 }, 'points', 3, false)).toEqual({ rule: 'points', seats: 3 });
    expect(countableRule({ rule: 'points', seats: 4 }, 'points', 3, false)).toEqual({
      refused: 'platform.too-many-seats',
      with: { seats: 4, options: 3 },
    });
  });
  it('given a rule without skipped ranks, when it is declared, then the declaration has its own parameters only', () => {
    expect(declaredAs(wholeRule({ rule: 'approval' }))).toStrictEqual({ rule: 'approval', seats: 1 });
  });
  it('given a parameter of another rule in an event, when its ballot is counted, then it throws and shows the rule', () => {
    expect(() => wholeRule({ rule: 'approval', unranked: 'zero' })).toThrow(
      'a ballot was opened with an invalid rule: {"rule":"approval","unranked":"zero"}',
    );
  });
});

describe('counting a closed ballot', () => {
  const papers = [
    { paper: { approved: ['a', 'b'] }, count: 3 },
    { paper: { approved: ['c'] }, count: 2 },
  ];
  const ballot: Declared = {
    ...declared('approval', { rule: 'greedy' }),
    options: options.map((option, i) => ({ ...option, cost: [30, 40, 60, 70][i]! })),
    budget: 100,
  };
  const counting = { ballots: 5, sums: null, papers };
  const winners = (other: Parameters<typeof countBallot>[0]['other']) =>
    countBallot({ declared: ballot, counting, drawSeed: null, other }).winners;

  it('given its own rule, when it is counted, then that is the official count', () => {
    expect(winners(null)).toEqual(['a', 'b']);
  });
  it('given another rule or budget, when it is counted, then that rule counts, with the declared budget unless another is given', () => {
    const greedy = wholeRule({ rule: 'greedy' });
    expect(winners({ rule: wholeRule({ rule: 'approval', seats: 3 }), budget: undefined })).toEqual(['a', 'b', 'c']);
    expect(winners({ rule: greedy, budget: undefined })).toEqual(['a', 'b']);
    expect(winners({ rule: greedy, budget: 130 })).toEqual(['a', 'b', 'c']);
    expect(winners({ rule: greedy, budget: 69 })).toEqual(['a']);
  });
});

describe('the pairs of one ballot', () => {
  it('given a ranked paper, when its pairs are listed, then they are those of its own matrix', () => {
    fc.assert(
      fc.property(tiers, fc.constantFrom('last' as const, 'no-opinion' as const), (ranks, unranked) => {
        const positions = ranks.map((tier) => tier.map((id) => ids.indexOf(id)));
        expect(pairwiseOf(positions, ids.length, unranked)).toEqual(pairwise(rankings(ids, [{ ranking: ranks }]), unranked));
      }),
    );
  });
});

describe('ties', () => {
  const tied = [
    { paper: { choice: 'c' }, count: 1 },
    { paper: { choice: 'b' }, count: 1 },
  ];
  it('given a tie, when it is broken, then the list decides, or the seed if a draw was declared', () => {
    const rule = wholeRule({ rule: 'approval' });
    expect(recount(declared('choice', { rule: 'approval' }), tied, null, rule).winners).toEqual(['b']);
    const drawn: Declared = { ...declared('choice', { rule: 'approval' }), lastTies: 'draw' };
    const winners = new Set(Array.from({ length: 20 }, (_, i) => recount(drawn, tied, `签种第${i}号，公开可查`, rule).winners[0]));
    expect(winners).toEqual(new Set(['b', 'c']));
    const seeds = Array.from({ length: 20 }, (_, i) => `签种第${i}号，公开可查`);
    const listed = declared('choice', { rule: 'approval' });
    expect(seeds.map((seed) => recount(listed, tied, seed, rule).winners)).toEqual(seeds.map(() => ['b']));
  });
  it('given a draw whose seed is not revealed, when a what-if count has a tie, then the list decides', () => {
    const drawn = (ids: readonly string[]): Declared => ({
      ...declared('choice', { rule: 'approval' }),
      options: ids.map((optionId) => ({ optionId, name: optionId })),
      lastTies: 'draw',
    });
    const first = (order: readonly string[]) => recount(drawn(order), tied, null, wholeRule({ rule: 'approval' })).winners;
    expect(first(['a', 'b', 'c'])).toEqual(['b']);
    expect(first(['c', 'b', 'a'])).toEqual(['c']);
  });
});

describe('options that were withdrawn', () => {
  const rulesOf: Record<Form, readonly Immutable<DeclaredRule>[]> = {
    approval: [{ rule: 'approval' }, { rule: 'phragmen', seats: 2 }, { rule: 'equal-shares', seats: 2 }],
    choice: [{ rule: 'approval' }],
    points: [{ rule: 'points' }, { rule: 'majority-judgment' }, { rule: 'approval' }],
    ranking: [
      { rule: 'borda' },
      { rule: 'schulze' },
      { rule: 'instant-runoff' },
      { rule: 'sequential-runoff', seats: 2 },
      { rule: 'bottoms-up-runoff', seats: 2 },
      { rule: 'single-transferable-vote', seats: 2 },
      { rule: 'wigm', seats: 2 },
      { rule: 'meek', seats: 2 },
    ],
  };
  const struck = ({ approved, ranking, points, choice }: Immutable<Paper>, gone: readonly string[]): Immutable<Paper> => ({
    ...(approved && { approved: approved.filter((option) => !gone.includes(option)) }),
    ...(points && { points: points.filter(({ optionId }) => !gone.includes(optionId)) }),
    ...(ranking && {
      ranking: ranking.flatMap(({ options: tier }) => {
        const rest = tier.filter((option) => !gone.includes(option));
        return tier.length > 0 && rest.length === 0 ? [] : [{ options: rest }];
      }),
    }),
    ...(choice !== undefined && (gone.includes(choice) ? { approved: [] } : { choice })),
  });

  it.each(Object.keys(papersOf) as Form[])(
    'given papers of the form %s, when they are counted, then it is as if they had never stood',
    (form) => {
      fc.assert(
        fc.property(
          fc.array(papersOf[form], { maxLength: 8 }),
          fc.constantFrom(...rulesOf[form]),
          fc.subarray(ids, { minLength: 1, maxLength: 3 }),
          (said, rule, withdrawn) => {
            const ballot = declared(form, rule);
            const papers = said.map((paper) => ({ paper, count: 1 }));
            const counting = { ballots: papers.length, sums: noSums(wholeRule(rule), ids.length), papers };
            const stated = { ...ballot, withdrawn: withdrawn.map((optionId) => ({ optionId })) };
            const { account, ...outcome } = outcomeOf(stated, counting, null);
            const rest = { ...ballot, options: options.filter(({ optionId }) => !withdrawn.includes(optionId)) };
            const left = papers.map(({ paper }) => ({ paper: struck(paper, withdrawn), count: 1 }));
            const { account: of, ...expected } = recount(rest, left, null, wholeRule(rule));
            expect(outcome).toEqual(expected);
            expect(account).toEqual([...withdrawn.map((option) => ({ step: 'withdrawn', options: [option] })), ...of]);
          },
        ),
        { numRuns: 200 },
      );
    },
  );

  it('given a budget and limits, when a project is withdrawn, then greedy keeps the points of places, and limits forget it', () => {
    const priced = options.map((option) => ({ ...option, cost: 10 }));
    const ballot: Declared = {
      ...declared('ranking', { rule: 'greedy' }),
      options: priced,
      budget: 20,
      limits: [{ options: ['a', 'b'], most: 1 }],
      withdrawn: [{ optionId: 'a' }],
    };
    const papers = [{ paper: { ranking: [{ options: ['a'] }, { options: ['b'] }] }, count: 1 }];
    const { winners, account } = recount(ballot, papers, null, wholeRule({ rule: 'greedy' }));
    expect(winners).toEqual(['b']);
    expect(account[1]).toMatchObject({ step: 'scores', figures: [{ option: 'b', value: '3' }, { value: '0' }, { value: '0' }] });
    expect(recount({ ...ballot, withdrawn: [] }, papers, null, wholeRule({ rule: 'greedy' })).winners).toEqual(['a']);
  });
});

describe('options that are struck in a round of the count', () => {
  const paper = (times: number, ...named: readonly string[]) => ({
    paper: { ranking: named.map((option) => ({ options: [option] })) },
    count: times,
  });
  const papers = [paper(4, 'a'), paper(3, 'b', 'c'), paper(2, 'c', 'b'), paper(1, 'd', 'c')];
  const ballot = (change: Partial<Declared>): Declared => ({ ...declared('ranking', { rule: 'instant-runoff' }), ...change });
  const counted = (change: Partial<Declared>) => {
    const stated = ballot(change);
    return outcomeOf(stated, { ballots: 10, sums: null, papers }, null);
  };
  const eliminated = ({ account }: ReturnType<typeof counted>) =>
    account.flatMap((step) => (step.step === 'eliminated' ? [[step.round, step.options.join(), step.because ?? null]] : []));

  it('given an option withdrawn in a round, when it is counted, then it is excluded in this round, and the account says why', () => {
    expect(counted({}).winners).toEqual(['b']);
    const outcome = counted({ withdrawn: [{ optionId: 'b', round: 2, reason: 'died' }] });
    expect(outcome.winners).toEqual(['c']);
    expect(outcome.account[0]).toEqual({ step: 'withdrawn', options: ['b'], round: 2, reason: 'died' });
    expect(inWords(outcome.account[0]!, 'zh')).toBe('于计票第 2 轮退出：b（已去世）。');
    expect(inWords(outcome.account[0]!, 'en')).toBe('Withdrawn in round 2 of the count: b (has died).');
    expect(eliminated(outcome)).toEqual([
      [1, 'd', null],
      [2, 'b', 'withdrawn'],
    ]);
  });

  it('given a withdrawal that comes too late, when it is counted, then nothing changes, and the account says so', () => {
    const { account, ...outcome } = counted({ withdrawn: [{ optionId: 'd', round: 2 }] });
    const { account: without, ...expected } = counted({});
    expect(outcome).toEqual(expected);
    expect(account).toEqual([{ step: 'withdrawn', options: ['d'], round: 2, late: true }, ...without]);
    expect(inWords(account[0]!, 'zh')).toBe('d 于第 2 轮退出，但此前已当选或淘汰，或计票已经结束，结果不变。');
    expect(inWords(account[0]!, 'en')).toMatch(/^Withdrawn in round 2 of the count: d; but .* the result is the same\.$/u);
  });

  it('given undeclared write-ins, when they are counted, then they are struck first, also before who withdraws in the first round', () => {
    const listed = options.map((option) => (option.optionId === 'b' ? { ...option, writeIn: true } : option));
    const outcome = counted({ options: listed, withdrawn: [{ optionId: 'a', round: 1 }] });
    expect(eliminated(outcome)).toEqual([
      [1, 'b', 'write-in'],
      [2, 'a', 'withdrawn'],
    ]);
    expect(outcome.winners).toEqual(['c']);
  });

  it('given a rule without rounds, when it is counted, then all are struck before', () => {
    const listed = options.map((option) => (option.optionId === 'b' ? { ...option, writeIn: true } : option));
    const stated = ballot({ options: listed, withdrawn: [{ optionId: 'a', round: 3, reason: 'stands-down' }], rule: { rule: 'borda' } });
    const { winners, order, account } = outcomeOf(stated, { ballots: 10, sums: noSums(wholeRule(stated.rule), 4), papers }, null);
    expect([winners, order.flat().sort()]).toEqual([['c'], ['c', 'd']]);
    expect(account.slice(0, 2)).toEqual([
      { step: 'withdrawn', options: ['a'], reason: 'stands-down' },
      { step: 'write-ins', options: ['b'] },
    ]);
  });

  it('given any withdrawals and write-ins, when they are counted, then the ranks and rounds are those of the rule itself', () => {
    const rulesInRounds: readonly Immutable<DeclaredRule>[] = [
      { rule: 'instant-runoff' },
      { rule: 'sequential-runoff', seats: 2 },
      { rule: 'bottoms-up-runoff', seats: 2 },
      { rule: 'single-transferable-vote', seats: 2 },
      { rule: 'wigm', seats: 2 },
      { rule: 'meek', seats: 2 },
    ];
    const withdrawal = fc.record({ optionId: fc.constantFrom('b', 'c', 'd' as string), round: fc.option(fc.integer({ min: 1, max: 3 })) });
    fc.assert(
      fc.property(
        fc.array(papersOf.ranking, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...rulesInRounds),
        fc.uniqueArray(withdrawal, { selector: ({ optionId }) => optionId, maxLength: 2 }),
        fc.boolean(),
        (said, rule, withdrawals, hasWriteIn) => {
          const withdrawn = withdrawals.map(({ optionId, round }) => ({ optionId, ...(round !== null && { round }) }));
          const struck = withdrawn.flatMap(({ optionId, round }) => (round === undefined ? [optionId] : []));
          const writeIns = hasWriteIn && !withdrawn.some(({ optionId }) => optionId === 'd') ? ['d'] : [];
          const listed = options.map((option) => ({ ...option, writeIn: hasWriteIn && option.optionId === 'd' }));
          const stated = ballot({ options: listed, rule, withdrawn });
          const cast = said.map((one) => ({ paper: one, count: 1 }));
          const { account, ...outcome } = recount(stated, cast, null, wholeRule(rule));
          const of = ids.filter((id) => !struck.includes(id));
          const exclusions = exclusionsOf(
            writeIns,
            withdrawn.flatMap(({ optionId, round }) => (round === undefined ? [] : [{ option: optionId, round }])),
          );
          const left = ballotsOf(
            'ranking',
            of,
            cast.map((one) => ({ ...one, paper: paperWithout(one.paper, new Set(struck), false) })),
          );
          const { account: steps, ...expected } = count(left, wholeRule(rule), of, null, undefined, exclusions);
          expect(outcome).toEqual(expected);
          expect(account.slice(withdrawn.length)).toEqual(steps);
        },
      ),
      { numRuns: 300 },
    );
  });
});
