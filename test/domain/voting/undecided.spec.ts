import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { approvals, rankings, type Ranking } from '../../../src/domain/voting/ballots.js';
import { count, rules, type Rule } from '../../../src/domain/voting/rules.js';
import { countWithoutLot } from '../../../src/domain/voting/undecided.js';
import { inWords } from '../../../src/domain/voting/words.js';

const names = ['a', 'b', 'c', 'd'];
const ranked = (...ballots: readonly Ranking[]) =>
  rankings(
    names,
    ballots.map((ranking) => ({ ranking })),
  );
const strict = (...ballots: readonly string[]) => ranked(...ballots.map((ballot) => [...ballot].map((option) => [option])));
const orders = (of: readonly string[]): string[][] =>
  of.length === 0 ? [[]] : of.flatMap((first) => orders(of.filter((one) => one !== first)).map((rest) => [first, ...rest]));

/** Who is chosen in every order of the draw, and who only in some. */
function inEveryOrder(counted: (drawn: readonly string[]) => readonly string[]) {
  const winners = orders(names).map((drawn) => new Set(counted(drawn)));
  return {
    winners: names.filter((option) => winners.every((won) => won.has(option))),
    undecided: names.filter((option) => winners.some((won) => won.has(option)) && !winners.every((won) => won.has(option))),
  };
}

describe('counting without a lot', () => {
  const instantRunoff = rules['instant-runoff'].usual;
  const rankingRules: Rule[] = [
    { ...rules.borda.usual, seats: 2 },
    { ...rules.schulze.usual, seats: 2 },
    instantRunoff,
    { ...instantRunoff, ties: 'lot' },
    { ...instantRunoff, elimination: 'batch', until: 'two-left' },
    { ...rules['single-transferable-vote'].usual, seats: 2 },
  ];
  const ballot = fc.shuffledSubarray(names, { minLength: 1 }).map((chosen) => chosen.map((option) => [option]));

  it('given any rankings, when counted, then those are chosen who are chosen in every order of the draw', () => {
    fc.assert(
      fc.property(fc.array(ballot, { minLength: 1, maxLength: 6 }), fc.constantFrom(...rankingRules), (ballots, rule) => {
        const { winners, undecided = [] } = countWithoutLot(ranked(...ballots), rule, null);
        expect({ winners: [...winners].sort(), undecided: [...undecided].sort() }).toEqual(
          inEveryOrder((drawn) => count(ranked(...ballots), rule, drawn).winners),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('given any approvals, when counted, then those are chosen who are chosen in every order of the draw', () => {
    const approvalRules: Rule[] = [
      { rule: 'approval', seats: 2 },
      { rule: 'phragmen', seats: 2 },
      rules.greedy.usual,
      { ...rules.greedy.usual, overBudget: 'stop' },
      ...(['none', 'add1', 'phragmen', 'votes'] as const).map((completion): Rule => ({ ...rules['equal-shares'].usual, completion })),
    ];
    const cost = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.subarray(names), { minLength: 1, maxLength: 5 }).filter((ballots) => ballots.flat().length > 0),
        fc.tuple(cost, cost, cost, cost),
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom([], ['votes'], ['cost', 'votes'] as const),
        fc.constantFrom(...approvalRules),
        (papers, costs, budget, ties, rule) => {
          const ballots = approvals(
            names,
            papers.map((approved) => ({ approved })),
          );
          const money = rule.rule === 'phragmen' ? null : { budget, costs };
          const given = ties as readonly ('cost' | 'votes')[];
          const { winners, undecided = [] } = countWithoutLot(ballots, rule, money, given);
          expect({ winners: [...winners].sort(), undecided: [...undecided].sort() }).toEqual(
            inEveryOrder((drawn) => count(ballots, rule, drawn, money, given).winners),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('given ties of shares that were raised, when counted, then nobody is certain who is not chosen in every order', () => {
    const ballots = approvals(
      names,
      Array.from({ length: 2 }, () => ({ approved: names })),
    );
    const rule: Rule = { ...rules['equal-shares'].usual, completion: 'add1' };
    const { winners, undecided } = countWithoutLot(ballots, rule, { budget: 7, costs: [1, 3, 2, 4] }, []);
    expect({ winners, undecided }).toEqual({ winners: [], undecided: names });
  });

  it('given a lower cost that decides first, when the lot decides the rest, then the tie names only those between which it decides', () => {
    const ballots = approvals(names, [{ approved: ['a', 'b', 'c'] }]);
    const { account } = count(ballots, rules.greedy.usual, names, { budget: 4, costs: [4, 2, 2, 3] }, ['cost']);
    expect(account.filter(({ step }) => step === 'tie')).toEqual([
      { step: 'tie', options: ['b', 'c'], by: 'lot', chosen: 'b' },
      { step: 'tie', options: ['c', 'a'], by: 'cost', chosen: 'c' },
    ]);
  });

  it('given a tie for the last seat, when counted, then it is told, and nobody is chosen by the order of the list', () => {
    const { winners, undecided, account } = countWithoutLot(
      strict('a', 'a', 'b', 'c'),
      { rule: 'borda', seats: 2, unranked: 'zero' },
      null,
    );
    expect({ winners, undecided, last: account.at(-1) }).toEqual({
      winners: ['a'],
      undecided: ['b', 'c'],
      last: { step: 'undecided', options: ['b', 'c'] },
    });
    expect(inWords(account.at(-1)!, 'en')).toBe('b, c are tied, and nothing that was declared decides between them.');
    expect(inWords(account.at(-1)!, 'zh')).toBe('b、c 相同，已声明的办法分不出先后，结果未定。');
  });

  it('given a tie that does not change who is chosen, when counted, then the result is decided, and the account says so', () => {
    const { winners, undecided, account } = countWithoutLot(strict('a', 'a', 'a', 'b', 'c'), { ...instantRunoff, until: 'two-left' }, null);
    expect({ winners, undecided }).toEqual({ winners: ['a'], undecided: [] });
    const tie = account.find(({ step }) => step === 'tie')!;
    expect(inWords(tie, 'en')).toBe('b, c are tied: c is eliminated by any order, because the result is the same.');
  });

  it('given more ways to break ties than can be tried, when it is not shown that they do not matter, then the tie is told', () => {
    const many = Array.from({ length: 8 }, (_, i) => `o${i}`);
    const ballots = approvals(
      many,
      many.map((option) => ({ approved: [option] })),
    );
    const { winners, undecided } = countWithoutLot(ballots, { rule: 'phragmen', seats: 4 }, null);
    expect({ winners, undecided }).toEqual({ winners: [], undecided: many });
  });
});
