import { describe, expect, it } from '@jest/globals';
import { rankEntries, type EntryFigures, type ScoringFormula } from '../../../src/domain/voting/scoring.js';
import { rankingInWords } from '../../../src/domain/voting/scoring-words.js';

const entry = (entryId: string, votes: number, juryPoints = 0, juryScores = 0, enteredAt = '2026-05-05T08:00:00.000Z'): EntryFigures => ({
  entryId,
  votes,
  juryPoints,
  juryScores,
  enteredAt,
});
const told = (
  formula: Partial<ScoringFormula>,
  entries: readonly EntryFigures[],
  winners: readonly string[],
  language: 'zh' | 'en' = 'zh',
  drawn: readonly string[] | null = null,
) => {
  const whole: ScoringFormula = { publicShare: 60, juryShare: 40, normalisation: 'maximum', tieBreaks: [], ...formula };
  return rankingInWords(
    { formula: whole, ranking: rankEntries(whole, entries, drawn), winners },
    language,
    (id) => ({ c: '蔡家大院', s: '三合小区' })[id] ?? id,
  );
};
const two = [entry('c', 3, 10, 1), entry('s', 2, 180, 2)];

describe('a ranking in words', () => {
  it('given a ranking, when it is told, then each line has votes, jury points, shares, what put it behind, and the award', () => {
    expect(told({}, two, ['s'])).toEqual([
      '第 1 名 三合小区：得票 2，评委 2 次评分共 180 分；得分（与最高者之比）2/3×60 + 1×40 = 80。',
      '第 2 名 蔡家大院：得票 3，评委 1 次评分共 10 分；得分（与最高者之比）1×60 + 1/9×40 = 64.44 (580/9)；得分低于 三合小区。',
      '按此排名，获奖：三合小区。',
    ]);
    expect(told({}, two, ['s', 'c'], 'en')).toEqual([
      'Place 1, 三合小区: 2 votes, 180 points in 2 jury scores; score (as a fraction of the highest) 2/3×60 + 1×40 = 80.',
      'Place 2, 蔡家大院: 3 votes, 10 points in 1 jury score; score (as a fraction of the highest) 1×60 + 1/9×40 = 64.44 (580/9); lower score than 三合小区.',
      'By this ranking the award goes to 三合小区, 蔡家大院.',
    ]);
  });
  it('given no jury or a share of nothing, when a ranking is told, then it is left out', () => {
    expect(told({ publicShare: 100, juryShare: 0, normalisation: 'sum' }, [entry('c', 1), entry('s', 0)], [], 'en')).toEqual([
      'Place 1, 蔡家大院: 1 vote; score (as a fraction of the total) 1×100 = 100.',
      'Place 2, 三合小区: 0 votes; score (as a fraction of the total) 0×100 = 0; lower score than 蔡家大院.',
      'By this ranking nobody receives the award.',
    ]);
    expect(told({ publicShare: 0, juryShare: 100, normalisation: 'rank' }, two, [])).toEqual([
      '第 1 名 三合小区：得票 2，评委 2 次评分共 180 分；得分（按名次折算）1×100 = 100。',
      '第 2 名 蔡家大院：得票 3，评委 1 次评分共 10 分；得分（按名次折算）1/2×100 = 50；得分低于 三合小区。',
      '按此排名，无人获奖。',
    ]);
  });
  it('given a jury without a share, or a share without scores, when a ranking is told, then the scores are shown; else they are not', () => {
    const scores = (juryShare: number, figures: EntryFigures, language: 'zh' | 'en') =>
      told({ publicShare: 100 - juryShare, juryShare }, [figures], ['c'], language)[0]!.split(/[；;]/u)[0];
    expect([scores(0, entry('c', 1, 1, 1), 'zh'), scores(0, entry('c', 1, 1, 1), 'en')]).toEqual([
      '第 1 名 蔡家大院：得票 1，评委 1 次评分共 1 分',
      'Place 1, 蔡家大院: 1 vote, 1 point in 1 jury score',
    ]);
    expect([scores(40, entry('c', 1), 'zh'), scores(40, entry('c', 1), 'en')]).toEqual([
      '第 1 名 蔡家大院：得票 1，评委 0 次评分共 0 分',
      'Place 1, 蔡家大院: 1 vote, 0 points in 0 jury scores',
    ]);
    expect([scores(0, entry('c', 1), 'zh'), scores(0, entry('c', 1), 'en')]).toEqual([
      '第 1 名 蔡家大院：得票 1',
      'Place 1, 蔡家大院: 1 vote',
    ]);
  });
  it('given several winners, when a ranking is told, then all are named', () => {
    expect(told({}, two, ['s', 'c']).at(-1)).toBe('按此排名，获奖：三合小区、蔡家大院。');
  });
  const equal = { publicShare: 50, juryShare: 50, normalisation: 'rank' } as const;
  it.each([
    ['jury', two, '第 2 名 蔡家大院', '得分与 三合小区 相同，评委平均分较低', 'same score as 三合小区, but a lower jury mean'],
    ['public', two, '第 2 名 三合小区', '得分与 蔡家大院 相同，得票较少', 'same score as 蔡家大院, but fewer votes'],
    [
      'earlier-entry',
      [entry('c', 3, 10, 1), entry('s', 2, 180, 2, '2026-05-04T08:00:00.000Z')],
      '第 2 名 蔡家大院',
      '得分与 三合小区 相同，报名较晚',
      'same score as 三合小区, but entered later',
    ],
    ['draw', two, '第 2 名 蔡家大院', '得分与 三合小区 相同，抽签在后', 'same score as 三合小区, but behind in the draw'],
    [null, two, '第 1 名 三合小区', '与 蔡家大院 不分先后，名次并列', 'equal to 蔡家大院 in everything: they share the place'],
  ] as const)('given equal scores, when a ranking is told, then it says which tie-break separated them: %s', (by, entries, who, zh, en) => {
    const formula = { ...equal, tieBreaks: by === null ? [] : [by] };
    const [, second] = told(formula, entries, [], 'zh', ['s', 'c']);
    expect([second!.startsWith(`${who}：`), second!.endsWith(`；${zh}。`)]).toEqual([true, true]);
    expect(told(formula, entries, [], 'en', ['s', 'c'])[1]).toMatch(new RegExp(`; ${en}\\.$`, 'u'));
  });
  it('given a score that is not whole, when it is told, then it is rounded half up, with its fraction beside it', () => {
    const [, second, third] = told({}, [entry('c', 9, 90, 1), entry('s', 9, 83, 1), entry('e', 8, 99, 1)], []);
    expect([second, third]).toEqual([
      expect.stringContaining('1×60 + 83/99×40 = 93.54 (9260/99)；'),
      expect.stringContaining('8/9×60 + 1×40 = 93.33 (280/3)；'),
    ]);
    expect(told({}, [entry('c', 9, 90, 1), entry('s', 9, 83, 1)], [])[1]).toContain('1×60 + 83/90×40 = 96.89 (872/9)；');
    expect(told({}, [entry('c', 40, 90, 1), entry('s', 39, 90, 1)], [])[1]).toContain('39/40×60 + 1×40 = 98.50；');
  });
  it('given a fraction that is too long, when it is told, then the decimal is marked as rounded', () => {
    const primes = [1_000_003, 999_983, 999_979].map((votes, i) => entry(`e${i}`, votes, 10 ** 15 + i, 1_009 + 2 * i));
    const lines = told({ normalisation: 'sum' }, primes, []);
    for (const line of lines.slice(0, 3)) expect(line).toMatch(/ \+ ≈ 0\.\d{6}×40 = ≈ \d+\.\d{2}[；。]/u);
  });
});
