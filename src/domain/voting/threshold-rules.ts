import type { Immutable } from '../shared/decider.js';
import type { Measure, RuleSource, ThresholdCondition, ThresholdRule, ThresholdRuleName } from './threshold.js';

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

const civilCode = { title: '中华人民共和国民法典', article: '278', validFrom: '2021-01-01' } as const satisfies RuleSource;
/** The texts of 2018. Both laws were amended on 28 October 2025; the new texts, in force from 2026 on, have not been compared yet. */
const villagersLaw = (article: string) =>
  ({
    title: '中华人民共和国村民委员会组织法（2018年修正）',
    article,
    validFrom: '2018-12-29',
    validUntil: '2025-12-31',
  }) as const satisfies RuleSource;
const residentsLaw = {
  title: '中华人民共和国城市居民委员会组织法（2018年修正）',
  article: '9',
  validFrom: '2018-12-29',
  validUntil: '2025-12-31',
} as const satisfies RuleSource;
const fourDeliberations = { title: '四议两公开工作法（通行做法）' } as const satisfies RuleSource;
const custom = { title: '通行做法' } as const satisfies RuleSource;

const moreThanHalf: Share = [1, 2, 'strict'];
const twoThirds: Share = [2, 3];

const assembly = [
  { ...quorum('heads', moreThanHalf), either: 1 },
  { ...quorum('households', twoThirds), either: 1 },
  majority('heads', moreThanHalf),
];
/** Two thirds of the members take part, and more than half of those present approve. */
const representatives = [quorum('heads', twoThirds), majority('heads', moreThanHalf)];

/**
 * The threshold rules with their default conditions. A ballot stores a copy when it opens, so a later change of this table does not
 * affect it. Sources: Civil Code of the PRC art. 278 (owners with at least two thirds of the exclusive area and at least two thirds of
 * the owners take part; of these, more than half by area and by number approve, or three quarters for special matters). Organic Law of
 * the Villagers' Committees art. 22 (more than half of the adults, or representatives of at least two thirds of the households, attend;
 * more than half of those present approve), art. 26 (two thirds of the representatives) and art. 28 (two thirds of the adults or of the
 * households of a villagers' group). Organic Law of the Urban Residents' Committees art. 9 (more than half of the adults, of the
 * households' representatives or of the groups' representatives attend, more than half of those present approve).
 * domain.md row 15 for 四议两公开 (four deliberations, two disclosures); the figures for its branch and committee steps, for the
 * residents' council (居民议事会) and for consensus are general practice (G).
 */
export const thresholdRules: {
  readonly [N in ThresholdRuleName]: Immutable<ThresholdRule> & { readonly rule: N; readonly source: Immutable<RuleSource> };
} = {
  'civil-code-278-ordinary': {
    rule: 'civil-code-278-ordinary',
    source: civilCode,
    conditions: [quorum('area', twoThirds), quorum('heads', twoThirds), majority('area', moreThanHalf), majority('heads', moreThanHalf)],
  },
  'civil-code-278-special': {
    rule: 'civil-code-278-special',
    source: civilCode,
    conditions: [quorum('area', twoThirds), quorum('heads', twoThirds), majority('area', [3, 4]), majority('heads', [3, 4])],
  },
  'simple-majority': { rule: 'simple-majority', source: custom, conditions: [majority('heads', moreThanHalf)] },
  'villagers-group-meeting': {
    rule: 'villagers-group-meeting',
    source: villagersLaw('28'),
    conditions: [
      { ...quorum('heads', twoThirds), either: 1 },
      { ...quorum('households', twoThirds), either: 1 },
      majority('heads', moreThanHalf),
    ],
  },
  'villagers-assembly': { rule: 'villagers-assembly', source: villagersLaw('22'), conditions: assembly },
  'villagers-representatives': { rule: 'villagers-representatives', source: villagersLaw('26'), conditions: representatives },
  'residents-meeting': {
    rule: 'residents-meeting',
    source: residentsLaw,
    conditions: [
      { ...quorum('heads', moreThanHalf), either: 1 },
      { ...quorum('households', moreThanHalf), either: 1 },
      majority('heads', moreThanHalf),
    ],
  },
  'residents-representatives': {
    rule: 'residents-representatives',
    source: residentsLaw,
    conditions: [quorum('heads', moreThanHalf), majority('heads', moreThanHalf)],
  },
  'residents-council': { rule: 'residents-council', source: custom, conditions: representatives },
  'branch-proposal': {
    rule: 'branch-proposal',
    source: fourDeliberations,
    conditions: [quorum('heads', moreThanHalf), majority('heads', moreThanHalf)],
  },
  'committees-consultation': {
    rule: 'committees-consultation',
    source: fourDeliberations,
    conditions: [quorum('heads', moreThanHalf), majority('heads', moreThanHalf)],
  },
  'party-members-meeting': {
    rule: 'party-members-meeting',
    source: fourDeliberations,
    conditions: [quorum('heads', twoThirds), condition('majority', 'approving', 'expected', 'heads', [1, 2])],
  },
  'villagers-resolution': { rule: 'villagers-resolution', source: villagersLaw('22'), conditions: assembly },
  consensus: {
    rule: 'consensus',
    source: custom,
    conditions: [
      quorum('heads', moreThanHalf),
      condition('unanimity', 'unblocking', 'participating', 'heads', [1, 1]), // one block is enough to reject
      condition('assent', 'approving', 'participating', 'heads', twoThirds), // many stand-asides and few approvals are not a consensus
    ],
  },
};
