import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../../src/domain/voting/outcome.js';
import type { Reason } from '../../../src/domain/voting/why.js';
import { comparisonInWords, inWords, reasonInWords } from '../../../src/domain/voting/words.js';
import { decideByThreshold, emptyTally, type ThresholdCondition } from '../../../src/domain/voting/threshold.js';

const name = (option: string) => ({ a: '凉亭', b: '长椅', c: '路灯' })[option]!;
const says = (step: Step, zh: string, en: string) =>
  expect([inWords(step, 'zh', name), inWords(step, 'en', (option) => option)]).toEqual([zh, en]);

describe('the steps of a count in words', () => {
  it('given scores, when they are told, then it says whether they are votes, points or Borda points', () => {
    const figures = [
      { option: 'a', value: '3' },
      { option: 'b', value: '1/2' },
    ];
    says({ step: 'scores', of: 'votes', figures }, '得票：凉亭 3，长椅 1/2。', 'Votes: a 3, b 1/2.');
    says({ step: 'scores', of: 'points', figures }, '得分：凉亭 3，长椅 1/2。', 'Points: a 3, b 1/2.');
    says({ step: 'scores', of: 'borda', figures }, '波达计分：凉亭 3，长椅 1/2。', 'Borda points: a 3, b 1/2.');
  });

  it('given pairs, when they are told, then each pair has its votes and its strongest paths, and the measure is named', () => {
    const step = {
      step: 'pairwise',
      options: ['a', 'b', 'c'],
      preferences: [
        [0, 6, 4],
        [3, 0, 7],
        [5, 2, 0],
      ],
      strengths: [
        [0, 6, 6],
        [5, 0, 7],
        [5, 5, 0],
      ],
    } as const;
    says(
      { ...step, strength: 'winning-votes' },
      '两两比较（按胜方票数）：凉亭 对 长椅 6 比 3（最强路径 6 比 5）；凉亭 对 路灯 4 比 5（最强路径 6 比 5）；长椅 对 路灯 7 比 2（最强路径 7 比 5）。',
      'Pairwise comparison (by winning votes): a 6 : 3 b (strongest paths 6 : 5); a 4 : 5 c (strongest paths 6 : 5); b 7 : 2 c (strongest paths 7 : 5).',
    );
    says(
      { ...step, options: ['a', 'b'], strength: 'margins' },
      '两两比较（按净胜票）：凉亭 对 长椅 6 比 3（最强路径 6 比 5）。',
      'Pairwise comparison (by margins): a 6 : 3 b (strongest paths 6 : 5).',
    );
    says({ step: 'beats', option: 'a', options: ['b', 'c'] }, '凉亭 的最强路径胜过 长椅、路灯。', 'a has the stronger path against b, c.');
    says({ step: 'beats', option: 'c', options: [] }, '路灯 的最强路径不胜过任何一项。', 'c has the stronger path against nobody.');
  });

  it('given transfers, when they are told, then it says to whom, or to nobody; without any, then nothing', () => {
    const transfers = [
      { to: 'a', votes: '2' },
      { to: null, votes: '1' },
    ];
    says(
      { step: 'eliminated', round: 2, options: ['b', 'c'], transfers },
      '第 2 轮淘汰 长椅、路灯，其票转给 凉亭 2，无后续选择 1。',
      'Round 2 eliminates b, c, whose votes go to a 2, nobody 1.',
    );
    says({ step: 'eliminated', round: 2, options: ['c'], transfers: [] }, '第 2 轮淘汰 路灯。', 'Round 2 eliminates c.');
    says(
      { step: 'surplus', round: 1, option: 'b', surplus: '0.5', transfers },
      '第 1 轮转移 长椅 的余票 0.5，其票转给 凉亭 2，无后续选择 1。',
      "Round 1 transfers b's surplus of 0.5, whose votes go to a 2, nobody 1.",
    );
  });

  it('given an election, when it is told, then it says why', () => {
    const step = { step: 'elected', round: 3, option: 'a', figure: '9' } as const;
    says({ ...step, because: 'quota' }, '第 3 轮 凉亭 以 9 票当选（达到当选基数）。', 'Round 3 elects a with 9 (the quota is reached).');
    says(
      { ...step, because: 'majority' },
      '第 3 轮 凉亭 以 9 票当选（超过有效票半数）。',
      'Round 3 elects a with 9 (more than half of the votes that count).',
    );
    says(
      { ...step, because: 'last-left' },
      '第 3 轮 凉亭 以 9 票当选（名额等于剩余人数）。',
      'Round 3 elects a with 9 (the remaining options fill the remaining seats).',
    );
  });

  it('given shares, when they are told, then it says how they were raised, what they buy, and whether the budget is kept', () => {
    says(
      { step: 'share', share: '19', raisedBy: 1, options: ['a', 'b'], cost: 16, within: true },
      '每人所得每次加 1，所选不超出预算就再加。最后一次：若每人分得 19，可选 凉亭、长椅，共需 16，不超过预算。',
      'Every share is raised by 1 at a time while the purchases stay within the budget. In the end, with 19 for every voter, a, b can be bought for 16, within the budget.',
    );
    says(
      { step: 'share', share: '20', raisedBy: 1, options: ['c'], cost: 36, within: false },
      '再加一次：若每人分得 20，可选 路灯，共需 36，超出预算。',
      'Raised once more: with 20 for every voter, c can be bought for 36, beyond the budget.',
    );
    says(
      { step: 'share', share: '1/2', options: [], cost: 0, within: true },
      '若每人分得 1/2，可选 无，共需 0，不超过预算。',
      'With 1/2 for every voter, nothing can be bought for 0, within the budget.',
    );
  });

  it('given purchases, when they are told, then it says who paid, who gave their last money, and what is left', () => {
    const bought = { step: 'bought', option: 'a', cost: 12, supporters: 3, payment: '5', left: 8 } as const;
    says(
      { ...bought, poor: 0 },
      '选定 凉亭：造价 12，支持者 3 人，每人付 5；余 8。',
      'Selected a: it costs 12, paid by 3 with 5 each; 8 is left.',
    );
    says(
      { ...bought, poor: 2 },
      '选定 凉亭：造价 12，支持者 3 人，每人付 5，其中 2 人付出全部余额；余 8。',
      'Selected a: it costs 12, paid by 3 with 5 each, 2 of whom with all they had left; 8 is left.',
    );
    const not = { step: 'not-bought', option: 'b', cost: 12, together: '7' } as const;
    says(
      { ...not, supporters: 1 },
      '未选 长椅：造价 12，支持者 1 人余款合计 7，不够。',
      'Not selected b: it costs 12, and its 1 supporter has 7 left.',
    );
    says(
      { ...not, supporters: 2 },
      '未选 长椅：造价 12，支持者 2 人余款合计 7，不够。',
      'Not selected b: it costs 12, and its 2 supporters together have 7 left.',
    );
    const due = { step: 'due', option: 'c', cost: 6, time: '3' } as const;
    says(
      { ...due, supporters: 2, left: 4 },
      '选定 路灯：造价 6，支持者 2 人，凑足时每人累计 3；余 4。',
      'Selected c: it costs 6, which its 2 supporters can pay when each has earned 3; 4 is left.',
    );
    says(
      { ...due, supporters: 1, left: null },
      '选定 路灯：造价 6，支持者 1 人，凑足时每人累计 3。',
      'Selected c: it costs 6, which its supporter can pay when each has earned 3.',
    );
  });

  it('given an option that is passed over, when it is told, then it says whether money or score was too little', () => {
    const step = { step: 'passed-over', option: 'a', figure: '7', left: 3 } as const;
    says({ ...step, because: 'budget' }, '略过 凉亭（7）：余款仅 3。', 'Passed over a with 7: the 3 left is not enough.');
    says({ ...step, because: 'threshold' }, '略过 凉亭（7）：未达最低要求。', 'Passed over a with 7: the minimum is not reached.');
    says(
      { ...step, because: 'stopped' },
      '略过 凉亭（7）：选定已在此前停止，未予考虑。',
      'Passed over a with 7: the selection had stopped, so it was not looked at.',
    );
  });

  it('given a tie, when it is told, then it says by what it was broken', () => {
    const step = { step: 'tie', options: ['a', 'b'], chosen: 'a' } as const;
    says({ ...step, by: 'cost' }, '凉亭、长椅 相同，按造价较低者定为 凉亭。', 'a, b are tied: a is chosen by the lower cost.');
    says({ ...step, by: 'votes' }, '凉亭、长椅 相同，按得票较多者定为 凉亭。', 'a, b are tied: a is chosen by more votes.');
    says(
      { ...step, by: 'earlier-round', struck: true },
      '凉亭、长椅 相同，按此前轮次得票淘汰 凉亭。',
      'a, b are tied: a is eliminated by the votes of an earlier round.',
    );
    says(
      { ...step, by: 'lot' },
      '凉亭、长椅 相同，按事先声明的次序（抽签或名单）定为 凉亭。',
      'a, b are tied: a is chosen by the order declared beforehand (draw or list).',
    );
  });
});

describe('what a ballot did, in words', () => {
  const tells = (reason: Reason, zh: string, en: string) =>
    expect([reasonInWords(reason, 'zh', name), reasonInWords(reason, 'en', (option) => option)]).toEqual([zh, en]);

  it('given rounds, when they are told, then it says for whom the ballot counted, and at what value', () => {
    const held = { reason: 'held', from: 1, to: 1, option: 'a', value: '1' } as const;
    tells(held, '第 1 轮，您的选票计给 凉亭。', 'In round 1 your ballot counted for a.');
    tells(
      { ...held, to: 3, value: '0.42857' },
      '第 1–3 轮，您的选票以 0.42857 票计给 凉亭。',
      'In rounds 1–3 your ballot counted 0.42857 of a vote for a.',
    );
    tells({ ...held, option: null }, '第 1 轮，您的选票已无后续选择。', 'In round 1 your ballot had no remaining choice.');
  });
  it('given a ranking, when it is told, then it says above how many the option was, and whether it was chosen', () => {
    const ranked = { reason: 'ranked', option: 'a', place: 1 } as const;
    tells(
      { ...ranked, above: 1, won: true },
      '您的选票把 凉亭 排在第 1 位，在 1 项之前，它已入选。',
      'Your ballot ranked a in place 1, above 1 other; it was chosen.',
    );
    tells(
      { ...ranked, above: 2, won: false },
      '您的选票把 凉亭 排在第 1 位，在 2 项之前，它未入选。',
      'Your ballot ranked a in place 1, above 2 others; it was not chosen.',
    );
  });
  it('given points or money, when they are told, then it says how much and for what', () => {
    const gave = { reason: 'gave', option: 'a', value: '3' } as const;
    tells({ ...gave, won: true }, '您给 凉亭 3，它已入选。', 'You gave 3 to a, which was chosen.');
    tells({ ...gave, won: false }, '您给 凉亭 3，它未入选。', 'You gave 3 to a, which was not chosen.');
    tells({ reason: 'paid', option: 'b', amount: '4', left: '0' }, '您为 长椅 付出 4，余 0。', 'You paid 4 for b and had 0 left.');
  });
});

describe('a condition in words', () => {
  it('given conditions on nobody, when they are told, then zero is shown as equal to zero and does not reach a share', () => {
    const said = (condition: Omit<ThresholdCondition, 'measure' | 'numerator' | 'denominator'>, language: 'zh' | 'en') => {
      const whole = { ...condition, measure: 'heads', numerator: 1, denominator: 2 } as const;
      const [comparison] = decideByThreshold({ rule: 'consensus', conditions: [whole] }, {}, emptyTally).comparisons;
      return comparisonInWords(comparison!, language);
    };
    expect(said({ name: 'quorum', part: 'participating', of: 'expected', strict: false }, 'zh')).toBe(
      '共 0 人，参与表决 0 人，0×2 = 0×1，未达法定人数',
    );
    expect(said({ name: 'unanimity', part: 'unblocking', of: 'participating', strict: false }, 'en')).toBe(
      '0 voters took part, 0 do not block: 0×2 = 0×1, blocked',
    );
    expect(said({ name: 'assent', part: 'approving', of: 'participating', strict: true }, 'en')).toBe(
      '0 voters took part, 0 approve: 0×2 ≤ 0×1, not enough assent',
    );
  });
});
