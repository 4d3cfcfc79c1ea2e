import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DeclaredRule, ruleNames, ruleOf } from '../../../src/domain/voting/declared-rule.js';
import { rules } from '../../../src/domain/voting/rules.js';

const errors = (value: object) => validateSync(plainToInstance(DeclaredRule, value), { whitelist: true, forbidNonWhitelisted: true });

describe('a declared rule', () => {
  it('given only its name, when a rule is declared, then it is the usual one', () => {
    for (const rule of ruleNames) {
      expect(errors({ rule })).toEqual([]);
      expect(ruleOf({ rule })).toEqual(rules[rule].usual);
    }
  });

  it('given parameters, when a rule is declared, then it is complete with them', () => {
    expect(ruleOf({ rule: 'schulze', strength: 'margins', unranked: 'no-opinion' })).toEqual({
      rule: 'schulze',
      seats: 1,
      strength: 'margins',
      unranked: 'no-opinion',
    });
    expect(ruleOf({ rule: 'instant-runoff', anySkippedRanks: true })).toEqual({ ...rules['instant-runoff'].usual, skippedRanks: null });
    expect(ruleOf({ rule: 'instant-runoff', anySkippedRanks: false })).toEqual(rules['instant-runoff'].usual);
    for (const unranked of ['average', 'zero'] as const)
      expect(ruleOf({ rule: 'borda', unranked })).toEqual({ rule: 'borda', seats: 1, unranked });
    expect(ruleOf({ rule: 'schulze', unranked: 'last' })).toEqual(rules.schulze.usual);
    expect(ruleOf({ rule: 'instant-runoff', skippedRanks: 0 })).toEqual({ ...rules['instant-runoff'].usual, skippedRanks: 0 });
    expect(ruleOf({ rule: 'equal-shares', seats: 3 })).toEqual({ rule: 'equal-shares', completion: 'more-seats', unit: 1, seats: 3 });
  });

  it.each([
    [{ rule: 'borda', strength: 'margins' }, 'strength'],
    [{ rule: 'borda', unranked: 'last' }, 'unranked'],
    [{ rule: 'schulze', unranked: 'zero' }, 'unranked'],
    [{ rule: 'approval', unranked: 'last' }, 'unranked'],
    [{ rule: 'greedy', seats: 2 }, 'seats'],
    [{ rule: 'approval', anySkippedRanks: true }, 'skippedRanks'],
    [{ rule: 'equal-shares', completion: 'more-seats' }, 'completion'],
    [{ rule: 'equal-shares', completion: 'add1', seats: 3 }, 'completion'],
  ] as [DeclaredRule, string][])(
    'given a parameter of another rule, when a rule is declared, then it is refused: %j',
    (declared, parameter) => {
      expect(ruleOf(declared)).toEqual({ refused: 'voting.parameter-of-another-rule', with: { rule: declared.rule, parameter } });
    },
  );

  it('given values out of range or unknown names, when a rule is declared, then it is refused', () => {
    for (const wrong of [{ rule: 'loudest' }, { rule: 'borda', seats: 0 }, { rule: 'greedy', minScore: 0 }, { rule: 'borda', speed: 1 }])
      expect(errors(wrong)).not.toEqual([]);
  });
});
