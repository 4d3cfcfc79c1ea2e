import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pointBallots, rankings, type Ranking } from '../../../src/domain/voting/ballots.js';
import { drawOrder } from '../../../src/domain/voting/draw.js';
import type { Outcome } from '../../../src/domain/voting/outcome.js';
import { count, rules, type Rule } from '../../../src/domain/voting/rules.js';
import { whyBallot } from '../../../src/domain/voting/why.js';
import { inWords } from '../../../src/domain/voting/words.js';
import { belenios } from './elections.js';
import { naiveBottomsUp, naiveJudgment, naiveMeek, naiveRunoff, naiveSequential, naiveStv } from './naive.js';

const names = ['a', 'b', 'c', 'd', 'e'];
/** Rankings of some options, with equals and ranks left out. The first place names one. */
const ranking = fc
  .tuple(fc.shuffledSubarray(names, { minLength: 1 }), fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 5, maxLength: 5 }))
  .map(([chosen, joins]): Ranking => {
    const tiers: string[][] = [];
    chosen.forEach((option, i) => {
      if (i > 0 && joins[i] === 0) tiers.push([], [option]);
      else if (i > 0 && joins[i] === 1) tiers.at(-1)!.push(option);
      else tiers.push([option]);
    });
    return tiers;
  });
const profile = fc.record({
  ballots: fc.array(ranking, { minLength: 1, maxLength: 12 }).filter((ballots) => ballots.some(([first]) => first!.length === 1)),
  drawn: fc.shuffledSubarray(names, { minLength: names.length }),
  seats: fc.integer({ min: 1, max: 4 }),
});
const ranked = (ballots: readonly Ranking[]) =>
  rankings(
    names,
    ballots.map((one) => ({ ranking: one })),
  );
const lots = (drawn: readonly string[]) => Object.fromEntries(drawn.map((option, place) => [option, place]));
const sorted = (ids: readonly string[]) => [...ids].sort();
const strict = (...lines: readonly (readonly [count: number, ballot: string])[]) =>
  rankings(
    names,
    lines.map(([times, ballot]) => ({ count: times, ranking: [...ballot].map((option) => [option]) })),
  );
const told = ({ account }: Outcome, language: 'en' | 'zh') => account.map((step) => inWords(step, language));

describe('rules for several seats', () => {
  it('given any ballots, when counted seat by seat, then it agrees with instant runoffs without the earlier winners', () => {
    fc.assert(
      fc.property(profile, fc.constantFrom('skip', 'exhaust', 'exhaust-if-multiple'), ({ ballots, drawn, seats }, how) => {
        const overvote = how;
        const { winners } = count(ranked(ballots), { ...rules['sequential-runoff'].usual, overvote, seats }, drawn);
        expect(winners).toEqual(naiveSequential(names, ballots, seats, { overvote, skippedRanks: 1 }, lots(drawn)));
        const one = count(ranked(ballots), { ...rules['instant-runoff'].usual, overvote, skippedRanks: null }, drawn);
        expect(one.winners).toEqual([naiveRunoff(names, ballots, { overvote, skippedRanks: null }, lots(drawn))]);
      }),
      { numRuns: 300 },
    );
  });

  it('given any ballots, when counted from the bottom up, then the last ones left win, in batches or one by one', () => {
    fc.assert(
      fc.property(profile, fc.constantFrom('skip', 'exhaust', 'exhaust-if-multiple'), ({ ballots, drawn, seats }, how) => {
        const overvote = how;
        const rule: Rule = { ...rules['bottoms-up-runoff'].usual, overvote, seats };
        const expected = naiveBottomsUp(names, ballots, seats, { overvote, skippedRanks: 1 }, lots(drawn));
        expect(sorted(count(ranked(ballots), rule, drawn).winners)).toEqual(sorted(expected));
        const byLot: Rule = { ...rule, ties: 'lot' };
        expect(sorted(count(ranked(ballots), { ...byLot, elimination: 'batch' }, drawn).winners)).toEqual(
          sorted(count(ranked(ballots), byLot, drawn).winners),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('given any ballots, when counted by WIGM with some decimals, then it agrees with a count paper by paper', () => {
    fc.assert(
      fc.property(profile, fc.integer({ min: 0, max: 6 }), ({ ballots, drawn, seats }, decimals) => {
        const one = 10 ** decimals;
        expect(count(ranked(ballots), { ...rules.wigm.usual, seats, decimals }, drawn).winners).toEqual(
          naiveStv(names, ballots, seats, lots(drawn), one, (valid) => Math.floor((valid * one) / (seats + 1)) + 1),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('given any ballots, when counted by Meek, then it agrees with a count voter by voter', () => {
    fc.assert(
      fc.property(profile, ({ ballots, drawn, seats }) => {
        const { winners } = count(ranked(ballots), { ...rules.meek.usual, seats }, drawn);
        expect(sorted(winners)).toEqual(sorted(naiveMeek(names, ballots, seats, lots(drawn))));
      }),
      { numRuns: 300 },
    );
  });

  it('given a group with enough ballots for its options, when counted by Meek, WIGM or the Scottish rules, then they all win', () => {
    const solid = fc.record({
      inside: fc.array(fc.shuffledSubarray(['a', 'b'], { minLength: 2 }), { minLength: 7, maxLength: 10 }),
      outside: fc.array(fc.shuffledSubarray(['c', 'd', 'e'], { minLength: 3 }), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(solid, ({ inside, outside }) => {
        const ballots = ranked([...inside, ...outside].map((ballot) => ballot.map((option) => [option])));
        for (const name of ['meek', 'wigm', 'single-transferable-vote'] as const)
          expect(count(ballots, { ...rules[name].usual, seats: 3 }, names).winners).toEqual(expect.arrayContaining(['a', 'b']));
      }),
    );
  });

  it('given a majority, when counted seat by seat, then it wins all seats, and the account says so', () => {
    const outcome = count(strict([5, 'ab'], [4, 'cd']), { ...rules['sequential-runoff'].usual, seats: 2 }, names);
    expect(outcome.winners).toEqual(['a', 'b']);
    expect(told(outcome, 'en')[3]).toBe('Seat 2: a, already elected, is struck from all ballots.');
    expect(told(outcome, 'zh')[3]).toBe('第 2 个名额：先从所有选票中划去已当选的 a。');
    expect(whyBallot(strict([1, 'ab']), rules['sequential-runoff'].usual, outcome)).toEqual([
      { reason: 'held', from: 1, to: 1, option: 'a', value: '1' },
      { reason: 'held', from: 2, to: 2, option: 'b', value: '1' },
    ]);
  });

  it('given fewer options with votes than seats, when counted seat by seat, then the others stay empty', () => {
    const { winners } = count(strict([2, 'a'], [1, 'b']), { ...rules['sequential-runoff'].usual, seats: 4 }, names);
    expect(winners).toEqual(['a', 'b']);
  });

  it('given a surplus, when counted by Meek, then the account tells what the elected keep, and each ballot what it gave', () => {
    const ballots = strict([6, 'ab'], [2, 'c'], [1, 'd']);
    const rule: Rule = { ...rules.meek.usual, seats: 2 };
    const outcome = count(ballots, rule, names);
    expect(outcome.winners).toEqual(['a', 'b']);
    expect(told(outcome, 'en').slice(0, 5)).toEqual([
      'Round 1: a 6, c 2, d 1, b 0, e 0; exhausted 0; needed 3.000000001.',
      'Round 1 elects a with 6 (the quota is reached).',
      'Redistributed for round 2: b +2.999999994, a −2.999999994; exhausted +0.',
      'Round 2: a 3.000000006, b 2.999999994, c 2, d 1, e 0; exhausted 0; needed 3.000000001.',
      'In round 2 the elected keep this part of every vote that reaches them: a 0.500000001.',
    ]);
    expect(told(outcome, 'zh')[4]).toBe('第 2 轮，已当选者从经过的每一票中保留：a 0.500000001。');
    const parts = whyBallot(strict([1, 'ab']), rule, outcome);
    expect(parts[0]).toMatchObject({ reason: 'held', option: 'a' });
  });
});

describe('places with several options', () => {
  it('given a place in which one option continues, when several would end the ballot, then it counts for that one', () => {
    const ballots = rankings(names, [
      { ranking: [['e'], ['a', 'b']], count: 2 },
      { ranking: [['b']], count: 3 },
      { ranking: [['c']], count: 4 },
    ]);
    const last = (overvote: 'skip' | 'exhaust' | 'exhaust-if-multiple') => {
      const { account } = count(ballots, { ...rules['instant-runoff'].usual, overvote, until: 'two-left' }, names);
      const round = account.findLast((step) => step.step === 'round');
      return Object.fromEntries(round!.tallies.map(({ option, value }) => [option, value]));
    };
    expect(last('skip')).toEqual({ b: '3', c: '4' });
    expect(last('exhaust')).toEqual({ b: '3', c: '4' });
    // a is eliminated before e, so b is the only one left in the second place
    expect(last('exhaust-if-multiple')).toEqual({ b: '5', c: '4' });
  });
});

describe('majority judgment', () => {
  const graded = (of: readonly string[], marks: readonly (readonly number[])[]) =>
    pointBallots(
      of,
      marks.map((grades) => ({ points: of.map((option, i) => [option, grades[i]!] as const) })),
    );

  it('given 300 elections, when counted, then the orders are those of belenios-tool', () => {
    const elections = belenios('majority-judgment.json');
    expect(elections.length).toBe(300);
    // of two grades in the middle belenios-tool takes the better, we the worse: so the order is that of the grades turned round
    for (const { options, marks, order } of elections) {
      const outcome = count(graded(options, marks), rules['majority-judgment'].usual, drawOrder('any', options));
      expect([...outcome.order].reverse().map(sorted)).toEqual(order);
    }
  });

  it('given any grades, when counted, then the order is that of removing medians one by one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 12 }),
        (marks) => {
          fc.pre(marks.flat().some((grade) => grade > 0));
          const of = ['a', 'b', 'c'];
          const { order } = count(graded(of, marks), rules['majority-judgment'].usual, of);
          const place = (option: string) => order.findIndex((tier) => tier.includes(option));
          const gradesOf = (option: number) => marks.map((ballot) => ballot[option]!);
          for (const i of [0, 1, 2])
            for (const j of [0, 1, 2])
              expect(Math.sign(place(of[j]!) - place(of[i]!))).toBe(Math.sign(naiveJudgment(gradesOf(i), gradesOf(j))));
        },
      ),
    );
  });

  it('given a very large electorate with equal medians, when counted, then it is exact, and the account says what differs', () => {
    const of = ['a', 'b'];
    const half = 2 ** 50;
    const ballots = pointBallots(
      of,
      (
        [
          [2, 2, 2 * half],
          [1, 1, half],
          [3, 0, 1],
        ] as const
      ).map(([a, b, times]) => ({
        points: [
          ['a', a],
          ['b', b],
        ],
        count: times,
      })),
    );
    const outcome = count(ballots, rules['majority-judgment'].usual, of);
    expect(outcome.winners).toEqual(['a']);
    expect(outcome.account[1]).toMatchObject({ step: 'same-median', options: ['a', 'b'] });
    const small = count(
      graded(of, [
        [3, 3],
        [3, 2],
        [2, 3],
        [1, 1],
        [3, 2],
      ]),
      rules['majority-judgment'].usual,
      of,
    );
    expect(told(small, 'en')).toEqual(['Median grades: a 3, b 2.']);
    const close = count(
      graded(of, [
        [2, 2],
        [2, 2],
        [3, 2],
      ]),
      rules['majority-judgment'].usual,
      of,
    );
    expect(told(close, 'en').at(-1)).toBe(
      'a and b have the same median grade. With 2 of the median grades of each removed, a has 3 and b 2, so a ranks higher.',
    );
    expect(told(close, 'zh').at(-1)).toBe('a 与 b 中位评级相同；各去掉 2 个中位评级后，a 为 3，b 为 2，故 a 在前。');
  });
});
