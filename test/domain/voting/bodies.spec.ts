import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bodyOf,
  citationOf,
  competences,
  hasLapsed,
  placeKindOf,
  ruleFor,
  rulesFor,
  sharedMatterNames,
  sharedMatters,
} from '../../../src/domain/voting/bodies.js';
import { decideByThreshold, emptyTally, type ThresholdRuleName, thresholdRuleNames } from '../../../src/domain/voting/threshold.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';

const kinds = ['compound', 'courtyard-of-village', 'village', 'community', 'other'] as const;

describe('who decides', () => {
  it('given any kind of place and any matter, when it is looked for, then one line of the table says which rules count', () => {
    for (const kind of kinds)
      for (const matter of ['covenant', ...sharedMatterNames] as const)
        expect(competences.filter((line) => line.kind === kind && line.matters.includes(matter))).toHaveLength(1);
  });

  it('given the nine numbers of Civil Code art. 278, when they are listed, then all are there, and nos. 6 to 8 are special (E4)', () => {
    expect([...new Set(Object.values(sharedMatters).map(({ number }) => number))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const matter of sharedMatterNames) {
      const { number } = sharedMatters[matter];
      expect(rulesFor('compound', matter)).toEqual([number >= 6 && number <= 8 ? 'civil-code-278-special' : 'civil-code-278-ordinary']);
    }
  });

  it('given a shared matter of owners, when its rule is looked at, then it has both quorums of two thirds (E1)', () => {
    for (const matter of sharedMatterNames)
      for (const rule of rulesFor('compound', matter))
        expect(thresholdRules[rule].conditions.filter(({ name }) => name === 'quorum')).toMatchObject([
          { measure: 'area', numerator: 2, denominator: 3 },
          { measure: 'heads', numerator: 2, denominator: 3 },
        ]);
  });

  it.each([
    ['compound', 'village', 'compound'],
    ['compound', 'community', 'compound'],
    ['courtyard', 'village', 'courtyard-of-village'],
    ['settlement', 'village', 'courtyard-of-village'],
    ['courtyard', 'community', 'compound'],
    ['village', 'town', 'village'],
    ['community', 'town', 'community'],
    ['town', 'county', 'other'],
    ['county', null, 'other'],
    ['building', 'compound', 'other'],
  ] as const)('given a %s within a %s, when its kind is asked for, then it is %s', (level, above, kind) => {
    expect(placeKindOf(level, above)).toBe(kind);
  });

  it('given no wish, when the rule is asked for, then it is the usual one; a rule of the list is accepted, any other refused with the body', () => {
    for (const { kind, matters, rules } of competences)
      for (const matter of matters) {
        expect(ruleFor(kind, matter)).toEqual({ rule: rules[0] });
        for (const rule of thresholdRuleNames)
          expect(ruleFor(kind, matter, rule)).toMatchObject(
            rules.includes(rule)
              ? { rule }
              : { refused: 'voting.wrong-body', with: { body: bodyOf(rules[0]!).body, rules: rules.join(', ') } },
          );
      }
  });

  it('given a text that was replaced, when a later day is looked at, then it has lapsed; general practice never does', () => {
    const { source } = thresholdRules['villagers-assembly'];
    expect([hasLapsed(source, '2025-12-31'), hasLapsed(source, '2026-01-01')]).toEqual([false, true]);
    expect(hasLapsed(thresholdRules['residents-council'].source, '2099-01-01')).toBe(false);
    expect(citationOf(source)).toBe('《中华人民共和国村民委员会组织法（2018年修正）》第22条');
    expect(citationOf(thresholdRules.consensus.source)).toBe('通行做法');
  });
});

describe('quorums', () => {
  /** As a clerk would count them: people and households present of all, as a fraction. */
  const holds: Readonly<Partial<Record<ThresholdRuleName, (present: number, all: number, households: number, ofAll: number) => boolean>>> =
    {
      'villagers-group-meeting': (present, all, households, ofAll) => present / all >= 2 / 3 || households / ofAll >= 2 / 3,
      'villagers-assembly': (present, all, households, ofAll) => present / all > 1 / 2 || households / ofAll >= 2 / 3,
      'villagers-representatives': (present, all) => present / all >= 2 / 3,
      'residents-meeting': (present, all, households, ofAll) => present / all > 1 / 2 || households / ofAll > 1 / 2,
      'residents-representatives': (present, all) => present / all > 1 / 2,
      'residents-council': (present, all) => present / all >= 2 / 3,
    };
  it('given any counts, when a body decides, then the outcome is that of a naive count', () => {
    const counts = fc.record({ all: fc.integer({ min: 1, max: 60 }), ofAll: fc.integer({ min: 1, max: 60 }) }).chain(({ all, ofAll }) =>
      fc.record({
        all: fc.constant(all),
        ofAll: fc.constant(ofAll),
        approve: fc.nat(all),
        households: fc.nat(ofAll),
        others: fc.nat(all),
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(holds) as (keyof typeof holds)[])),
        counts,
        (rule, { all, ofAll, households, ...said }) => {
          const reject = Math.min(said.others, all - said.approve);
          const present = said.approve + reject;
          const tally = {
            ...emptyTally,
            approve: { heads: said.approve, area: 0, households },
            reject: { heads: reject, area: 0, households: 0 },
          };
          const { outcome } = decideByThreshold(thresholdRules[rule], { heads: all, households: ofAll }, tally);
          const isQuorate = holds[rule]!(present, all, households, ofAll);
          const isMajority = said.approve > reject;
          const expected = isMajority ? 'adopted' : 'rejected';
          expect(outcome).toBe(isQuorate ? expected : 'no-quorum');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
