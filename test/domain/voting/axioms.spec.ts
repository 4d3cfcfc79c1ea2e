import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { approvals, numberOfBallots, pointBallots, rankings, type Ballots, type Ranking } from '../../../src/domain/voting/ballots.js';
import { Market } from '../../../src/domain/voting/market.js';
import { moneyTies, type Outcome, type Step } from '../../../src/domain/voting/outcome.js';
import { pairwise } from '../../../src/domain/voting/rankings.js';
import { count, rules, type Rule, type RuleName } from '../../../src/domain/voting/rules.js';
import { stepsAlike } from '../../../src/domain/voting/steps-alike.js';
import {
  isStronger,
  naiveAdd1,
  naiveBorda,
  naiveOf,
  naivePath,
  naivePhragmen,
  naiveRunoff,
  naiveShares,
  naiveStv,
  prefer,
} from './naive.js';
import { stepsOf } from './papers.js';

const names = ['a', 'b', 'c', 'd', 'e'];
const options = fc.integer({ min: 1, max: 5 }).map((n) => names.slice(0, n));
/** Rankings of some of the options, with equals and ranks left out. */
const ranking = (of: readonly string[]): fc.Arbitrary<Ranking> =>
  fc
    .tuple(fc.shuffledSubarray([...of]), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: of.length, maxLength: of.length }))
    .map(([chosen, joins]) => {
      const tiers: string[][] = [];
      chosen.forEach((option, i) => {
        if (joins[i] === 0) tiers.push([], [option]);
        else if (joins[i] === 1 && tiers.length > 0) tiers.at(-1)!.push(option);
        else tiers.push([option]);
      });
      return tiers;
    });
const strict = (of: readonly string[]) => fc.shuffledSubarray([...of]).map((chosen): Ranking => chosen.map((option) => [option]));
/** One ballot at least has a first choice. */
const profile = (ballot: (of: readonly string[]) => fc.Arbitrary<Ranking>, max = 9) =>
  options.chain((of) =>
    fc.record({
      of: fc.constant(of),
      ballots: fc.array(ballot(of), { minLength: 1, maxLength: max }).filter((ballots) => ballots.some(([first]) => first?.length === 1)),
      drawn: fc.shuffledSubarray([...of], { minLength: of.length }),
    }),
  );
const approvalProfile = options.chain((of) =>
  fc.record({
    of: fc.constant(of),
    ballots: fc.array(fc.subarray([...of]), { minLength: 1, maxLength: 8 }).filter((ballots) => ballots.some(({ length }) => length > 0)),
    drawn: fc.shuffledSubarray([...of], { minLength: of.length }),
    costs: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: of.length, maxLength: of.length }),
    budget: fc.integer({ min: 0, max: 30 }),
  }),
);
const ranked = (of: readonly string[], ballots: readonly Ranking[]) =>
  rankings(
    of,
    ballots.map((ranking) => ({ ranking })),
  );
const approving = (of: readonly string[], ballots: readonly (readonly string[])[]) =>
  approvals(
    of,
    ballots.map((approved) => ({ approved })),
  );
const lots = (drawn: readonly string[]) => Object.fromEntries(drawn.map((option, place) => [option, place]));
const priced = (of: readonly string[], { budget, costs }: { budget: number; costs: readonly number[] }) => ({
  budget,
  costs: Object.fromEntries(of.map((option, i) => [option, costs[i]!])),
});
const rankingRules: readonly Rule[] = [
  rules.borda.usual,
  rules.schulze.usual,
  rules['instant-runoff'].usual,
  { ...rules['instant-runoff'].usual, elimination: 'batch', until: 'two-left' },
  { ...rules['single-transferable-vote'].usual, seats: 2 },
  { ...rules['sequential-runoff'].usual, seats: 2 },
  { ...rules['bottoms-up-runoff'].usual, seats: 2 },
  { ...rules.wigm.usual, seats: 2 },
  { ...rules.meek.usual, seats: 2 },
];
const approvalRules: readonly Rule[] = [
  { rule: 'approval', seats: 2 },
  rules.phragmen.usual,
  rules.greedy.usual,
  ...(['none', 'add1', 'phragmen', 'votes'] as const).map((completion): Rule => ({ ...rules['equal-shares'].usual, completion })),
];
const outcomeOf = ({ winners, order }: Outcome) => ({ winners, order: order.map((tier) => [...tier].sort()) });

describe('every rule', () => {
  it('given every rule, when tests count by it, then a second implementation counts too, voter by voter', () => {
    const specs = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.spec.ts'));
    const texts = specs.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
    const unused = Object.entries(naiveOf).filter(([, { name }]) => !texts.some((text) => text.includes(`${name}(`)));
    expect([Object.keys(naiveOf).toSorted(), unused]).toEqual([Object.keys(rules).toSorted(), []]);
  });

  it('given any ballots, when ballots or options are reordered or equal ballots bundled, then the count is the same', () => {
    fc.assert(
      fc.property(profile(ranking), fc.constantFrom(...rankingRules), ({ of, ballots, drawn }, rule) => {
        const outcome = outcomeOf(count(ranked(of, ballots), rule, drawn));
        expect(outcomeOf(count(ranked([...of].reverse(), [...ballots].reverse()), rule, drawn))).toEqual(outcome);
        const doubled = rankings(
          of,
          ballots.map((ranking) => ({ ranking, count: 2 })),
        );
        expect(count(doubled, rule, drawn)).toEqual(count(ranked(of, [...ballots, ...ballots]), rule, drawn));
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(approvalProfile, fc.constantFrom(...approvalRules), ({ of, ballots, drawn, costs, budget }, rule) => {
        const outcome = outcomeOf(count(approving(of, ballots), rule, drawn, { costs, budget }));
        expect(
          outcomeOf(count(approving([...of].reverse(), [...ballots].reverse()), rule, drawn, { costs: [...costs].reverse(), budget })),
        ).toEqual(outcome);
      }),
      { numRuns: 300 },
    );
  });

  it('given no votes, when they are counted, then nobody is chosen', () => {
    const none = { winners: [], order: [['b', 'a']], account: [{ step: 'no-ballots' }] };
    for (const rule of rankingRules) expect(count(ranked(['b', 'a'], []), rule, ['a', 'b'])).toEqual(none);
    for (const rule of approvalRules)
      expect(count(approving(['b', 'a'], []), rule, ['a', 'b'], { costs: [1, 0], budget: 2 })).toEqual(none);
    expect(count(rankings(['b', 'a'], [{ ranking: [['a']], count: 0 }]), rules.borda.usual, ['a', 'b'])).toEqual(none);
  });

  it('given nothing but blank ballots, when they are counted by any rule, then nobody is chosen', () => {
    const blank: Record<Ballots['form'], Ballots> = {
      ranking: ranked(['b', 'a'], [[], [[]], [[], []]]),
      approval: approving(['b', 'a'], [[], []]),
      points: pointBallots(['b', 'a'], [{ points: [] }, { points: [['a', 0]] }]),
    };
    for (const name of Object.keys(rules) as RuleName[])
      for (const form of rules[name].forms) {
        const { winners, order, account } = count(blank[form], rules[name].usual, ['a', 'b'], { budget: 5, costs: [0, 1] });
        expect({ name, form, winners, order, account }).toEqual({
          name,
          form,
          winners: [],
          order: [['b', 'a']],
          account: [{ step: 'blank-ballots' }],
        });
      }
  });

  it('given no choice that the rule counts, when it is counted, then nobody is chosen', () => {
    const none = { winners: [], order: [['b', 'a']], account: [{ step: 'blank-ballots' }] };
    const over = ranked(['b', 'a'], [[['a', 'b']], [['b', 'a']]]);
    for (const rule of [rules['instant-runoff'].usual, rules['single-transferable-vote'].usual, rules.schulze.usual])
      expect(count(over, rule, ['a', 'b'])).toEqual(none);
    expect(count(ranked(['b', 'a'], [[['a']], [['b']]]), { ...rules.schulze.usual, unranked: 'no-opinion' }, ['a', 'b'])).toEqual(none);
  });

  it('given numbers that are too large to be exact, when they are counted by any rule, then it throws', () => {
    const half = 2 ** 52;
    const many: Record<Ballots['form'], Ballots> = {
      ranking: rankings(
        ['a', 'b'],
        [
          { ranking: [['a']], count: half },
          { ranking: [['b']], count: half },
        ],
      ),
      approval: approvals(
        ['a', 'b'],
        [
          { approved: ['a'], count: half },
          { approved: ['b'], count: half },
        ],
      ),
      points: pointBallots(
        ['a', 'b'],
        [
          { points: [['a', 1]], count: half },
          { points: [['b', 1]], count: half },
        ],
      ),
    };
    for (const name of Object.keys(rules) as RuleName[])
      for (const form of rules[name].forms)
        expect(() => count(many[form], rules[name].usual, ['a', 'b'], { budget: 5, costs: [0, 1] })).toThrow(
          new RangeError('too many ballots to count exactly'),
        );
    const cancelling = pointBallots(
      ['a'],
      [
        { points: [['a', half]], count: 2 },
        { points: [['a', -half]], count: 2 },
      ],
    );
    expect(() => count(cancelling, rules.points.usual, ['a'])).toThrow(new RangeError('too many ballots to count exactly'));
    const costly = { budget: 5, costs: [Number.MAX_SAFE_INTEGER, 1] };
    expect(() => count(approving(['a', 'b'], [['a']]), rules.greedy.usual, ['a', 'b'], costly)).toThrow(
      new RangeError('the costs together are too large to be exact'),
    );
  });

  it('given any ballots, when they are counted, then every option is in the order once, winners first', () => {
    fc.assert(
      fc.property(profile(ranking), fc.constantFrom(...rankingRules), ({ of, ballots, drawn }, rule) => {
        const { winners, order } = count(ranked(of, ballots), rule, drawn);
        expect([...order.flat()].sort()).toEqual(of);
        expect(new Set(order.flat().slice(0, winners.length))).toEqual(new Set(winners));
      }),
    );
    fc.assert(
      fc.property(approvalProfile, fc.constantFrom(...approvalRules), ({ of, ballots, drawn, costs, budget }, rule) => {
        const { winners, order } = count(approving(of, ballots), rule, drawn, { costs, budget });
        expect([...order.flat()].sort()).toEqual(of);
        expect(order.flat().slice(0, winners.length)).toEqual(winners);
      }),
    );
  });

  it('given what a rule cannot count, when it is counted, then it throws', () => {
    const ballots: Record<Ballots['form'], Ballots> = {
      ranking: ranked(['a'], [[['a']]]),
      approval: approving(['a'], [['a']]),
      points: pointBallots(['a'], [{ points: [['a', 3]] }]),
    };
    for (const name of Object.keys(rules) as RuleName[])
      for (const form of ['ranking', 'approval', 'points'] as const) {
        const counted = () => count(ballots[form], rules[name].usual, ['a'], { budget: 5, costs: [1] });
        if (rules[name].forms.includes(form)) expect(counted().winners).toEqual(['a']);
        else expect(counted).toThrow(RangeError);
      }
    expect(() => count(ballots.approval, rules.greedy.usual, ['a'])).toThrow(RangeError);
    expect(() => count(ballots.approval, rules['equal-shares'].usual, ['a'])).toThrow(RangeError);
    expect(() => count(ballots.approval, rules.greedy.usual, ['a'], { budget: 5, costs: [-1] })).toThrow(RangeError);
    expect(() => count(ballots.approval, rules.approval.usual, ['b'])).toThrow(RangeError);
    expect(() => count(ballots.approval, { ...rules['equal-shares'].usual, seats: 1 }, ['a'])).toThrow(RangeError);
    expect(() => ranked(['a'], [[['b']]])).toThrow(RangeError);
    expect(() => ranked(['a', 'a'], [])).toThrow(RangeError);
    expect(() => ranked(['a'], [[['a', 'a']]])).toThrow(RangeError);
    expect(() => approving(['a'], [['a', 'a']])).toThrow(RangeError);
    expect(() => pointBallots(['a'], [{ points: [['a', 0.5]] }])).toThrow(RangeError);
    expect(() => rankings(['a'], [{ ranking: [], count: -1 }])).toThrow(RangeError);
  });
});

describe('Borda', () => {
  it('given any ballots, when counted, then Borda agrees with its definition', () => {
    fc.assert(
      fc.property(profile(ranking), fc.constantFrom('average' as const, 'zero' as const), ({ of, ballots, drawn }, unranked) => {
        const [scores] = stepsOf(count(ranked(of, ballots), { ...rules.borda.usual, unranked }, drawn), 'scores');
        const value = (twice: number) => (twice % 2 === 0 ? String(twice / 2) : `${twice}/2`);
        expect(scores!.figures.map((figure) => figure.value)).toEqual(naiveBorda(of, ballots, unranked).map(value));
      }),
    );
  });

  it('given a winner, when a ballot more has it on top, or a ballot raises it, then it stays the winner', () => {
    fc.assert(
      fc.property(profile(strict), fc.nat(), ({ of, ballots, drawn }, which) => {
        const [winner] = count(ranked(of, ballots), rules.borda.usual, drawn).winners;
        expect(count(ranked(of, [...ballots, [[winner!]]]), rules.borda.usual, drawn).winners).toEqual([winner]);
        const raised = ballots.map((ballot, i) =>
          i === which % ballots.length ? [[winner!], ...ballot.filter(([option]) => option !== winner)] : ballot,
        );
        expect(count(ranked(of, raised), rules.borda.usual, drawn).winners).toEqual([winner]);
      }),
    );
  });
});

describe('Schulze', () => {
  const strengths = fc.constantFrom('winning-votes' as const, 'margins' as const);

  it('given any ballots, when counted, then paths and order agree with the definition', () => {
    fc.assert(
      fc.property(profile(ranking), strengths, ({ of, ballots, drawn }, strength) => {
        const outcome = count(ranked(of, ballots), { ...rules.schulze.usual, strength }, drawn);
        const [{ strengths: paths, preferences }] = stepsOf(outcome, 'pairwise') as [Extract<Step, { step: 'pairwise' }>];
        const place = (option: string) => outcome.order.findIndex((tier) => tier.includes(option));
        of.forEach((a, i) =>
          of.forEach((b, j) => {
            if (i === j) return;
            expect(preferences[i]![j]).toBe(prefer(ballots, a, b));
            const [there, back] = [naivePath(of, ballots, a, b, strength), naivePath(of, ballots, b, a, strength)];
            expect(paths[i]![j]).toBe(there[0]);
            if (isStronger(there, back)) expect(place(a)).toBeLessThan(place(b));
          }),
        );
      }),
    );
  });

  it('given any ballots, when counted, then who beats everybody wins, and nobody from outside the smallest set that beats all others', () => {
    fc.assert(
      fc.property(profile(ranking), strengths, ({ of, ballots, drawn }, strength) => {
        const [winner] = count(ranked(of, ballots), { ...rules.schulze.usual, strength }, drawn).winners;
        const beats = (a: string, b: string) => prefer(ballots, a, b) > prefer(ballots, b, a);
        const condorcet = of.find((a) => of.every((b) => a === b || beats(a, b)));
        if (condorcet !== undefined) expect(winner).toBe(condorcet);
        for (let set = 1; set < 1 << of.length; set++) {
          const inside = of.filter((_, i) => (set >> i) & 1);
          const outside = of.filter((option) => !inside.includes(option));
          if (inside.every((a) => outside.every((b) => beats(a, b)))) expect(inside).toContain(winner);
        }
      }),
    );
  });

  it('given a winner, when it is raised on a ballot, then it stays the winner', () => {
    fc.assert(
      fc.property(profile(strict), strengths, fc.nat(), ({ of, ballots, drawn }, strength, which) => {
        const rule = { ...rules.schulze.usual, strength };
        const [winner] = count(ranked(of, ballots), rule, drawn).winners;
        const raised = ballots.map((ballot, i) =>
          i === which % ballots.length ? [[winner!], ...ballot.filter(([option]) => option !== winner)] : ballot,
        );
        expect(count(ranked(of, raised), rule, drawn).winners).toEqual([winner]);
      }),
    );
  });

  it('given many options, when they are counted, then the matrix is that of the plain pairs', () => {
    const few = names.slice(0, 4);
    const many = [...few, ...Array.from({ length: 12 }, (_, i) => `z${i}`)];
    fc.assert(
      fc.property(
        fc.array(ranking(few), { minLength: 1, maxLength: 9 }),
        fc.constantFrom('last' as const, 'no-opinion' as const),
        (ballots, unranked) => {
          const matrix = (of: readonly string[]) => {
            const pairs = pairwise(ranked(of, ballots), unranked);
            return of.map((_, i) => [...pairs.slice(i * of.length, (i + 1) * of.length)]);
          };
          expect(
            matrix(many)
              .slice(0, 4)
              .map((row) => row.slice(0, 4)),
          ).toEqual(matrix(few));
        },
      ),
    );
  });
});

describe('instant runoff', () => {
  const readings = fc.record({ overvote: fc.constantFrom('skip' as const, 'exhaust' as const), skippedRanks: fc.constantFrom(0, 1, null) });

  it('given any ballots, when counted, then every round agrees with a recount from all ballots', () => {
    fc.assert(
      fc.property(profile(ranking), readings, ({ of, ballots, drawn }, reading) => {
        expect(count(ranked(of, ballots), { ...rules['instant-runoff'].usual, ...reading }, drawn).winners).toEqual([
          naiveRunoff(of, ballots, reading, lots(drawn)),
        ]);
      }),
      { numRuns: 400 },
    );
  });

  it('given any ballots, when counted, then no vote is lost in any round', () => {
    fc.assert(
      fc.property(
        profile(ranking),
        readings,
        fc.constantFrom('single' as const, 'batch' as const),
        ({ of, ballots, drawn }, reading, elimination) => {
          const outcome = count(ranked(of, ballots), { ...rules['instant-runoff'].usual, ...reading, elimination }, drawn);
          for (const { tallies, exhausted } of stepsOf(outcome, 'round'))
            expect(tallies.reduce((sum, { value }) => sum + Number(value), Number(exhausted))).toBe(ballots.length);
          for (const { transfers } of stepsOf(outcome, 'eliminated'))
            for (const { votes } of transfers) expect(Number(votes)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('given any ballots, when options are struck in batches, then the winner is the same, unless a tie had fewer rounds to be broken by', () => {
    const byBoth = (of: readonly string[], ballots: ReturnType<typeof ranked>, drawn: readonly string[], ties: 'earlier-round' | 'lot') =>
      (['single', 'batch'] as const).map((elimination) => count(ballots, { ...rules['instant-runoff'].usual, ties, elimination }, drawn));
    fc.assert(
      fc.property(profile(strict, 30), fc.constantFrom('earlier-round' as const, 'lot' as const), ({ of, ballots, drawn }, ties) => {
        const [single, batch] = byBoth(of, ranked(of, ballots), drawn, ties);
        fc.pre(
          !stepsOf(single!, 'tie').some(({ by }) => by === 'earlier-round') &&
            !stepsOf(batch!, 'tie').some(({ by }) => by === 'earlier-round'),
        );
        expect(batch!.winners).toEqual(single!.winners);
      }),
      { numRuns: 300 },
    );
    const of = ['a', 'b', 'c', 'd'];
    const told = rankings(of, [
      { ranking: [['a']], count: 10 },
      { ranking: [['b']], count: 9 },
      { ranking: [['d'], ['b']], count: 2 },
      { ranking: [['c'], ['a']] },
      { ranking: [['c']], count: 2 },
    ]);
    expect(byBoth(of, told, of, 'earlier-round').map(({ winners }) => winners)).toEqual([['b'], ['a']]);
    expect(byBoth(of, told, of, 'lot').map(({ winners }) => winners)).toEqual([['a'], ['a']]);
  });

  it('given many options, when they are counted, then the piles of ballots elect the same', () => {
    const more = Array.from({ length: 12 }, (_, i) => `z${i}`);
    fc.assert(
      fc.property(profile(ranking, 14), readings, ({ of, ballots, drawn }, reading) => {
        const rule = { ...rules['instant-runoff'].usual, ...reading };
        expect(count(ranked([...of, ...more], ballots), rule, [...drawn, ...more]).winners).toEqual(
          count(ranked(of, ballots), rule, drawn).winners,
        );
      }),
    );
  });

  it('given an option that more than half put first, when counted, then it wins', () => {
    fc.assert(
      fc.property(profile(strict), ({ of, ballots, drawn }) => {
        const first = of.find(
          (option) => 2 * ballots.filter(([tier]) => tier?.[0] === option).length > ballots.filter((ballot) => ballot.length > 0).length,
        );
        if (first !== undefined) expect(count(ranked(of, ballots), rules['instant-runoff'].usual, drawn).winners).toEqual([first]);
      }),
    );
  });
});

describe('single transferable vote', () => {
  const voteOf = (value: string) => Math.round(Number(value) * 100_000);

  it('given any ballots, when counted, then it agrees with a count paper by paper', () => {
    fc.assert(
      fc.property(profile(ranking, 14), fc.integer({ min: 1, max: 3 }), ({ of, ballots, drawn }, seats) => {
        expect(count(ranked(of, ballots), { ...rules['single-transferable-vote'].usual, seats }, drawn).winners).toEqual(
          naiveStv(of, ballots, seats, lots(drawn)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('given any ballots, when counted, then the seats are filled and no vote is lost', () => {
    fc.assert(
      fc.property(profile(strict, 20), fc.integer({ min: 1, max: 3 }), ({ of, ballots, drawn }, seats) => {
        const outcome = count(ranked(of, ballots), { ...rules['single-transferable-vote'].usual, seats }, drawn);
        expect(outcome.winners.length).toBe(Math.min(seats, of.length));
        const valid = ballots.filter((ballot) => ballot.length > 0).length;
        const kept = new Set<string>();
        for (const step of outcome.account) {
          if (step.step === 'round') {
            const shown = step.tallies.reduce((sum, { value }) => sum + voteOf(value), voteOf(step.exhausted));
            expect(
              shown +
                [...kept].filter((option) => !step.tallies.some((tally) => tally.option === option)).length * Number(step.needed) * 100_000,
            ).toBe(valid * 100_000);
          }
          if (step.step === 'elected') kept.add(step.option);
          if (step.step === 'surplus')
            expect(step.transfers.reduce((sum, { votes }) => sum + voteOf(votes), 0)).toBeLessThanOrEqual(voteOf(step.surplus));
        }
      }),
    );
  });

  const stv = { ...rules['single-transferable-vote'].usual, seats: 2 };
  const papers = (...lines: (readonly [count: number, ...ranking: string[]])[]) =>
    rankings(
      ['a', 'b', 'c', 'd', 'e'],
      lines.map(([count, ...ranking]) => ({ count, ranking: ranking.map((option) => [option]) })),
    );

  const drawings = [
    ['a', 'b', 'c', 'd', 'e'],
    ['e', 'd', 'c', 'b', 'a'],
  ];

  it('given equal ones to exclude, when counted, then the most recent stage that tells them apart decides, else the lot (rule 51)', () => {
    const late = papers([13, 'a'], [9, 'b'], [7, 'c'], [2, 'd', 'c'], [10, 'e']); // without d, c has as many as b, who had more before
    for (const drawn of drawings)
      expect(stepsOf(count(late, stv, drawn), 'tie')).toEqual([
        { step: 'tie', options: ['b', 'c'], by: 'earlier-round', chosen: 'c', struck: true },
      ]);
    const always = papers([9, 'a'], [5, 'b'], [5, 'c'], [8, 'd'], [6, 'e']);
    for (const [drawn, last] of [
      [['a', 'b', 'c', 'd', 'e'], 'c'],
      [['a', 'c', 'b', 'd', 'e'], 'b'],
    ] as const)
      expect(stepsOf(count(always, stv, drawn), 'tie')[0]).toEqual({
        step: 'tie',
        options: ['b', 'c'],
        by: 'lot',
        chosen: last,
        struck: true,
      });
  });

  it('given equal surpluses, when counted, then the most recent stage that tells them apart decides, else the lot (rule 49)', () => {
    const three = { ...stv, seats: 3 };
    const surpluses = (ballots: ReturnType<typeof papers>, drawn: readonly string[]) =>
      stepsOf(count(ballots, three, drawn), 'surplus').map(({ option }) => option);
    const equal = papers([20, 'a', 'c'], [19, 'b', 'e'], [14, 'c'], [6, 'd', 'a'], [7, 'd', 'b'], [15, 'e']); // without d, a and b have 26
    for (const drawn of drawings) {
      expect(surpluses(papers([12, 'a', 'c'], [14, 'b', 'd'], [5, 'c'], [4, 'd'], [2, 'e']), drawn)).toEqual(['b', 'a']);
      expect(surpluses(equal, drawn)[0]).toBe('a');
      expect(stepsOf(count(equal, three, drawn), 'tie').find(({ by }) => by === 'earlier-round')).toMatchObject({ chosen: 'a' });
      const equals = stepsOf(count(papers([7, 'a'], [7, 'b'], [2, 'c']), three, drawn), 'tie');
      expect(equals[0]).toEqual({
        step: 'tie',
        options: drawn[0] === 'a' ? ['a', 'b'] : ['b', 'a'],
        by: 'lot',
        chosen: drawn[0] === 'a' ? 'a' : 'b',
      }); // who is elected first
      expect(surpluses(papers([12, 'a', 'c'], [12, 'b', 'd'], [5, 'c'], [4, 'd'], [2, 'e']), drawn)).toEqual(
        drawn[0] === 'a' ? ['a', 'b'] : ['b', 'a'],
      );
    }
  });

  it('given as many left as seats, when counted, then no further transfer is made (rule 52)', () => {
    const outcome = count(papers([6, 'a'], [4, 'b'], [3, 'c', 'b']), stv, ['a', 'b', 'c', 'd', 'e']);
    expect(outcome.account.slice(-2)).toEqual([
      { step: 'eliminated', round: 4, options: ['c'], transfers: [] },
      { step: 'elected', round: 4, option: 'b', because: 'last-left', figure: '4' },
    ]);
    expect(outcome.winners).toEqual(['a', 'b']);
  });

  it('given values of many decimals, when counted, then they are cut off after five (rule 48)', () => {
    // 10 papers, 1 seat more: quota 10/3 → 4; a has 7, a surplus of 3, each paper goes on at 3/7 = 0.42857
    const ballots = rankings(
      ['a', 'b', 'c'],
      [
        { ranking: [['a'], ['b']], count: 4 },
        { ranking: [['a'], ['c']], count: 3 },
        { ranking: [['c']], count: 2 },
        { ranking: [['b']], count: 1 },
      ],
    );
    const outcome = count(ballots, { ...rules['single-transferable-vote'].usual, seats: 2 }, ['a', 'b', 'c']);
    expect(stepsOf(outcome, 'surplus')).toEqual([
      {
        step: 'surplus',
        round: 1,
        option: 'a',
        surplus: '3',
        transfers: [
          { to: 'b', votes: '1.71428' },
          { to: 'c', votes: '1.28571' },
        ],
      },
    ]);
    expect(stepsOf(outcome, 'round')[1]).toMatchObject({
      tallies: [
        { option: 'c', value: '3.28571' },
        { option: 'b', value: '2.71428' },
      ],
      exhausted: '0.00001',
      needed: '4',
    });
    expect(outcome.winners).toEqual(['a', 'c']);
  });
});

describe('choosing under a budget', () => {
  it('given any votes, when counted by equal shares, then it agrees with purses kept voter by voter', () => {
    fc.assert(
      fc.property(approvalProfile, ({ of, ballots, drawn, ...money }) => {
        const rule = rules['equal-shares'].usual;
        expect(count(approving(of, ballots), rule, drawn, money).winners).toEqual(naiveAdd1(of, ballots, priced(of, money), lots(drawn)));
        const share = { n: BigInt(money.budget), d: BigInt(ballots.length) };
        expect(count(approving(of, ballots), { ...rule, completion: 'none' }, drawn, money).winners).toEqual(
          naiveShares(of, ballots, priced(of, money), share, lots(drawn)),
        );
      }),
      { numRuns: 500 },
    );
  });

  const rich = options.chain((of) =>
    fc.record({
      of: fc.constant(of),
      ballots: fc.array(fc.subarray([...of]), { minLength: 1, maxLength: 7 }),
      drawn: fc.shuffledSubarray([...of], { minLength: of.length }),
      costs: fc.array(fc.oneof(fc.integer({ min: 0, max: 2500 }), fc.constantFrom(600, 1200)), {
        minLength: of.length,
        maxLength: of.length,
      }),
      budget: fc.integer({ min: 500, max: 3000 }),
    }),
  );

  it('given any votes, when counted by equal shares, then it stops at the share at which raising by one unit stops', () => {
    fc.assert(
      fc.property(rich, ({ of, ballots, drawn, ...money }) => {
        expect(count(approving(of, ballots), rules['equal-shares'].usual, drawn, money).winners).toEqual(
          naiveAdd1(of, ballots, priced(of, money), lots(drawn)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('given any votes, when counted by equal shares, then no share that buys otherwise is skipped', () => {
    fc.assert(
      fc.property(
        rich,
        fc.integer({ min: 0, max: 1500 }),
        fc.integer({ min: 1, max: 7 }),
        fc.nat(),
        ({ of, ballots, drawn, costs }, from, unit, which) => {
          const market = new Market(
            approving(of, ballots),
            costs,
            drawn.map((option) => of.indexOf(option)),
            moneyTies,
            [],
          );
          const trace = (share: number) => {
            const purchase = market.buy({ n: BigInt(share), d: 1n }, Infinity);
            return { bought: purchase.bought, poor: purchase.account().map((step) => step.step === 'bought' && step.poor) };
          };
          const here = trace(from);
          const steps = Number(
            stepsAlike(market.supporters, costs, BigInt(from), BigInt(unit), market.buy({ n: BigInt(from), d: 1n }, Infinity)),
          );
          if (here.bought.length < market.supporters.supported.length)
            for (const step of [steps, which % (steps + 1)]) expect(trace(from + step * unit)).toEqual(here);
        },
      ),
      {
        numRuns: 2000,
        // the order of purchases turns here, which chance finds seldom
        examples: [
          [
            {
              of: [...names],
              ballots: [['a', 'e'], ['a', 'd', 'e'], ['d'], ['a', 'd', 'e'], ['a'], ['d']],
              drawn: ['a', 'e', 'c', 'b', 'd'],
              costs: [1200, 0, 0, 1200, 301],
              budget: 500,
            },
            450,
            1,
            0,
          ],
        ],
      },
    );
  });

  it('given three voters with a fortune, when counted by equal shares, then the share is found without trying every unit', () => {
    const ballots = approving(
      ['a', 'b', 'c', 'd'],
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'd'],
      ],
    );
    const outcome = count(ballots, rules['equal-shares'].usual, ['a', 'b', 'c', 'd'], {
      budget: 30_000_000_000,
      costs: [9_000_000_000, 12_000_000_001, 8_999_999_999, 10_000_000_000],
    });
    expect(outcome.winners).toEqual(['c', 'b']);
    expect(stepsOf(outcome, 'share').map(({ share, within }) => [share, within])).toEqual([
      ['14499999999', true],
      ['14500000000', false],
    ]);
  });

  it('given shares that doubles take for equal, when counted by equal shares, then they are told apart', () => {
    const close = fc.integer({ min: 0, max: 3 }).map((more) => 9_000_000_000_000 + more);
    fc.assert(
      fc.property(
        approvalProfile,
        fc.array(close, { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        ({ of, ballots, drawn }, figures, times) => {
          const money = { budget: 9_000_000_000_001 * times, costs: of.map((_, i) => figures[i % figures.length]!) };
          const share = { n: BigInt(money.budget), d: BigInt(ballots.length) };
          expect(count(approving(of, ballots), { ...rules['equal-shares'].usual, completion: 'none' }, drawn, money).winners).toEqual(
            naiveShares(of, ballots, priced(of, money), share, lots(drawn)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('given any votes, when counted by Phragmén’s rule, then it agrees with loads kept voter by voter', () => {
    fc.assert(
      fc.property(approvalProfile, ({ of, ballots, drawn, ...money }) => {
        expect(count(approving(of, ballots), rules.phragmen.usual, drawn, money).winners).toEqual(
          naivePhragmen(of, ballots, priced(of, money), of.length, lots(drawn)),
        );
        const seats = Math.min(2, of.length);
        const unit = { budget: of.length, costs: Object.fromEntries(of.map((option) => [option, 1])) };
        expect(count(approving(of, ballots), { rule: 'phragmen', seats }, drawn).winners).toEqual(
          naivePhragmen(of, ballots, unit, seats, lots(drawn)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('given an option that costs more than the budget, when counted by Phragmén, then it is left out and the count goes on', () => {
    const ballots = approvals(
      ['x', 'y', 'z'],
      [
        { approved: ['x'], count: 10 },
        { approved: ['y'], count: 5 },
      ],
    );
    const outcome = count(ballots, rules.phragmen.usual, ['x', 'y', 'z'], { budget: 100, costs: [150, 90, 200] });
    expect(outcome.winners).toEqual(['y']);
    expect(outcome.account).toEqual([
      { step: 'passed-over', option: 'x', because: 'budget', figure: '10', left: 100 },
      { step: 'due', option: 'y', cost: 90, supporters: 5, time: '18', left: 10 },
    ]);
    // what fits the whole budget, but not what is left of it, ends it as before
    const late = count(
      approvals(['x', 'y', 'z'], [{ approved: ['x'], count: 10 }, { approved: ['y'], count: 5 }, { approved: ['z'] }]),
      rules.phragmen.usual,
      ['x', 'y', 'z'],
      { budget: 100, costs: [60, 50, 40] },
    );
    expect([late.winners, late.account.at(-1)]).toEqual([['x'], { step: 'stopped', option: 'y', cost: 50, left: 40 }]);
  });

  it('given equal shares completed by Phragmén, when counted, then costs are measured against the whole budget', () => {
    // every voter has 10: a is bought for 30 of the 40 of its voters
    const ballots = approvals(['a', 'x', 'y', 'z'], [{ approved: ['a'], count: 4 }, { approved: ['x'], count: 5 }, { approved: ['y'] }]);
    const rule: Rule = { ...rules['equal-shares'].usual, completion: 'phragmen' };
    const outcome = count(ballots, rule, ['a', 'x', 'y', 'z'], { budget: 100, costs: [30, 150, 60, 999] });
    expect(outcome.winners).toEqual(['a', 'y']);
    expect(outcome.account.slice(-2)).toEqual([
      { step: 'passed-over', option: 'x', because: 'budget', figure: '5', left: 70 },
      { step: 'due', option: 'y', cost: 60, supporters: 1, time: '50', left: 10 },
    ]);
    const whole = count(ballots, rule, ['a', 'x', 'y', 'z'], { budget: 100, costs: [30, 90, 60, 999] });
    expect([whole.winners, whole.account.at(-1)]).toEqual([['a'], { step: 'stopped', option: 'x', cost: 90, left: 70 }]);
  });

  it('given any votes under a budget, when counted, then no more is spent than there is, and nothing is built that nobody wants', () => {
    fc.assert(
      fc.property(approvalProfile, fc.constantFrom(...approvalRules.slice(1)), ({ of, ballots, drawn, ...money }, rule) => {
        const { winners } = count(approving(of, ballots), rule, drawn, money);
        expect(winners.reduce((sum, option) => sum + money.costs[of.indexOf(option)]!, 0)).toBeLessThanOrEqual(money.budget);
        for (const option of winners) expect(ballots.some((approved) => approved.includes(option))).toBe(true);
      }),
    );
  });

  it('given any votes, when counted by equal shares, then no voter is overspent, and supporters pay alike', () => {
    fc.assert(
      fc.property(approvalProfile, ({ of, ballots, drawn, ...money }) => {
        const outcome = count(approving(of, ballots), rules['equal-shares'].usual, drawn, money);
        const [{ share }] = stepsOf(outcome, 'share') as [Extract<Step, { step: 'share' }>];
        const bought: string[] = [];
        let spent = 0;
        for (const { option, cost, supporters, poor, payment } of stepsOf(outcome, 'bought')) {
          bought.push(option);
          spent += cost;
          expect(spent).toBeLessThanOrEqual(
            Number(share) * ballots.filter((approved) => approved.some((one) => bought.includes(one))).length,
          );
          const [n, d = 1n] = payment.split('/').map(BigInt);
          expect(n! <= BigInt(share) * d).toBe(true);
          expect(BigInt(supporters - poor) * n! <= BigInt(cost) * d && BigInt(cost) * d <= BigInt(supporters) * n!).toBe(true);
        }
      }),
    );
  });

  it('given voters who agree on everything, when counted by equal shares, then they get what their money together pays for', () => {
    // 3 of 10 voters want only a and b; their part of the budget of 100 is 30
    const ballots = approvals(
      ['a', 'b', 'x', 'y'],
      [
        { approved: ['a', 'b'], count: 3 },
        { approved: ['x', 'y'], count: 7 },
      ],
    );
    const { winners } = count(ballots, rules['equal-shares'].usual, ['a', 'b', 'x', 'y'], { budget: 100, costs: [15, 15, 35, 60] });
    expect(winners).toEqual(['x', 'a', 'b']);
    expect(count(ballots, rules.greedy.usual, ['a', 'b', 'x', 'y'], { budget: 100, costs: [15, 15, 35, 60] }).winners).toEqual(['x', 'y']);
  });

  it('given an option that does not fit, when counted greedily, then it is skipped, or the count stops there if so declared', () => {
    const ballots = approvals(
      ['a', 'b', 'c', 'd'],
      [
        { approved: ['a'], count: 5 },
        { approved: ['b'], count: 4 },
        { approved: ['c'], count: 3 },
      ],
    );
    const by = (rule: Partial<Rule>) =>
      count(ballots, { ...rules.greedy.usual, ...rule } as Rule, ['a', 'b', 'c', 'd'], { budget: 10, costs: [6, 6, 4, 0] });
    expect(by({}).winners).toEqual(['a', 'c']);
    expect(by({ overBudget: 'stop' }).winners).toEqual(['a']);
    expect(by({ minScore: 4 }).winners).toEqual(['a']);
    expect(by({ minScore: 0 }).winners).toEqual(['a', 'c', 'd']);
    expect(stepsOf(by({}), 'passed-over').map(({ option, because }) => [option, because])).toEqual([
      ['b', 'budget'],
      ['d', 'threshold'],
    ]);
  });

  it('given ties, when counted greedily, then each is told: by lower cost or by lot, and none without a score', () => {
    const ballots = approvals(['a', 'b', 'c', 'd', 'e'], [{ approved: ['a', 'b', 'c'], count: 3 }, { approved: ['d'] }]);
    const { account, winners } = count(ballots, rules.greedy.usual, ['c', 'b', 'a', 'd', 'e'], { budget: 100, costs: [9, 5, 5, 1, 1] });
    expect(winners).toEqual(['c', 'b', 'a', 'd']);
    expect(
      account
        .slice(1)
        .map((step) =>
          step.step === 'tie' ? [step.options.join(''), step.by, step.chosen] : [step.step, (step as { option: string }).option],
        ),
    ).toEqual([
      ['cb', 'lot', 'c'],
      ['selected', 'c'],
      ['ba', 'cost', 'b'],
      ['selected', 'b'],
      ['selected', 'a'],
      ['selected', 'd'],
      ['passed-over', 'e'],
    ]);
  });

  it('given ties for seats, when they are filled, then every tie decided by lot has a step', () => {
    const ballots = approvals(
      ['a', 'b', 'c', 'd', 'e'],
      [
        { approved: ['a', 'b'], count: 3 },
        { approved: ['c', 'd', 'e'], count: 2 },
      ],
    );
    const outcome = count(ballots, { rule: 'approval', seats: 4 }, ['e', 'd', 'c', 'b', 'a']);
    expect(outcome.winners).toEqual(['b', 'a', 'e', 'd']);
    expect(stepsOf(outcome, 'tie')).toEqual([
      { step: 'tie', options: ['b', 'a'], by: 'lot', chosen: 'b' },
      { step: 'tie', options: ['e', 'd', 'c'], by: 'lot', chosen: 'e' },
      { step: 'tie', options: ['d', 'c'], by: 'lot', chosen: 'd' },
    ]);
    expect(
      stepsOf(count(ballots, { rule: 'approval', seats: 5 }, ['e', 'd', 'c', 'b', 'a']), 'tie').map(({ options }) => options.join('')),
    ).toEqual(['ba', 'edc', 'dc']);
    expect(
      stepsOf(count(ballots, { rule: 'approval', seats: 1 }, ['e', 'd', 'c', 'b', 'a']), 'tie').map(({ options }) => options.join('')),
    ).toEqual(['ba']);
  });

  it('given an approval count, when a winner gets one ballot more, then it keeps its seat', () => {
    fc.assert(
      fc.property(approvalProfile, ({ of, ballots, drawn }) => {
        const [winner] = count(approving(of, ballots), rules.approval.usual, drawn).winners;
        expect(count(approving(of, [...ballots, [winner!]]), rules.approval.usual, drawn).winners).toEqual([winner]);
      }),
    );
  });

  it('given bundled ballots, when they are counted, then all are added up', () => {
    expect(numberOfBallots(approvals(['a'], [{ approved: [] }, { approved: ['a'], count: 4 }]))).toBe(5);
    const points = pointBallots(
      ['a', 'b'],
      [
        {
          points: [
            ['a', 3],
            ['b', -1],
          ],
          count: 2,
        },
        { points: [['b', 9]] },
      ],
    );
    expect(count(points, rules.points.usual, ['a', 'b'])).toMatchObject({ winners: ['b'], order: [['b'], ['a']] });
    expect(count(points, { rule: 'approval', seats: 1 }, ['a', 'b']).winners).toEqual(['a']);
  });
});
