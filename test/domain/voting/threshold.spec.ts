import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import {
  addVote,
  choices,
  decideByThreshold,
  emptyTally,
  ThresholdDecision,
  ThresholdRule,
  type Choice,
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

  it('states every count and both sides of every comparison', () => {
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
  ])('ordinary matters: %s', (_, participating, approving, outcome) => {
    expect(decide('civil-code-278-ordinary', building, bloc('approve', approving), bloc('reject', participating - approving)).outcome).toBe(
      outcome,
    );
  });

  it.each([
    [156, 'adopted'],
    [155, 'rejected'],
  ])('special matters take three quarters: %i of 208', (approving, outcome) => {
    expect(decide('civil-code-278-special', building, bloc('approve', approving), bloc('reject', 208 - approving)).outcome).toBe(outcome);
  });

  it('needs both measures: one that holds does not make up for the other', () => {
    expect(decide('civil-code-278-ordinary', building, bloc('approve', 208, 207 * 100_00)).outcome).toBe('no-quorum');
    expect(decide('civil-code-278-ordinary', building, bloc('approve', 200, 104 * 100_00), bloc('reject', 8, 104 * 100_00)).outcome).toBe(
      'rejected',
    );
    expect(decide('civil-code-278-ordinary', building, bloc('approve', 104, 200 * 100_00), bloc('reject', 104, 8 * 100_00)).outcome).toBe(
      'rejected',
    );
    expect(decide('civil-code-278-ordinary', building, bloc('approve', 104, 2_079_999), bloc('reject', 104, 1)).outcome).toBe('rejected');
  });

  it('sees one hundredth of a square metre too little', () => {
    expect(decide('civil-code-278-ordinary', { heads: 3, area: 3_000_000_000_001 }, bloc('approve', 3, 2_000_000_000_000)).outcome).toBe(
      'no-quorum',
    );
    expect(decide('civil-code-278-ordinary', { heads: 3, area: 3_000_000_000_001 }, bloc('approve', 3, 2_000_000_000_001)).outcome).toBe(
      'adopted',
    );
  });
});

describe('the other thresholds', () => {
  it('simple majority asks for no quorum, but for somebody', () => {
    expect(decide('simple-majority', { heads: 1000 }, bloc('approve', 1)).outcome).toBe('adopted');
    expect(decide('simple-majority', { heads: 1000 }, bloc('approve', 1), bloc('abstain', 1)).outcome).toBe('rejected');
    expect(decide('simple-majority', { heads: 1000 }).outcome).toBe('rejected');
  });

  it.each([
    ['neither', 500, 133, 'no-quorum'],
    ['more than half of the adults', 501, 133, 'adopted'],
    ['representatives of two thirds of the households', 134, 134, 'adopted'],
  ])("a villagers' assembly is quorate by adults or by households: %s", (_, heads, households, outcome) => {
    const votes = tallyVotes([{ choice: 'approve', heads, households }]);
    expect(decideByThreshold(thresholdRules['villagers-assembly'], { heads: 1000, households: 200 }, votes).outcome).toBe(outcome);
  });

  it('party members: two thirds present, half of all expected approve, however few are present', () => {
    expect(decide('party-members-meeting', { heads: 30 }, bloc('approve', 15), bloc('reject', 5)).outcome).toBe('adopted');
    expect(decide('party-members-meeting', { heads: 30 }, bloc('approve', 14), bloc('reject', 6)).outcome).toBe('rejected');
    expect(decide('party-members-meeting', { heads: 30 }, bloc('approve', 19)).outcome).toBe('no-quorum');
  });

  it('consensus: one block forbids, stand-asides do not, unless few are left who approve', () => {
    expect(decide('consensus', { heads: 12 }, bloc('approve', 8), bloc('stand-aside', 4)).outcome).toBe('adopted');
    expect(decide('consensus', { heads: 12 }, bloc('approve', 11), bloc('block', 1)).outcome).toBe('rejected');
    expect(decide('consensus', { heads: 12 }, bloc('approve', 7), bloc('stand-aside', 4)).outcome).toBe('rejected');
    expect(decide('consensus', { heads: 12 }, bloc('approve', 6)).outcome).toBe('no-quorum');
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

  it('does not depend on the order of votes, and a vote taken back leaves no trace', () => {
    fc.assert(
      fc.property(votes, votes, (kept, taken) => {
        const all = tallyVotes([...kept, ...taken]);
        expect(tallyVotes([...taken, ...kept])).toEqual(all);
        expect(taken.reduce((tally, vote) => addVote(tally, vote.choice, vote, -1), all)).toEqual(tallyVotes(kept));
      }),
    );
  });

  it('one more approval never undoes an adoption', () => {
    fc.assert(
      fc.property(votes, fc.constantFrom(...Object.values(thresholdRules)), (cast, rule) => {
        const expected = { heads: 60, area: 20 * 999_99, households: 20 };
        const before = decideByThreshold(rule, expected, tallyVotes(cast));
        const after = decideByThreshold(rule, expected, tallyVotes([...cast, { choice: 'approve', heads: 1, area: 50_00, households: 1 }]));
        if (before.outcome === 'adopted') expect(after.outcome).toBe('adopted');
      }),
    );
  });

  it('refuses counts that cannot be', () => {
    const of = (heads: number) => () =>
      decideByThreshold(thresholdRules['simple-majority'], { heads: 10 }, addVote(emptyTally, 'approve', { heads }));
    expect(of(-1)).toThrow(RangeError);
    expect(of(0.5)).toThrow(RangeError);
    expect(of(2 ** 50)).toThrow(RangeError);
  });

  it('every rule and every decision is a value that an event can hold', () => {
    for (const rule of Object.values(thresholdRules)) {
      expect(validateSync(plainToInstance(ThresholdRule, rule), { whitelist: true, forbidNonWhitelisted: true })).toEqual([]);
      const decision = decideByThreshold(rule, { heads: 9, area: 900_00, households: 9 }, tallyVotes([bloc('approve', 7)]));
      expect(validateSync(plainToInstance(ThresholdDecision, decision), { whitelist: true, forbidNonWhitelisted: true })).toEqual([]);
    }
    const wrong = { rule: 'simple-majority', conditions: [{ ...thresholdRules['simple-majority'].conditions[0], denominator: 0 }] };
    expect(validateSync(plainToInstance(ThresholdRule, wrong))).not.toEqual([]);
  });
});
