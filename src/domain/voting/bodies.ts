import type { Bilingual } from '../shared/bilingual.js';
import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { thresholdRules } from './threshold-rules.js';
import type { RuleSource, ThresholdRuleName } from './threshold.js';

/*
 * Who decides what (domain.md, Bodies): the body follows from the kind of place and the matter. The rules, with the texts that they are
 * taken from, are in threshold-rules.ts.
 */

/**
 * The matters that owners decide together (Civil Code art. 278 para. 1), with their numbers there. `special` ones (nos. 6 to 8) need
 * three quarters of those who take part, by area and by owners. `ordinary` is no. 9: all other matters of weight.
 */
export const sharedMatters = {
  'rules-of-procedure': { number: 1, zh: '制定、修改业主大会议事规则', en: 'the rules of procedure of the owners’ assembly' },
  'management-covenant': { number: 2, zh: '制定、修改管理规约', en: 'the management covenant' },
  'owners-committee': {
    number: 3,
    zh: '选举业主委员会或者更换其成员',
    en: 'the election of the owners’ committee, or a change of its members',
  },
  'property-manager': { number: 4, zh: '选聘、解聘物业服务企业或者其他管理人', en: 'the engagement or dismissal of the property manager' },
  'use-maintenance-fund': { number: 5, zh: '使用维修资金', en: 'the use of the maintenance fund' },
  'raise-maintenance-fund': { number: 6, zh: '筹集维修资金', en: 'raising the maintenance fund', special: true },
  rebuild: { number: 7, zh: '改建、重建建筑物及其附属设施', en: 'altering or rebuilding a building or its facilities', special: true },
  'change-use-of-common-parts': { number: 8, zh: '改变共有部分的用途', en: 'a change of the use of common parts', special: true },
  'operate-common-parts': { number: 8, zh: '利用共有部分从事经营活动', en: 'running a business on common parts', special: true },
  ordinary: { number: 9, zh: '有关共有和共同管理权利的其他重大事项', en: 'another matter of weight that is shared' },
} as const satisfies Readonly<Record<string, Bilingual & { readonly number: number; readonly special?: true }>>;
/** One of `sharedMatters`. */
export type SharedMatter = keyof typeof sharedMatters;
/** The names of all shared matters. */
export const sharedMatterNames = Object.keys(sharedMatters) as SharedMatter[];

/** What is decided. `covenant`: 村规民约, 居民公约; of a compound it is the management covenant. */
export type Matter = SharedMatter | 'covenant';
const titleOf = (matter: Matter): Bilingual =>
  matter === 'covenant' ? { zh: '制定、修改公约', en: 'adopting or amending a covenant' } : sharedMatters[matter];

/**
 * The kinds of places. A courtyard or settlement of a village stands on the land of a villagers' group and has no owners' assembly; in a
 * community its units have owners, as in a compound.
 */
export type PlaceKind = 'compound' | 'courtyard-of-village' | 'village' | 'community' | 'other';

/** The kind of a place from its level and from the level of the place above it. */
export function placeKindOf(level: string, above: string | null): PlaceKind {
  if (level === 'courtyard' || level === 'settlement') return above === 'village' ? 'courtyard-of-village' : 'compound';
  return level === 'compound' || level === 'village' || level === 'community' ? level : 'other';
}

/** The bodies that decide by a threshold rule. */
const bodies = {
  owners: { zh: '业主', en: 'the owners' },
  'villagers-group': { zh: '村民小组会议', en: 'the meeting of the villagers’ group' },
  'villagers-assembly': { zh: '村民会议', en: 'the villagers’ assembly' },
  'villagers-representatives': { zh: '村民代表会议', en: 'the meeting of villagers’ representatives' },
  'residents-meeting': { zh: '居民会议', en: 'the residents’ meeting' },
  'residents-representatives': { zh: '居民代表会议', en: 'the meeting of residents’ representatives' },
  'residents-council': { zh: '居民议事会', en: 'the residents’ council' },
  'party-branch': { zh: '村党组织', en: 'the party branch' },
  committees: { zh: '村“两委”', en: 'the village party branch and the villagers’ committee' },
  'party-members': { zh: '党员大会', en: 'the meeting of party members' },
  meeting: { zh: '到会人员', en: 'the meeting of those concerned' },
} as const satisfies Readonly<Record<string, Bilingual>>;
/** One of `bodies`. */
export type Body = keyof typeof bodies;

const bodyOfRule: Readonly<Record<ThresholdRuleName, Body>> = {
  'civil-code-278-ordinary': 'owners',
  'civil-code-278-special': 'owners',
  'simple-majority': 'meeting',
  consensus: 'meeting',
  'villagers-group-meeting': 'villagers-group',
  'villagers-assembly': 'villagers-assembly',
  'villagers-representatives': 'villagers-representatives',
  'residents-meeting': 'residents-meeting',
  'residents-representatives': 'residents-representatives',
  'residents-council': 'residents-council',
  'branch-proposal': 'party-branch',
  'committees-consultation': 'committees',
  'party-members-meeting': 'party-members',
  'villagers-resolution': 'villagers-assembly',
};
/** The body that decides by a rule, with its title. */
export const bodyOf = (rule: ThresholdRuleName): Bilingual & { readonly body: Body } => ({
  body: bodyOfRule[rule],
  ...bodies[bodyOfRule[rule]],
});

const ordinaryMatters: readonly Matter[] = ['covenant', ...sharedMatterNames.filter((matter) => !('special' in sharedMatters[matter]))];
const specialMatters: readonly Matter[] = sharedMatterNames.filter((matter) => 'special' in sharedMatters[matter]);
const allMatters: readonly Matter[] = ['covenant', ...sharedMatterNames];

/** One line of the table: by which rules a matter may be decided at a kind of place. Without another wish, the first one counts. */
interface Competence {
  readonly kind: PlaceKind;
  readonly matters: readonly Matter[];
  readonly rules: readonly ThresholdRuleName[];
}

/**
 * Who decides which matter at which kind of place. Every rule names its text and the days on which that is in force. A villagers' assembly
 * may authorise the representatives, but not for the covenant (Villagers' Law, 2018 text, art. 24 and 27; local measures forbid it).
 * 四议两公开 ends with the villagers' assembly. A town, a county or a building has no body by law: whoever is concerned meets (G).
 */
export const competences: readonly Competence[] = [
  { kind: 'compound', matters: ordinaryMatters, rules: ['civil-code-278-ordinary'] },
  { kind: 'compound', matters: specialMatters, rules: ['civil-code-278-special'] },
  { kind: 'courtyard-of-village', matters: allMatters, rules: ['villagers-group-meeting'] },
  { kind: 'village', matters: ['covenant'], rules: ['villagers-assembly', 'villagers-resolution'] },
  { kind: 'village', matters: sharedMatterNames, rules: ['villagers-assembly', 'villagers-representatives', 'villagers-resolution'] },
  { kind: 'community', matters: ['covenant'], rules: ['residents-meeting'] },
  { kind: 'community', matters: sharedMatterNames, rules: ['residents-meeting', 'residents-representatives', 'residents-council'] },
  { kind: 'other', matters: allMatters, rules: ['simple-majority', 'consensus'] },
];

/** The lines of the table for a kind of place. */
export const competencesOf = (kind: PlaceKind): readonly Competence[] => competences.filter((competence) => competence.kind === kind);

/** The rules by which a matter may be decided at this kind of place, the usual one first. */
export const rulesFor = (kind: PlaceKind, matter: Matter): readonly ThresholdRuleName[] =>
  competences.find((competence) => competence.kind === kind && competence.matters.includes(matter))!.rules;

/** Another body decides the matter. */
export type BodyRefusal = 'voting.wrong-body';

/** The rule that was asked for, if its body decides the matter here, or by default the usual one. The refusal names the right body. */
export function ruleFor(
  kind: PlaceKind,
  matter: Matter,
  asked?: ThresholdRuleName,
): Refusal<BodyRefusal> | { readonly rule: ThresholdRuleName } {
  const rules = rulesFor(kind, matter);
  const [usual] = rules;
  if (asked === undefined || rules.includes(asked)) return { rule: asked ?? usual! };
  const [title, body] = [titleOf(matter), bodyOf(usual!)];
  return refuse('voting.wrong-body', {
    matter,
    matterZh: title.zh,
    matterEn: title.en,
    body: body.body,
    bodyZh: body.zh,
    bodyEn: body.en,
    source: citationOf(thresholdRules[usual!].source),
    rules: rules.join(', '),
  });
}

/** A text as it is cited: 《中华人民共和国民法典》第278条. General practice has no article. */
export const citationOf = ({ title, article }: Immutable<RuleSource>): string =>
  article === undefined ? title : `《${title}》第${article}条`;

/** True if the text of a rule is not in force any more on a calendar day in China. The rule then stands on a text that was replaced. */
export const hasLapsed = ({ validUntil }: Immutable<RuleSource>, day: string): boolean => validUntil !== undefined && validUntil < day;
