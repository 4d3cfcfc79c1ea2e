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
function inEveryOrder(counted: (drawn: readonly string[]) => readonly string[], of: readonly string[] = names) {
  const winners = orders(of).map((drawn) => new Set(counted(drawn)));
  return {
    winners: of.filter((option) => winners.every((won) => won.has(option))),
    undecided: of.filter((option) => winners.some((won) => won.has(option)) && !winners.every((won) => won.has(option))),
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

  const inRounds = (seats: number): Rule[] => [
    { ...rules['sequential-runoff'].usual, seats },
    { ...rules['bottoms-up-runoff'].usual, seats },
    { ...rules['single-transferable-vote'].usual, seats },
    { ...rules.wigm.usual, seats },
    { ...rules.meek.usual, seats },
    { ...instantRunoff, until: 'two-left' },
  ];
  const five = [...names, 'e'];

  it('given options without a vote, when counted in rounds, then those are chosen who are chosen in every order of the draw', () => {
    const some = fc
      .uniqueArray(fc.constantFrom(...five), { minLength: 1, maxLength: 3 })
      .chain((voted) => fc.array(fc.shuffledSubarray(voted, { minLength: 1 }), { minLength: 1, maxLength: 6 }));
    fc.assert(
      fc.property(
        some,
        fc.integer({ min: 1, max: 4 }).chain((seats) => fc.constantFrom(...inRounds(seats))),
        (papers, rule) => {
          const ballots = rankings(
            five,
            papers.map((paper) => ({ ranking: paper.map((option) => [option]) })),
          );
          const { winners, undecided = [] } = countWithoutLot(ballots, rule, null);
          expect({ winners: [...winners].sort(), undecided: [...undecided].sort() }).toEqual(
            inEveryOrder((drawn) => count(ballots, rule, drawn, null).winners, five),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each(inRounds(2).map((rule) => [rule.rule, rule] as const))(
    'given thirty options without a vote, when counted by %s, then their order does not matter',
    (_, rule) => {
      const many = [...names, ...Array.from({ length: 30 }, (__, i) => `o${i}`)];
      const papers = ['a', 'a', 'b', 'b', 'ca', 'da'].map((paper) => ({ ranking: [...paper].map((option) => [option]) }));
      const { winners, undecided, account } = countWithoutLot(rankings(many, papers), rule, null);
      expect([winners.length, undecided]).toEqual([rule.rule === 'instant-runoff' ? 1 : 2, []]);
      expect(account.some((step) => step.step === 'tie' && step.by === 'any' && step.options.length === 30)).toBe(true);
    },
  );

  it('given options that are tied again for a further seat, when counted, then a tie that did not matter before may matter then', () => {
    const papers = [
      { ranking: [['e'], ['d'], ['c'], ['b']], count: 2 },
      { ranking: [['b'], ['c'], ['d']], count: 2 },
    ];
    const { winners, undecided } = countWithoutLot(rankings(five, papers), { ...rules['sequential-runoff'].usual, seats: 3 }, null);
    expect({ winners, undecided }).toEqual({ winners: [], undecided: ['b', 'c', 'd', 'e'] });
  });

  it('given a seat that one of those without a vote gets, when counted, then it is told as a tie', () => {
    const { winners, undecided } = countWithoutLot(strict('a', 'a', 'b'), { ...rules.meek.usual, seats: 3 }, null);
    expect({ winners, undecided }).toEqual({ winners: ['a', 'b'], undecided: ['c', 'd'] });
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

  it('given an earlier round that separates some, when the lot decides the rest, then the tie names only those between which it decides', () => {
    const papers = [
      { ranking: [['e'], ['b']], count: 2 },
      { ranking: [['e'], ['c'], ['b']], count: 2 },
      { ranking: [['a'], ['e'], ['b'], ['c']] },
    ];
    const { winners, undecided } = countWithoutLot(rankings(five, papers), { ...rules['single-transferable-vote'].usual, seats: 2 }, null);
    expect({ winners, undecided }).toEqual({ winners: ['e'], undecided: ['a', 'b'] });
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

  const alike = (length: number) => {
    const many = Array.from({ length }, (_, i) => `o${i}`);
    return approvals(
      many,
      many.map((option) => ({ approved: [option] })),
    );
  };

  it('given a small election with thousands of ways to break ties, when counted, then all are tried', () => {
    const { winners, undecided, account } = countWithoutLot(alike(8), { rule: 'phragmen', seats: 4 }, null);
    expect({ winners, undecided, account }).toEqual({
      winners: [],
      undecided: alike(8).options,
      account: [{ step: 'undecided', options: alike(8).options }],
    });
  });

  it('given more ways to break ties than can be tried, when counted, then the account says so, and nobody is certain before the tie', () => {
    const { options } = alike(12);
    const { winners, undecided, account } = countWithoutLot(alike(12), { rule: 'phragmen', seats: 6 }, null);
    expect({ winners, undecided }).toEqual({ winners: [], undecided: options });
    const last = account.at(-1)!;
    expect(last).toEqual({ step: 'undecided', options, tried: 1_157 });
    expect(inWords({ step: 'undecided', options: ['a', 'b'], tried: 100 }, 'en')).toBe(
      'a, b are tied, and nothing that was declared decides between them. Not all ways to break the ties were tried (100 counts), so ' +
        'others may be chosen too.',
    );
    expect(inWords({ step: 'undecided', options: ['a', 'b'], tried: 100 }, 'zh')).toBe(
      'a、b 相同，已声明的办法分不出先后，结果未定。并列的各种可能没有试完（已试 100 次），其他选项也可能入选。',
    );
  });

  it('given shares that are raised, when not all ways can be tried, then nobody is certain, whatever the last purchases were', () => {
    const many = Array.from({ length: 12 }, (_, i) => `o${i}`);
    const ballots = approvals(
      ['first', ...many],
      [...Array.from({ length: 9 }, () => ({ approved: ['first'] })), ...many.map((option) => ({ approved: [option] }))],
    );
    const rule: Rule = { ...rules['equal-shares'].usual, completion: 'add1' };
    const { winners, account } = countWithoutLot(ballots, rule, { budget: 42, costs: [18, ...many.map(() => 4)] }, []);
    expect({ winners, steps: account.map(({ step }) => step) }).toEqual({ winners: [], steps: ['undecided'] });
  });
});
