import type { Immutable } from '../shared/decider.js';
import type { Measure, ThresholdCondition, ThresholdRule, ThresholdRuleName } from './threshold.js';

type Share = readonly [numerator: number, denominator: number, strict?: 'strict'];
type Condition = Immutable<ThresholdCondition>;

const condition = (
  name: Condition['name'],
  part: Condition['part'],
  of: Condition['of'],
  measure: Measure,
  [numerator, denominator, strict]: Share,
): Condition => ({
  name,
  measure,
  part,
  of,
  numerator,
  denominator,
  strict: strict !== undefined,
});
const quorum = (measure: Measure, share: Share) => condition('quorum', 'participating', 'expected', measure, share);
const majority = (measure: Measure, share: Share) => condition('majority', 'approving', 'participating', measure, share);

const moreThanHalf: Share = [1, 2, 'strict'];
const twoThirds: Share = [2, 3];

const assembly = [
  { ...quorum('heads', moreThanHalf), either: 1 },
  { ...quorum('households', twoThirds), either: 1 },
  majority('heads', moreThanHalf),
];

/**
 * The threshold rules with their default conditions. A ballot stores a copy when it opens, so a later change of this table does not
 * affect it. Sources: Civil Code of the PRC art. 278 (owners with at least two thirds of the exclusive area and at least two thirds of
 * the owners take part; of these, more than half by area and by number approve, or three quarters for special matters). Organic Law of
 * the Villagers' Committees art. 22 (more than half of the adults, or representatives of at least two thirds of the households, attend;
 * more than half of those present approve). domain.md row 15 for 四议两公开 (four deliberations, two disclosures); the figures for its
 * branch and committee steps and for consensus are general practice (G).
 */
export const thresholdRules: { readonly [N in ThresholdRuleName]: Immutable<ThresholdRule> & { readonly rule: N } } = {
  'civil-code-278-ordinary': {
    rule: 'civil-code-278-ordinary',
    conditions: [quorum('area', twoThirds), quorum('heads', twoThirds), majority('area', moreThanHalf), majority('heads', moreThanHalf)],
  },
  'civil-code-278-special': {
    rule: 'civil-code-278-special',
    conditions: [quorum('area', twoThirds), quorum('heads', twoThirds), majority('area', [3, 4]), majority('heads', [3, 4])],
  },
  'simple-majority': { rule: 'simple-majority', conditions: [majority('heads', moreThanHalf)] },
  'villagers-assembly': { rule: 'villagers-assembly', conditions: assembly },
  'branch-proposal': { rule: 'branch-proposal', conditions: [quorum('heads', moreThanHalf), majority('heads', moreThanHalf)] },
  'committees-consultation': {
    rule: 'committees-consultation',
    conditions: [quorum('heads', moreThanHalf), majority('heads', moreThanHalf)],
  },
  'party-members-meeting': {
    rule: 'party-members-meeting',
    conditions: [quorum('heads', twoThirds), condition('majority', 'approving', 'expected', 'heads', [1, 2])],
  },
  'villagers-resolution': { rule: 'villagers-resolution', conditions: assembly },
  consensus: {
    rule: 'consensus',
    conditions: [
      quorum('heads', moreThanHalf),
      condition('unanimity', 'unblocking', 'participating', 'heads', [1, 1]), // one block is enough to reject
      condition('assent', 'approving', 'participating', 'heads', twoThirds), // many stand-asides and few approvals are not a consensus
    ],
  },
};
