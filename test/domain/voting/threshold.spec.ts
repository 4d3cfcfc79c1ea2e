import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import {
  addVote,
  byCondition,
  choices,
  decideByThreshold,
  emptyTally,
  ThresholdDecision,
  ThresholdRule,
  type Choice,
  type ThresholdCondition,
} from '../../../src/domain/voting/threshold.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';
import { tallyVotes } from '../../support/tally.js';

/** `heads` voters of equal area who all say the same. */
const bloc = (choice: Choice, heads: number, area = heads * 100_00) => ({ choice, heads, area, households: heads });
const decide = (
  rule: keyof typeof thresholdRules,
  expected: { heads?: number; area?: number; households?: number },
  ...votes: ReturnType<typeof bloc>[]
) => decideByThreshold(thresholdRules[rule], expected, tallyVotes(votes));

describe('Civil Code art. 278', () => {
  const building = { heads: 312, area: 312 * 100_00 };

  it('given counts, when they are decided, then every count and both sides of every comparison are stated', () => {
    const decision = decide('civil-code-278-ordinary', building, bloc('approve', 105), bloc('reject', 100), bloc('abstain', 4));
    expect(decision.outcome).toBe('adopted');
    expect(
      decision.comparisons.map(({ name, measure, partCount, wholeCount, left, strict, right, holds }) => [
        name,
        measure,
        partCount,
        wholeCount,
        left,
        strict ? '>' : '>=',
        right,
        holds,
      ]),
    ).toEqual([
      ['quorum', 'area', 2_090_000, 3_120_000, 6_270_000, '>=', 6_240_000, true],
      ['quorum', 'heads', 209, 312, 627, '>=', 624, true],
      ['majority', 'area', 1_050_000, 2_090_000, 2_100_000, '>', 2_090_000, true],
      ['majority', 'heads', 105, 209, 210, '>', 209, true],
    ]);
    expect(decision.expected).toEqual({ ...building, households: 0 });
    expect(decision.counts.find(({ choice }) => choice === 'abstain')).toEqual({
      choice: 'abstain',
      heads: 4,
      area: 400_00,
      households: 4,
    });
  });

  it.each([
    ['exactly two thirds take part', 208, 208, 'adopted'],
    ['one fewer', 207, 207, 'no-quorum'],
    ['half is not more than half', 208, 104, 'rejected'],
    ['one more than half', 208, 105, 'adopted'],
  ])('given an ordinary matter, when counted (%s: %i take part, %i approve), then it is %s', (_, participating, approving, outcome) => {
    expect(decide('civil-code-278-ordinary', building, bloc('approve', approving), bloc('reject', participating - approving)).outcome).toBe(
      outcome,
    );
  });

  it.each([
    [156, 'adopted'],
    [155, 'rejected'],
  ])('given a special matter, when %i of 208 approve, then by three quarters it is %s', (approving, outcome) => {
    expect(decide('civil-code-278-special', building, bloc('approve', approving), bloc('reject', 208 - approving)).outcome).toBe(outcome);
  });

  it('given one measure that holds, when the other does not, then it is not adopted', () => {
    expect(decide('civil-code-278-ordinary', building, bloc('approve', 208, 207 * 100_00)).outcome).toBe('no-quorum');
    expect(decide('civil-code-278-ordinary', building, bloc('approve', 200, 104 * 100_00), bloc('reject', 8, 104 * 100_00)).outcome).toBe(
      'rejected',
    );
    expect(decide('civil-code-278-ordinary', building, bloc('approve', 104, 200 * 100_00), bloc('reject', 104, 8 * 100_00)).outcome).toBe(
      'rejected',
    );
    expect(decide('civil-code-278-ordinary', building, bloc('approve', 104, 2_079_999), bloc('reject', 104, 1)).outcome).toBe('rejected');
  });

  it('given neither a quorum nor a majority, when it is decided, then there is no quorum', () => {
    expect(decide('civil-code-278-ordinary', building, bloc('approve', 10), bloc('reject', 90)).outcome).toBe('no-quorum');
  });

  it('given nobody who is expected, when it is decided, then no share of them is reached', () => {
    const { outcome, comparisons } = decide('civil-code-278-ordinary', {});
    expect(outcome).toBe('no-quorum');
    expect(comparisons.map(({ left, right, holds }) => [left, right, holds])).toEqual(Array.from({ length: 4 }, () => [0, 0, false]));
  });

  it('given an area, when it is a hundredth of a square metre too small, then there is no quorum', () => {
    expect(decide('civil-code-278-ordinary', { heads: 3, area: 3_000_000_000_001 }, bloc('approve', 3, 2_000_000_000_000)).outcome).toBe(
      'no-quorum',
    );
    expect(decide('civil-code-278-ordinary', { heads: 3, area: 3_000_000_000_001 }, bloc('approve', 3, 2_000_000_000_001)).outcome).toBe(
      'adopted',
    );
  });
});

describe('the other thresholds', () => {
  it('given a simple majority, when anybody takes part, then there is a quorum', () => {
    expect(decide('simple-majority', { heads: 1000 }, bloc('approve', 1)).outcome).toBe('adopted');
    expect(decide('simple-majority', { heads: 1000 }, bloc('approve', 1), bloc('abstain', 1)).outcome).toBe('rejected');
    expect(decide('simple-majority', { heads: 1000 }).outcome).toBe('rejected');
  });

  it.each([
    ['neither', 500, 133, 'no-quorum'],
    ['more than half of the adults', 501, 133, 'adopted'],
    ['representatives of two thirds of the households', 134, 134, 'adopted'],
  ])('given a villagers’ assembly, when counted (%s: %i heads, %i households), then it is %s', (_, heads, households, outcome) => {
    const votes = tallyVotes([{ choice: 'approve', heads, households }]);
    expect(decideByThreshold(thresholdRules['villagers-assembly'], { heads: 1000, households: 200 }, votes).outcome).toBe(outcome);
  });

  it('given party members, when two thirds are present, then half of all expected must approve', () => {
    expect(decide('party-members-meeting', { heads: 30 }, bloc('approve', 15), bloc('reject', 5)).outcome).toBe('adopted');
    expect(decide('party-members-meeting', { heads: 30 }, bloc('approve', 14), bloc('reject', 6)).outcome).toBe('rejected');
    expect(decide('party-members-meeting', { heads: 30 }, bloc('approve', 19)).outcome).toBe('no-quorum');
  });

  it('given consensus, when one blocks, then it is rejected; when some stand aside, then not, unless too few approve', () => {
    expect(decide('consensus', { heads: 12 }, bloc('approve', 8), bloc('stand-aside', 4)).outcome).toBe('adopted');
    expect(decide('consensus', { heads: 12 }, bloc('approve', 11), bloc('block', 1)).outcome).toBe('rejected');
    expect(decide('consensus', { heads: 12 }, bloc('approve', 7), bloc('stand-aside', 4)).outcome).toBe('rejected');
    expect(decide('consensus', { heads: 12 }, bloc('approve', 6)).outcome).toBe('no-quorum');
  });
});

describe('alternatives', () => {
  const condition = (name: ThresholdCondition['name'], numerator: number, either?: number): ThresholdCondition => ({
    name,
    measure: 'heads',
    part: name === 'quorum' ? 'participating' : 'approving',
    of: name === 'quorum' ? 'expected' : 'participating',
    numerator,
    denominator: 10,
    strict: false,
    ...(either !== undefined && { either }),
  });
  /** 10 voters, 4 take part, 2 approve. */
  const decided = (...conditions: ThresholdCondition[]) =>
    decideByThreshold({ rule: 'consensus', conditions }, { heads: 10 }, tallyVotes([bloc('approve', 2), bloc('reject', 2)]));

  it('given alternatives that stand apart, when they are grouped, then their group is at the place of the first', () => {
    const { comparisons } = decided(condition('assent', 1, 1), condition('majority', 2), condition('quorum', 3, 1), condition('quorum', 4));
    expect(byCondition(comparisons).map((group) => group.map(({ name, numerator }) => `${name} ${numerator}`))).toEqual([
      ['assent 1', 'quorum 3'],
      ['majority 2'],
      ['quorum 4'],
    ]);
  });
  it('given alternatives, when none holds, then there is no quorum if one of them is a quorum; when one holds, then it is enough', () => {
    expect(decided(condition('majority', 6, 1), condition('quorum', 5, 1)).outcome).toBe('no-quorum');
    expect(decided(condition('quorum', 5, 1), condition('majority', 6, 1)).outcome).toBe('no-quorum');
    expect(decided(condition('majority', 6, 1), condition('assent', 6, 1)).outcome).toBe('rejected');
    expect(decided(condition('quorum', 5, 1), condition('majority', 5, 1)).outcome).toBe('adopted');
    expect(decided(condition('majority', 6, 1), condition('quorum', 4, 1)).outcome).toBe('adopted');
  });
});

describe('counting', () => {
  const votes = fc.array(
    fc.record({
      choice: fc.constantFrom(...choices),
      heads: fc.integer({ min: 0, max: 3 }),
      area: fc.integer({ min: 0, max: 999_99 }),
      households: fc.integer({ min: 0, max: 1 }),
    }),
    { maxLength: 40 },
  );

  it('given votes, when their order changes or one is taken back, then the count shows no trace of it', () => {
    fc.assert(
      fc.property(votes, votes, (kept, taken) => {
        const all = tallyVotes([...kept, ...taken]);
        expect(tallyVotes([...taken, ...kept])).toEqual(all);
        expect(taken.reduce((tally, vote) => addVote(tally, vote.choice, vote, -1), all)).toEqual(tallyVotes(kept));
      }),
    );
  });

  it('given an adoption, when one more approves, then it stays adopted', () => {
    fc.assert(
      fc.property(votes, fc.constantFrom(...Object.values(thresholdRules)), (cast, rule) => {
        const expected = { heads: 60, area: 20 * 999_99, households: 20 };
        const before = decideByThreshold(rule, expected, tallyVotes(cast));
        const after = decideByThreshold(rule, expected, tallyVotes([...cast, { choice: 'approve', heads: 1, area: 50_00, households: 1 }]));
        if (before.outcome === 'adopted') expect(after.outcome).toBe('adopted');
      }),
    );
  });

  it('given counts that cannot be, when they are decided, then it throws', () => {
    const of = (heads: number) => () =>
      decideByThreshold(thresholdRules['simple-majority'], { heads: 10 }, addVote(emptyTally, 'approve', { heads }));
    expect(of(-1)).toThrow(new RangeError('not a count: -1'));
    expect(of(0.5)).toThrow(new RangeError('not a count: 0.5'));
    expect(of(9_000_000_000_001)).toThrow(new RangeError('not a count: 9000000000001'));
    expect(of(9_000_000_000_000)().outcome).toBe('adopted');
  });

  it('given every rule and decision, when they are checked as data of an event, then they are valid', () => {
    for (const rule of Object.values(thresholdRules)) {
      expect(validateSync(plainToInstance(ThresholdRule, rule), { whitelist: true, forbidNonWhitelisted: true })).toEqual([]);
      const decision = decideByThreshold(rule, { heads: 9, area: 900_00, households: 9 }, tallyVotes([bloc('approve', 7)]));
      expect(validateSync(plainToInstance(ThresholdDecision, decision), { whitelist: true, forbidNonWhitelisted: true })).toEqual([]);
    }
    const wrong = { rule: 'simple-majority', conditions: [{ ...thresholdRules['simple-majority'].conditions[0], denominator: 0 }] };
    expect(validateSync(plainToInstance(ThresholdRule, wrong))).not.toEqual([]);
  });
});
