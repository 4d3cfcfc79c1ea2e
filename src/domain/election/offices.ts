import type { Bilingual } from '../shared/bilingual.js';
import type { Immutable } from '../shared/decider.js';
import { Flag, Int, One, Optional } from '../shared/fields.js';
import type { PlaceKind } from '../voting/bodies.js';
import { RuleSource } from '../voting/threshold.js';

/** A share that votes must reach: `part` ≥ (if strict: >) numerator/denominator of the whole. */
class Share {
  @Int(1, 100) numerator!: number;
  @Int(1, 100) denominator!: number;
  @Flag() strict!: boolean;
}

/** By which text an office is elected, as it is copied into an election. */
export class ElectionRule {
  @One(() => RuleSource) source!: RuleSource;
  /** The electors who must vote, or else the election is void. */
  @One(() => Share) quorum!: Share;
  /** The papers that must name a candidate, or else the candidate is not elected. */
  @One(() => Share) majority!: Share;
  /** Years from the election day to the end of the term. */
  @Int(1, 10) termYears!: number;
  /** True in a further election for seats that stayed open: fewer votes are enough there. */
  @Optional() @Flag() further?: boolean;
}

/** The offices to which people are elected by secret papers. */
export const officeNames = ['villagers-committee', 'residents-committee', 'villagers-group-leader', 'residents-group-leader'] as const;
/** One of `officeNames`. */
export type Office = (typeof officeNames)[number];

const moreThanHalf: Share = { numerator: 1, denominator: 2, strict: true };
const twoThirds: Share = { numerator: 2, denominator: 3, strict: false };
const oneThird: Share = { numerator: 1, denominator: 3, strict: false };

/** The texts of 2018; both laws were amended on 28 October 2025, and the new texts have not been compared yet. */
const lawOf2018 = (title: string, article: string) =>
  ({ title: `中华人民共和国${title}（2018年修正）`, article, validFrom: '2018-12-29', validUntil: '2025-12-31' }) as const;
const villagersLaw = (article: string) => lawOf2018('村民委员会组织法', article);
const residentsLaw = (article: string) => lawOf2018('城市居民委员会组织法', article);

/**
 * Which office is elected at which kind of place, and by which rule. Villagers' Law, 2018 text: art. 11 (term of five years), art. 15 (more
 * than half of the electors vote; who is named by more than half of the papers is elected; in a further election one third is enough), art.
 * 28 (two thirds of a villagers' group). The Residents' Law (art. 8 and 14) says who elects and for how long, but no figures: those of
 * villages are taken (G). The elected act in the capacity named here.
 */
export const offices = {
  'villagers-committee': {
    zh: '村民委员会成员',
    en: 'members of the villagers’ committee',
    kind: 'village',
    capacity: 'cadre',
    rule: { source: villagersLaw('15'), quorum: moreThanHalf, majority: moreThanHalf, termYears: 5 },
  },
  'residents-committee': {
    zh: '居民委员会成员',
    en: 'members of the residents’ committee',
    kind: 'community',
    capacity: 'cadre',
    rule: { source: residentsLaw('8'), quorum: moreThanHalf, majority: moreThanHalf, termYears: 5 },
  },
  'villagers-group-leader': {
    zh: '村民小组组长',
    en: 'the leader of a villagers’ group',
    kind: 'courtyard-of-village',
    capacity: 'moderator',
    rule: { source: villagersLaw('28'), quorum: twoThirds, majority: moreThanHalf, termYears: 5 },
  },
  'residents-group-leader': {
    zh: '居民小组组长',
    en: 'the leader of a residents’ group',
    kind: 'compound',
    capacity: 'moderator',
    rule: { source: residentsLaw('14'), quorum: moreThanHalf, majority: moreThanHalf, termYears: 5 },
  },
} as const satisfies Readonly<
  Record<Office, Bilingual & { readonly kind: PlaceKind; readonly capacity: 'cadre' | 'moderator'; readonly rule: Immutable<ElectionRule> }>
>;

/** The offices that are elected at a kind of place. */
export const officesAt = (kind: PlaceKind): readonly Office[] => officeNames.filter((office) => offices[office].kind === kind);

/**
 * The rule of a further election: who has the most votes is elected, with at least one third of the papers (Villagers' Law, 2018 text,
 * art. 15; elsewhere G).
 */
export const furtherRule = (rule: Immutable<ElectionRule>): Immutable<ElectionRule> => ({ ...rule, majority: oneThird, further: true });
