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
 * The rules that a ballot can be opened with, each with its usual conditions; a ballot carries a copy, so that a later change of
 * this table changes no ballot. Sources: Civil Code of the PRC art. 278 (owners: at least two thirds of exclusive area and of
 * heads take part; more than half, for special matters at least three quarters, of those by area and by heads approve); Organic
 * Law of the Villagers' Committees art. 22 (more than half of the adults, or representatives of at least two thirds of the
 * households, attend; more than half of those attending approve); domain.md row 15 for the four deliberations (四议两公开), whose
 * branch, committee and consensus figures are general practice.
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
      condition('unanimity', 'unblocking', 'participating', 'heads', [1, 1]), // one block is enough
      condition('assent', 'approving', 'participating', 'heads', twoThirds), // so many stand-asides that few approve is no consensus
    ],
  },
};
