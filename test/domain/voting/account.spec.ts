import { describe, expect, it } from '@jest/globals';
import { approvals, pointBallots, rankings } from '../../../src/domain/voting/ballots.js';
import { count, rules, type Rule } from '../../../src/domain/voting/rules.js';
import { decideByThreshold } from '../../../src/domain/voting/threshold.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';
import { whyBallot, whyOption } from '../../../src/domain/voting/why.js';
import { comparisonInWords, decisionInWords, inWords, moneyIn, reasonInWords, yuan } from '../../../src/domain/voting/words.js';
import { tallyVotes } from '../../support/tally.js';

const names: Record<string, string> = { a: '凉亭', b: '长椅', c: '路灯', d: '花坛' };
const name = (option: string) => names[option]!;

describe('accounts in words', () => {
  it('given a decision by threshold, when it is told, then both sides of every comparison are shown', () => {
    const votes = tallyVotes([
      { choice: 'approve', heads: 105, area: 10_500_50 },
      { choice: 'reject', heads: 104, area: 10_400_00 },
    ]);
    const decision = decideByThreshold(thresholdRules['civil-code-278-ordinary'], { heads: 312, area: 31_200_00 }, votes);
    expect(decisionInWords(decision, 'zh')).toEqual([
      '共 31200.00 平方米，参与表决 20900.50 平方米，20900.50×3 ≥ 31200.00×2，达到法定人数',
      '共 312 人，参与表决 209 人，209×3 ≥ 312×2，达到法定人数',
      '参与表决 20900.50 平方米，同意 10500.50 平方米，10500.50×2 > 20900.50×1，达到所需多数',
      '参与表决 209 人，同意 105 人，105×2 > 209×1，达到所需多数',
      '通过。',
    ]);
    expect(
      decisionInWords(decideByThreshold(thresholdRules['civil-code-278-special'], { heads: 312, area: 31_200_00 }, votes), 'en').slice(-2),
    ).toEqual(['209 voters took part, 105 approve: 105×4 < 209×3, no majority', 'Rejected.']);
    expect(decisionInWords(decideByThreshold(thresholdRules['simple-majority'], { heads: 3 }, tallyVotes([])), 'en')[0]).toBe(
      '0 voters took part, 0 approve: 0×2 ≤ 0×1, no majority',
    );
  });

  it('given a runoff, when it is told, then every round is', () => {
    const ballots = rankings(
      ['a', 'b', 'c'],
      [
        { ranking: [['a']], count: 4 },
        { ranking: [['b']], count: 3 },
        { ranking: [['c'], ['b']], count: 2 },
      ],
    );
    const { account } = count(ballots, rules['instant-runoff'].usual, ['a', 'b', 'c']);
    expect(account.map((step) => inWords(step, 'zh', name))).toEqual([
      '第 1 轮：凉亭 4，长椅 3，路灯 2；已无后续选择 0；当选须超过 4.5。',
      '第 1 轮淘汰 路灯，其票转给 长椅 2。',
      '第 2 轮：长椅 5，凉亭 4；已无后续选择 0；当选须超过 4.5。',
      '第 2 轮 长椅 以 5 票当选（超过有效票半数）。',
    ]);
    expect(inWords(account[1]!, 'en')).toBe('Round 1 eliminates c, whose votes go to b 2.');
    expect(inWords(account[0]!, 'en')).toBe('Round 1: a 4, b 3, c 2; exhausted 0; more than 4.5 needed.');
  });

  it('given a majority or a quota, when it is told, then a majority is more than half, and a quota is enough', () => {
    const round = {
      step: 'round',
      round: 3,
      tallies: [
        { option: 'a', value: '11' },
        { option: 'b', value: '11' },
      ],
      exhausted: '0',
      needed: '22/2',
    } as const;
    expect(inWords(round, 'en')).toBe('Round 3: a 11, b 11; exhausted 0; more than 11 needed.');
    expect(inWords(round, 'zh')).toBe('第 3 轮：a 11，b 11；已无后续选择 0；当选须超过 11。');
    expect(inWords({ ...round, needed: '8' }, 'en')).toBe('Round 3: a 11, b 11; exhausted 0; needed 8.');
    expect(inWords({ ...round, needed: '8' }, 'zh')).toBe('第 3 轮：a 11，b 11；已无后续选择 0；当选线 8。');
  });

  it('given alternatives of a threshold, when they are told, then it is one sentence with one verdict', () => {
    const decided = (heads: number, households: number) =>
      decideByThreshold(
        thresholdRules['villagers-assembly'],
        { heads: 100, households: 30 },
        tallyVotes([{ choice: 'approve', heads, households }]),
      );
    expect(decisionInWords(decided(40, 24), 'zh')).toEqual([
      '共 100 人，参与表决 40 人，40×2 ≤ 100×1；或共 30 户，参与表决 24 户，24×3 ≥ 30×2，达到法定人数',
      '参与表决 40 人，同意 40 人，40×2 > 40×1，达到所需多数',
      '通过。',
    ]);
    expect(decisionInWords(decided(40, 24), 'en')).toEqual([
      '100 voters entitled, 40 took part: 40×2 ≤ 100×1; or 30 households entitled, 24 took part: 24×3 ≥ 30×2, quorum',
      '40 voters took part, 40 approve: 40×2 > 40×1, majority',
      'Adopted.',
    ]);
    expect(decisionInWords(decided(40, 19), 'en')[0]).toBe(
      '100 voters entitled, 40 took part: 40×2 ≤ 100×1; or 30 households entitled, 19 took part: 19×3 < 30×2, no quorum',
    );
    expect(decisionInWords(decided(40, 19), 'zh').at(-1)).toBe('未达法定人数，表决无效。');
    // alone, as beside a picture's bar, an alternative has no verdict of its own
    expect(decided(40, 24).comparisons.map((comparison) => comparisonInWords(comparison, 'zh'))).toEqual([
      '共 100 人，参与表决 40 人，40×2 ≤ 100×1（数项有一即可）',
      '共 30 户，参与表决 24 户，24×3 ≥ 30×2（数项有一即可）',
      '参与表决 40 人，同意 40 人，40×2 > 40×1，达到所需多数',
    ]);
    expect(comparisonInWords(decided(40, 24).comparisons[0]!, 'en')).toBe(
      '100 voters entitled, 40 took part: 40×2 ≤ 100×1 (one of several is enough)',
    );
  });

  it('given a budget, when its steps are told, then money has its unit in each', () => {
    const steps = [
      { step: 'share', share: '849900', options: ['a'], cost: 500000, within: true },
      { step: 'bought', option: 'a', cost: 500000, supporters: 3, poor: 0, payment: '500000/3', left: 500005 },
      { step: 'due', option: 'a', cost: 6005, supporters: 2, time: '6005/2', left: 3995 },
      { step: 'selected', option: 'a', cost: 6005, figure: '7', left: 3995 },
      { step: 'passed-over', option: 'a', because: 'budget', figure: '7', left: 3995 },
      { step: 'stopped', option: 'a', cost: 123456789, left: 5 },
    ] as const;
    expect(steps.map((step) => inWords(step, 'zh', undefined, yuan))).toEqual([
      '若每人分得 8,499 元，可选 a，共需 5,000 元，不超过预算。',
      '选定 a：造价 5,000 元，支持者 3 人，每人付 1,666.6667 (5000/3) 元；余 5,000.05 元。',
      '选定 a：造价 60.05 元，支持者 2 人，凑足时每人累计 30.025 元；余 39.95 元。',
      '选定 a：7，造价 60.05 元，余 39.95 元。',
      '略过 a（7）：余款仅 39.95 元。',
      '到 a 为止：造价 1,234,567.89 元，余款仅 0.05 元。',
    ]);
    expect(steps.map((step) => inWords(step, 'en', undefined, yuan))).toEqual([
      'With ¥8,499 for every voter, a can be bought for ¥5,000, within the budget.',
      'Selected a: it costs ¥5,000, paid by 3 with ¥1,666.6667 (5000/3) each; ¥5,000.05 is left.',
      'Selected a: it costs ¥60.05, which its 2 supporters can pay when each has earned ¥30.025; ¥39.95 is left.',
      'Selected a with 7: it costs ¥60.05; ¥39.95 is left.',
      'Passed over a with 7: the ¥39.95 left is not enough.',
      'The selection stops at a: it costs ¥1,234,567.89, but only ¥0.05 is left.',
    ]);
    const paid = { reason: 'paid', option: 'a', amount: '12500/3', left: '0' } as const;
    expect([reasonInWords(paid, 'zh', undefined, yuan), reasonInWords(paid, 'en', undefined, yuan)]).toEqual([
      '您为 a 付出 41.6667 (125/3) 元，余 0 元。',
      'You paid ¥41.6667 (125/3) for a and had ¥0 left.',
    ]);
    const [zloty, tenths, bare] = [moneyIn(1, 'PLN'), moneyIn(10, 'EUR'), moneyIn(100)];
    expect([zloty('6005', 'en'), zloty('3/2', 'zh'), tenths('6005', 'zh'), bare('6005', 'en'), bare('600000', 'en')]).toEqual([
      '6,005 PLN',
      '1.5 PLN',
      '600.5 EUR',
      '60.05',
      '6,000',
    ]);
  });

  it('given a budget, when it is told, then it says what each voter paid', () => {
    const ballots = approvals(['a', 'b', 'c'], [{ approved: ['a', 'b'] }, { approved: ['a'] }, { approved: ['c'] }]);
    const { account } = count(ballots, rules['equal-shares'].usual, ['a', 'b', 'c'], { budget: 30, costs: [12, 4, 20] });
    expect(account.map((step) => inWords(step, 'en'))).toEqual([
      'Every share is raised by 1 at a time while the purchases stay within the budget. In the end, with 19 for every voter, a, b can be bought for 16, within the budget.',
      'Raised once more: with 20 for every voter, a, b, c can be bought for 36, beyond the budget.',
      'Selected a: it costs 12, paid by 2 with 6 each; 18 is left.',
      'Selected b: it costs 4, paid by 1 with 4 each; 14 is left.',
      'Not selected c: it costs 20, and its 1 supporter has 19 left.',
    ]);
    expect(inWords(account.at(-1)!, 'zh', name)).toBe('未选 路灯：造价 20，支持者 1 人余款合计 19，不够。');
    expect(account.at(-1)).toEqual({ step: 'not-bought', option: 'c', cost: 20, supporters: 1, together: '19' });
    expect(inWords(account[2]!, 'zh', name)).toBe('选定 凉亭：造价 12，支持者 2 人，每人付 6；余 18。');
  });

  it('given a tie, or no winner, when it is told, then it says by what it was broken and what followed', () => {
    const equal = approvals(['a', 'b'], [{ approved: ['a'] }, { approved: ['b'] }, { approved: [], count: 8 }]);
    const { account, winners } = count(equal, { ...rules['equal-shares'].usual, completion: 'votes' }, ['b', 'a'], {
      budget: 50,
      costs: [50, 50],
    });
    expect(winners).toEqual(['b']);
    expect(account.slice(-3).map((step) => inWords(step, 'en'))).toEqual([
      'b, a are tied: b is chosen by the order declared beforehand (draw or list).',
      'Selected b with 1: it costs 50; 0 is left.',
      'Passed over a with 1: the 0 left is not enough.',
    ]);
    const struck = { step: 'tie', options: ['a', 'b'], by: 'earlier-round', chosen: 'b', struck: true } as const;
    expect([inWords(struck, 'en'), inWords(struck, 'zh', name)]).toEqual([
      'a, b are tied: b is eliminated by the votes of an earlier round.',
      '凉亭、长椅 相同，按此前轮次得票淘汰 长椅。',
    ]);
    expect([inWords({ step: 'no-ballots' }, 'en'), inWords({ step: 'no-ballots' }, 'zh')]).toEqual([
      'Nobody voted, so nothing is chosen.',
      '没有人投票，无一入选。',
    ]);
    const pairs = count(rankings(['a', 'b'], [{ ranking: [['b']] }]), rules.schulze.usual, ['a', 'b']).account.slice(1);
    expect(pairs.map((step) => inWords(step, 'en'))).toEqual([
      'b has the stronger path against a.',
      'a has the stronger path against nobody.',
    ]);
  });

  it('given a fraction that is too long, when it is told, then the decimal is rounded half up, with the fraction if there is room', () => {
    const step = { step: 'bought', option: 'a', cost: 1, supporters: 3, poor: 0, payment: '2000000000000/3000000000001', left: 0 } as const;
    expect(inWords(step, 'en')).toContain('with 0.666667 (2000000000000/3000000000001) each');
    expect(inWords({ ...step, payment: '15000/103' }, 'zh')).toContain('每人付 15000/103');
    expect(inWords({ ...step, payment: '1234567890123/125000000' }, 'zh')).toContain('每人付 9876.543121 (1234567890123/125000000)');
    expect(inWords({ ...step, payment: '100000000001/500000000' }, 'zh')).toContain('每人付 200.000000 (100000000001/500000000)');
    const long = `2${'0'.repeat(30)}/3${'0'.repeat(29)}1`;
    expect(inWords({ ...step, payment: long }, 'en')).toContain('with ≈ 0.666667 each');
    expect(inWords({ ...step, payment: long }, 'en', undefined, yuan)).toContain('with ≈ ¥0.0067 each');
  });

  it('given every kind of step, when it is told, then it has a sentence in both languages with all its figures', () => {
    const ranked = rankings(
      ['a', 'b', 'c', 'd'],
      [{ ranking: [['a'], ['b']], count: 5 }, { ranking: [['b'], ['c']], count: 2 }, { ranking: [['c']], count: 2 }, { ranking: [] }],
    );
    const approved = approvals(
      ['a', 'b', 'c', 'd'],
      [
        { approved: ['a', 'b'], count: 2 },
        { approved: ['c'], count: 2 },
      ],
    );
    const money = { budget: 10, costs: [4, 5, 4, 1] };
    const counts: [Rule, typeof ranked | typeof approved][] = [
      [rules.borda.usual, ranked],
      [rules.schulze.usual, ranked],
      [{ ...rules['single-transferable-vote'].usual, seats: 2 }, ranked],
      [rules.phragmen.usual, approved],
      [rules.greedy.usual, approved],
      [{ ...rules.greedy.usual, overBudget: 'stop' }, approved],
      [{ ...rules['equal-shares'].usual, completion: 'votes' }, approved],
      [rules['equal-shares'].usual, approved],
    ];
    const steps = counts.flatMap(([rule, ballots]) => count(ballots, rule, ['d', 'c', 'b', 'a'], money).account);
    expect([...new Set(steps.map(({ step }) => step))].sort()).toEqual([
      'beats',
      'bought',
      'due',
      'elected',
      'eliminated',
      'not-bought',
      'pairwise',
      'passed-over',
      'round',
      'scores',
      'selected',
      'share',
      'stopped',
      'surplus',
      'tie',
    ]);
    for (const step of steps)
      for (const language of ['zh', 'en'] as const) {
        const sentence = inWords(step, language, name);
        expect(sentence).not.toMatch(/undefined|\[object|NaN/u);
        const several = 'options' in step ? step.options[0] : undefined;
        const option = 'option' in step ? step.option : several;
        if (option !== undefined) expect(sentence).toContain(names[option]);
      }
  });
});

describe('why', () => {
  it('given a ballot, when asked why, then it says for whom it counted in which round', () => {
    const ranking = [['d'], ['c'], ['b']];
    const profile = [{ ranking: [['a']], count: 4 }, { ranking: [['b']], count: 3 }, { ranking: [['c'], ['b']], count: 2 }, { ranking }];
    const rule = { ...rules['instant-runoff'].usual, until: 'two-left' } as const;
    const options = ['a', 'b', 'c', 'd'];
    const outcome = count(rankings(options, profile), rule, options);
    const reasons = whyBallot(rankings(options, [{ ranking }]), rule, outcome);
    expect(reasons.map((reason) => reasonInWords(reason, 'en', name))).toEqual([
      'In round 1 your ballot counted for 花坛.',
      'In round 2 your ballot counted for 路灯.',
      'In round 3 your ballot counted for 长椅.',
    ]);
    const plain = whyBallot(rankings(options, [{ ranking: [['c']] }]), rule, outcome);
    expect(plain.map((reason) => reasonInWords(reason, 'zh', name))).toEqual([
      '第 1–2 轮，您的选票计给 路灯。',
      '第 3 轮，您的选票已无后续选择。',
    ]);
  });

  it('given a ballot that was passed on, when asked why, then it says at what value', () => {
    const options = ['a', 'b', 'c'];
    const profile = [
      { ranking: [['a'], ['b']], count: 4 },
      { ranking: [['a'], ['c']], count: 3 },
      { ranking: [['c']], count: 2 },
      { ranking: [['b']], count: 1 },
    ];
    const rule = { ...rules['single-transferable-vote'].usual, seats: 2 };
    const reasons = whyBallot(rankings(options, [{ ranking: [['a'], ['c']] }]), rule, count(rankings(options, profile), rule, options));
    expect(reasons.slice(0, 2)).toEqual([
      { reason: 'held', from: 1, to: 1, option: 'a', value: '1' },
      { reason: 'held', from: 2, to: 2, option: 'c', value: '0.42857' },
    ]);
  });

  it('given a voter with a purse, when asked why, then it says how much was paid for what, and the last of the purse', () => {
    const options = ['a', 'b', 'c'];
    const profile = [{ approved: ['a', 'b'] }, { approved: ['a'] }, { approved: ['b', 'c'] }];
    const outcome = count(approvals(options, profile), { ...rules['equal-shares'].usual, completion: 'none' }, options, {
      budget: 30,
      costs: [12, 13, 30],
    });
    const reasons = whyBallot(approvals(options, [profile[0]!]), rules['equal-shares'].usual, outcome);
    expect(reasons).toEqual([
      { reason: 'paid', option: 'a', amount: '6', left: '4' },
      { reason: 'paid', option: 'b', amount: '4', left: '0' },
    ]);
    expect(outcome.account.at(-2)).toMatchObject({ option: 'b', poor: 1, payment: '9' });
    expect(reasonInWords(reasons[1]!, 'zh', name)).toBe('您为 长椅 付出 4，余 0。');
  });

  it('given options added with the money left, when asked why, then it says whom the ballot helped, by votes or by Phragmén', () => {
    const options = ['a', 'b', 'c', 'd'];
    const money = { budget: 100, costs: [30, 60, 45, 5] };
    const profile = [
      { approved: ['a', 'b'], count: 4 },
      { approved: ['a', 'c'], count: 2 },
      { approved: [], count: 3 },
      { approved: ['d'] },
    ];
    const why = (completion: 'votes' | 'phragmen', approved: string[]) => {
      const rule = { ...rules['equal-shares'].usual, completion };
      return whyBallot(approvals(options, [{ approved }]), rule, count(approvals(options, profile), rule, options, money));
    };
    expect(why('votes', ['a', 'b'])).toEqual([
      { reason: 'paid', option: 'a', amount: '5', left: '5' },
      { reason: 'added', option: 'b', by: 'votes', supporters: 4 },
    ]);
    expect(why('phragmen', ['a', 'b'])).toEqual([
      { reason: 'paid', option: 'a', amount: '5', left: '5' },
      { reason: 'added', option: 'b', by: 'phragmen', supporters: 4 },
    ]);
    expect(why('phragmen', ['c'])).toEqual([]); // c is dearer than what is left
    const added = why('votes', ['b'])[0]!;
    expect([reasonInWords(added, 'zh', name), reasonInWords(added, 'en', name)]).toEqual([
      '余款按得票选定 长椅：支持它的 4 人中有您。',
      'With the money left 长椅 was chosen by votes: you are one of the 4 who approve it.',
    ]);
    const phragmen = why('phragmen', ['b'])[0]!;
    expect([reasonInWords(phragmen, 'zh', name), reasonInWords(phragmen, 'en', name)]).toEqual([
      '余款按弗拉格门法选定 长椅：支持它的 4 人中有您。',
      "With the money left 长椅 was chosen by Phragmén's rule: you are one of the 4 who approve it.",
    ]);
  });

  it('given a ballot with points, when asked why, then it says what it gave to whom', () => {
    const options = ['a', 'b', 'c'];
    const points = pointBallots(options, [
      {
        points: [
          ['a', 3],
          ['b', 1],
        ],
      },
    ]);
    const outcome = count(points, rules.points.usual, options);
    expect(whyBallot(points, rules.points.usual, outcome).map((reason) => reasonInWords(reason, 'en', name))).toEqual([
      'You gave 3 to 凉亭, which was chosen.',
      'You gave 1 to 长椅, which was not chosen.',
    ]);
    const ranked = rankings(options, [{ ranking: [['b', 'c']] }]);
    const pairs = whyBallot(ranked, rules.schulze.usual, count(ranked, rules.schulze.usual, options));
    expect(pairs.map((reason) => reasonInWords(reason, 'zh', name))).toEqual([
      '您的选票把 长椅 排在第 1 位，在 1 项之前，它已入选。',
      '您的选票把 路灯 排在第 1 位，在 1 项之前，它未入选。',
    ]);
    expect(reasonInWords(pairs[1]!, 'en', name)).toBe('Your ballot ranked 路灯 in place 1, above 1 other; it was not chosen.');
    expect(whyBallot(ranked, rules.borda.usual, count(ranked, rules.borda.usual, options))).toEqual([
      { reason: 'gave', option: 'b', value: '3/2', won: true },
      { reason: 'gave', option: 'c', value: '3/2', won: false },
    ]);
  });

  it('given an option, when asked why, then it has the steps that concern it and no others', () => {
    const ballots = rankings(
      ['a', 'b', 'c'],
      [
        { ranking: [['a']], count: 4 },
        { ranking: [['b']], count: 3 },
        { ranking: [['c'], ['b']], count: 2 },
      ],
    );
    const outcome = count(ballots, rules['instant-runoff'].usual, ['a', 'b', 'c']);
    expect(whyOption(outcome, 'c').map(({ step }) => step)).toEqual(['round', 'eliminated']);
    expect(whyOption(outcome, 'b').map(({ step }) => step)).toEqual(['round', 'eliminated', 'round', 'elected']);
  });
});
