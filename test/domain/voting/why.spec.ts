import { describe, expect, it } from '@jest/globals';
import { approvals, pointBallots, rankings } from '../../../src/domain/voting/ballots.js';
import { nobodyVoted, type Outcome, type Step } from '../../../src/domain/voting/outcome.js';
import { count, rules } from '../../../src/domain/voting/rules.js';
import { whyBallot, whyOption } from '../../../src/domain/voting/why.js';

describe('why an option was chosen or not', () => {
  const account: readonly Step[] = [
    {
      step: 'scores',
      of: 'votes',
      figures: [
        { option: 'a', value: '2' },
        { option: 'b', value: '1' },
      ],
    },
    { step: 'round', round: 1, tallies: [{ option: 'b', value: '1' }], exhausted: '0', needed: '1/2' },
    {
      step: 'eliminated',
      round: 1,
      options: ['c'],
      transfers: [
        { to: 'a', votes: '1' },
        { to: null, votes: '1' },
      ],
    },
    { step: 'surplus', round: 2, option: 'b', surplus: '1', transfers: [{ to: 'a', votes: '1' }] },
    { step: 'tie', options: ['b', 'c'], by: 'lot', chosen: 'b' },
    { step: 'elected', round: 2, option: 'a', because: 'quota', figure: '2' },
  ];
  const outcome: Outcome = { winners: [], order: [], account };
  const steps = (option: string) => whyOption(outcome, option).map(({ step }) => step);

  it('given an account, when asked about an option, then it has the steps that name it, and those that pass votes on to it', () => {
    expect(steps('a')).toEqual(['scores', 'eliminated', 'elected']);
    expect(steps('b')).toEqual(['scores', 'round', 'surplus', 'tie']);
    expect(steps('c')).toEqual(['eliminated', 'tie']);
    expect(steps('d')).toEqual([]);
  });
  it('given no ballots, when asked about an option, then it says so', () => {
    expect(whyOption(nobodyVoted(['a', 'b']), 'b')).toEqual([{ step: 'no-ballots' }]);
  });
});

describe('what a ballot did', () => {
  const options = ['a', 'b', 'c'];
  const one = (...ranking: string[][]) => rankings(options, [{ ranking }]);

  it('given a ranking, when places are worth points, then it gave points for the first places', () => {
    const ballot = one(['c'], ['a']);
    const money = { budget: 5, costs: [5, 5, 5] };
    const reasons = (places: number | null) => {
      const rule = { ...rules.greedy.usual, places };
      return whyBallot(ballot, rule, count(ballot, rule, options, money));
    };
    expect(reasons(1)).toEqual([{ reason: 'gave', option: 'c', value: '1', won: true }]);
    expect(reasons(null)).toEqual([
      { reason: 'gave', option: 'a', value: '2', won: false },
      { reason: 'gave', option: 'c', value: '3', won: true },
    ]);
  });
  it('given a ranking, when Borda gives nothing to the unranked, then only ranked options got points', () => {
    const ballot = one(['b']);
    const rule = { ...rules.borda.usual, unranked: 'zero' } as const;
    expect(whyBallot(ballot, rule, count(ballot, rule, options))).toEqual([{ reason: 'gave', option: 'b', value: '2', won: true }]);
    expect(whyBallot(ballot, rules.borda.usual, count(ballot, rules.borda.usual, options))).toEqual([
      { reason: 'gave', option: 'a', value: '1/2', won: false },
      { reason: 'gave', option: 'b', value: '2', won: true },
      { reason: 'gave', option: 'c', value: '1/2', won: false },
    ]);
  });
  it('given a ranking, when counted by Schulze, then its options are named in its own order, equals in that of the list', () => {
    const reasons = (...ranking: string[][]) =>
      whyBallot(one(...ranking), rules.schulze.usual, { winners: ['b'], order: [], account: [] }).map(
        (reason) => reason.reason === 'ranked' && [reason.option, reason.place, reason.above, reason.won],
      );
    expect(reasons(['c'], ['b'], ['a'])).toEqual([
      ['c', 1, 2, false],
      ['b', 2, 1, true],
    ]);
    expect(reasons(['c', 'b'], ['a'])).toEqual([
      ['b', 1, 1, true],
      ['c', 1, 1, false],
    ]);
  });

  it('given points, when they are counted as approvals, then each gave one vote; by a rule of points, then the points', () => {
    const ballot = pointBallots(options, [
      {
        points: [
          ['a', 3],
          ['c', 1],
        ],
      },
    ]);
    const money = { budget: 6, costs: [5, 5, 1] };
    const given = (rule: (typeof rules)['approval' | 'points' | 'greedy']['usual']) =>
      whyBallot(ballot, rule, count(ballot, rule, options, money)).map(
        (reason) => reason.reason === 'gave' && [reason.option, reason.value],
      );
    expect(given(rules.approval.usual)).toEqual([
      ['a', '1'],
      ['c', '1'],
    ]);
    for (const rule of [rules.points.usual, rules.greedy.usual])
      expect(given(rule)).toEqual([
        ['a', '3'],
        ['c', '1'],
      ]);
    const rule = { ...rules['equal-shares'].usual, completion: 'none' } as const;
    expect(whyBallot(ballot, rule, count(ballot, rule, options, money))).toEqual([
      { reason: 'paid', option: 'c', amount: '1', left: '5' },
      { reason: 'paid', option: 'a', amount: '5', left: '0' },
    ]);
  });

  it('given shares that are raised, when asked why, then the first share is what the voter had', () => {
    const profile = [{ approved: ['a', 'b'] }, { approved: ['a'] }, { approved: ['c'] }];
    const rule = rules['equal-shares'].usual;
    const outcome = count(approvals(options, profile), rule, options, { budget: 31, costs: [13, 4, 20] });
    // shares of 19 buy a and b; with 20, c would exceed the budget
    expect(outcome.account.filter(({ step }) => step === 'share').length).toBe(2);
    expect(whyBallot(approvals(options, [profile[0]!]), rule, outcome)).toEqual([
      { reason: 'paid', option: 'a', amount: '13/2', left: '25/2' },
      { reason: 'paid', option: 'b', amount: '4', left: '17/2' },
    ]);
  });

  it('given payments in fractions, when asked why, then what is left is exact', () => {
    const profile = [
      { approved: ['a', 'b'], count: 3 },
      { approved: ['a'], count: 4 },
      { approved: ['b'], count: 2 },
    ];
    const rule = { ...rules['equal-shares'].usual, completion: 'none' } as const;
    const outcome = count(approvals(options, profile), rule, options, { budget: 100, costs: [10, 11, 90] });
    expect(whyBallot(approvals(options, [{ approved: ['a', 'b'] }]), rule, outcome)).toEqual([
      { reason: 'paid', option: 'a', amount: '10/7', left: '610/63' },
      { reason: 'paid', option: 'b', amount: '11/5', left: '2357/315' },
    ]);
  });

  it('given a paper that is passed on more than once, when asked why, then it says at which value it counted in which rounds', () => {
    const list = ['x', 'y', 'z', 'w', 'v'];
    const lines: (readonly [number, ...string[]])[] = [
      [18, 'x', 'y', 'z', 'w'],
      [10, 'y'],
      [1, 'y', 'w'],
      [6, 'z', 'v'],
      [6, 'w'],
      [5, 'v'],
    ];
    const profile = lines.map(([times, ...ranking]) => ({ count: times, ranking: ranking.map((option) => [option]) }));
    const rule = { ...rules['single-transferable-vote'].usual, seats: 4 };
    const outcome = count(rankings(list, profile), rule, list);
    const why = (...ranking: string[]) =>
      whyBallot(rankings(list, [{ ranking: ranking.map((option) => [option]) }]), rule, outcome).map(
        (reason) => reason.reason === 'held' && [reason.from, reason.to, reason.option, reason.value],
      );
    // x and y are elected at once, so x's papers go to z, at 8/18; z is elected, and passes them on at 3.99992/13.99992 of that
    expect(why('x', 'y', 'z', 'w')).toEqual([
      [1, 1, 'x', '1'],
      [2, 2, 'z', '0.44444'],
      [3, 4, 'w', '0.12698'],
    ]);
    expect(why('y', 'w')).toEqual([
      [1, 3, 'y', '1'],
      [4, 4, 'w', '0.0909'],
    ]);
    expect(why('y')).toEqual([
      [1, 3, 'y', '1'],
      [4, 4, null, '0.0909'],
    ]);
    expect(why('v')).toEqual([[1, 4, 'v', '1']]);
  });
});
