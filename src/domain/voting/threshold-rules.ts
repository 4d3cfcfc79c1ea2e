import type { Immutable } from '../shared/decider.js';
import type { Measure, ThresholdCondition, ThresholdDecision, ThresholdRule, ThresholdRuleName, Weight } from './threshold.js';

type Share = readonly [numerator: number, denominator: number, strict?: 'strict'];
type Condition = Immutable<ThresholdCondition>;

const condition = (name: Condition['name'], part: Condition['part'], of: Condition['of'], measure: Measure, [numerator, denominator, strict]: Share): Condition => ({
  name, measure, part, of, numerator, denominator, strict: strict !== undefined,
});
const quorum = (measure: Measure, share: Share) => condition('quorum', 'participating', 'expected', measure, share);
const majority = (measure: Measure, share: Share) => condition('majority', 'approving', 'participating', measure, share);

const moreThanHalf: Share = [1, 2, 'strict'];
const twoThirds: Share = [2, 3];

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
  'villagers-assembly': {
    rule: 'villagers-assembly',
    conditions: [{ ...quorum('heads', moreThanHalf), either: 1 }, { ...quorum('households', twoThirds), either: 1 }, majority('heads', moreThanHalf)],
  },
  'branch-proposal': { rule: 'branch-proposal', conditions: [quorum('heads', moreThanHalf), majority('heads', moreThanHalf)] },
  'committees-consultation': { rule: 'committees-consultation', conditions: [quorum('heads', moreThanHalf), majority('heads', moreThanHalf)] },
  'party-members-meeting': {
    rule: 'party-members-meeting',
    conditions: [quorum('heads', twoThirds), condition('majority', 'approving', 'expected', 'heads', [1, 2])],
  },
  'villagers-resolution': {
    rule: 'villagers-resolution',
    conditions: [{ ...quorum('heads', moreThanHalf), either: 1 }, { ...quorum('households', twoThirds), either: 1 }, majority('heads', moreThanHalf)],
  },
  consensus: {
    rule: 'consensus',
    conditions: [
      quorum('heads', moreThanHalf),
      condition('unanimity', 'unblocking', 'participating', 'heads', [1, 1]), // one block is enough
      condition('assent', 'approving', 'participating', 'heads', twoThirds), // so many stand-asides that few approve is no consensus
    ],
  },
};

/** The four deliberations (四议) in their order; the two publications (两公开) follow the last. */
export const fourDeliberations = ['branch-proposal', 'committees-consultation', 'party-members-meeting', 'villagers-resolution'] as const satisfies readonly ThresholdRuleName[];

/** Which deliberation may be held after those decided so far, in their order; null after the last, or after one that did not adopt. */
export function nextDeliberation(decided: readonly Immutable<Pick<ThresholdDecision, 'outcome'>>[]): (typeof fourDeliberations)[number] | null {
  return decided.every(({ outcome }) => outcome === 'adopted') ? (fourDeliberations[decided.length] ?? null) : null;
}

/**
 * What each owner weighs: one head however many units, with the area of them all (domain.md row 15). A unit that several people
 * own together is listed under the one name they vote by.
 * @param units one entry a unit, area in 0.01 m²
 */
export function weightsOfOwners(units: Iterable<{ readonly owner: string; readonly area: number }>): ReadonlyMap<string, Required<Pick<Weight, 'heads' | 'area'>>> {
  const weights = new Map<string, { heads: number; area: number }>();
  for (const { owner, area } of units) weights.set(owner, { heads: 1, area: (weights.get(owner)?.area ?? 0) + area });
  return weights;
}

export type ProxyRefusal = 'voting.proxy-for-oneself' | 'voting.proxy-already-given' | 'voting.proxy-acts-for-another' | 'voting.proxy-gave-own-vote';

/**
 * Why `owner` may not be represented by `proxy`, or null: a written proxy covers at most one other owner, an owner gives one proxy
 * only, and who is represented represents nobody (domain.md row 15).
 */
export function refuseProxy(given: Iterable<{ readonly owner: string; readonly proxy: string }>, owner: string, proxy: string): ProxyRefusal | null {
  if (owner === proxy) return 'voting.proxy-for-oneself';
  for (const earlier of given) {
    if (earlier.owner === owner) return 'voting.proxy-already-given';
    if (earlier.proxy === proxy) return 'voting.proxy-acts-for-another';
    if (earlier.owner === proxy || earlier.proxy === owner) return 'voting.proxy-gave-own-vote';
  }
  return null;
}
