import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import {
  isFormula,
  normalisations,
  rankEntries,
  ScoredEntry,
  ScoringFormula,
  scoringTieBreaks,
  type EntryFigures,
} from '../../../src/domain/voting/scoring.js';

const entry = (
  entryId: string,
  votes: number,
  juryPoints = 0,
  juryScores = juryPoints === 0 ? 0 : 1,
  enteredAt = '2020-05-01T00:00:00.000Z',
): EntryFigures => ({ entryId, votes, juryPoints, juryScores, enteredAt });
const formula = (
  publicShare: number,
  normalisation: ScoringFormula['normalisation'] = 'maximum',
  ...tieBreaks: ScoringFormula['tieBreaks']
): ScoringFormula => ({ publicShare, juryShare: 100 - publicShare, normalisation, tieBreaks });
const places = (rows: readonly ScoredEntry[]) => rows.map(({ entryId, rank, separatedBy }) => `${rank} ${entryId} ${separatedBy}`);

describe('scoring', () => {
  it('given the whole share for the public, when entries are ranked, then votes alone decide', () => {
    expect(places(rankEntries(formula(100), [entry('a', 5), entry('b', 9), entry('c', 5), entry('d', 0)]))).toEqual([
      '1 b first',
      '2 a score',
      '2 c shared',
      '4 d score',
    ]);
  });

  it.each([
    ['maximum', { a: '92', b: '76', c: '60' }], // 60·30/30 + 40·80/100, 60·20/30 + 40·90/100, 60·10/30 + 40·100/100
    ['sum', { a: '1130/27', b: '100/3', c: '670/27' }], // 60·30/60 + 40·80/270, 60·20/60 + 40·90/270, 60·10/60 + 40·100/270
    ['rank', { a: '220/3', b: '200/3', c: '60' }], // 60·3/3 + 40·1/3, 60·2/3 + 40·2/3, 60·1/3 + 40·3/3
  ] as const)('given normalisation by %s, when entries are ranked, then the scores are exact', (normalisation, expected) => {
    const rows = rankEntries(formula(60, normalisation), [entry('a', 30, 160, 2), entry('b', 20, 180, 2), entry('c', 10, 200, 2)]);
    expect(Object.fromEntries(rows.map(({ entryId, score }) => [entryId, score]))).toEqual(expected);
  });

  it('given an absent juror, when entries are ranked, then the mean of the jury harms nobody', () => {
    const rows = rankEntries(formula(0), [entry('a', 0, 270, 3), entry('b', 0, 190, 2), entry('c', 0, 0, 0)]);
    expect(rows.map(({ entryId, juryPart, scoreHundredths }) => [entryId, juryPart, scoreHundredths])).toEqual([
      ['b', '1', 10_000],
      ['a', '18/19', 9474],
      ['c', '0', 0],
    ]);
  });

  it('given equal scores, when entries are ranked, then the declared order separates them and is named', () => {
    // 50·1 + 50·1/2 each
    const tied = [
      entry('a', 10, 50, 1, '2020-05-02T00:00:00.000Z'),
      entry('b', 5, 100, 1, '2020-05-01T00:00:00.000Z'),
      entry('c', 5, 100, 1, '2020-05-03T00:00:00.000Z'),
    ];
    expect(places(rankEntries(formula(50), tied))).toEqual(['1 a first', '1 b shared', '1 c shared']);
    expect(places(rankEntries(formula(50, 'maximum', 'public'), tied))).toEqual(['1 a first', '2 b public', '2 c shared']);
    expect(places(rankEntries(formula(50, 'maximum', 'jury', 'earlier-entry'), tied))).toEqual([
      '1 b first',
      '2 c earlier-entry',
      '3 a jury',
    ]);
    expect(places(rankEntries(formula(50, 'maximum', 'jury', 'draw'), tied))).toEqual(['1 b first', '1 c shared', '3 a jury']);
    expect(places(rankEntries(formula(50, 'maximum', 'jury', 'draw'), tied, ['c', 'a', 'b']))).toEqual([
      '1 c first',
      '2 b draw',
      '3 a jury',
    ]);
  });

  it('given equal scores, when the earlier entry goes first, then neither its id nor its place in the list matters', () => {
    const tied = [entry('a', 5, 0, 0, '2020-05-02T00:00:00.000Z'), entry('b', 5, 0, 0, '2020-05-01T23:59:59.999Z'), entry('c', 5)];
    for (const list of [tied, [...tied].reverse()])
      expect(places(rankEntries(formula(100, 'sum', 'earlier-entry'), list))).toEqual([
        '1 c first',
        '2 b earlier-entry',
        '3 a earlier-entry',
      ]);
  });

  it('given scores that floating point finds unequal, when they are equal, then they share a rank', () => {
    expect(60 * (2 / 7) + 40 * (2 / 7)).not.toBe(60 * (0 / 7) + 40 * (5 / 7));
    const rows = rankEntries(formula(60), [entry('a', 2, 2), entry('b', 0, 5), entry('c', 7, 7)]);
    expect(places(rows)).toEqual(['1 c first', '2 a score', '2 b shared']);
  });

  it('given no points at all, when entries are ranked, then nobody has a share', () => {
    expect(rankEntries(formula(50), [entry('a', 0), entry('b', 0)]).map(({ score }) => score)).toEqual(['0', '0']);
    expect(rankEntries(formula(50, 'sum'), [])).toEqual([]);
  });

  it('given shares that are not the whole, when entries are ranked, then it is refused', () => {
    expect(isFormula({ publicShare: 70, juryShare: 40 })).toBe(false);
    expect(() => rankEntries({ ...formula(70), juryShare: 40 }, [])).toThrow(
      new RangeError('the shares of public and jury do not add up to 100'),
    );
  });

  const entries = fc
    .array(
      fc.record({
        votes: fc.integer({ min: 0, max: 6 }),
        juryPoints: fc.integer({ min: 0, max: 9 }),
        juryScores: fc.integer({ min: 1, max: 3 }),
        day: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 12 },
    )
    .map((list) =>
      list.map(({ day, ...figures }, i): EntryFigures => ({ ...figures, entryId: `e${i}`, enteredAt: `2020-05-0${day}T00:00:00.000Z` })),
    );
  const formulas = fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.constantFrom(...normalisations), fc.shuffledSubarray([...scoringTieBreaks]))
    .map(([share, normalisation, ties]) => formula(share, normalisation, ...ties));

  it('given any entries, when their order changes, then the ranking is the same', () => {
    fc.assert(fc.property(formulas, entries, (by, list) => expect(rankEntries(by, [...list].reverse())).toEqual(rankEntries(by, list))));
  });

  it('given normalisation by the maximum, when an entry gets one vote more, then it loses no place', () => {
    fc.assert(
      fc.property(formulas, entries, fc.nat(), (by, list, which) => {
        if (list.length === 0 || by.normalisation !== 'maximum') return;
        const chosen = list[which % list.length]!;
        const rankIn = (rows: readonly EntryFigures[]) => rankEntries(by, rows).find(({ entryId }) => entryId === chosen.entryId)!.rank;
        expect(rankIn(list.map((one) => (one === chosen ? { ...one, votes: one.votes + 1 } : one)))).toBeLessThanOrEqual(rankIn(list));
      }),
    );
  });

  it('given any entries, when they are ranked, then ranks only rise and each is explained', () => {
    fc.assert(
      fc.property(formulas, entries, (by, list) => {
        const rows = rankEntries(by, list);
        rows.forEach((row, i) => {
          expect(row.rank).toBe(row.separatedBy === 'shared' ? rows[i - 1]!.rank : i + 1);
          if (i > 0 && row.separatedBy !== 'score') expect(row.score).toBe(rows[i - 1]!.score);
          if (row.separatedBy !== 'first' && row.separatedBy !== 'score' && row.separatedBy !== 'shared')
            expect(by.tieBreaks).toContain(row.separatedBy);
        });
      }),
    );
  });

  it('given a formula and its lines, when they are checked as data of an event, then they are valid', () => {
    const strict = { whitelist: true, forbidNonWhitelisted: true };
    expect(validateSync(plainToInstance(ScoringFormula, formula(60, 'rank', 'jury', 'draw')), strict)).toEqual([]);
    for (const row of rankEntries(formula(60), [entry('a', 7, 11, 3), entry('b', 3, 7, 2)]))
      expect(validateSync(plainToInstance(ScoredEntry, row), strict)).toEqual([]);
  });
});
