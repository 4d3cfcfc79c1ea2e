import type { Immutable } from '../shared/decider.js';
import { byCondition, verdictOf, type Measure, type RuleSource, type ThresholdComparison, type ThresholdDecision } from './threshold.js';
import { bodyOf, citationOf, hasLapsed } from './bodies.js';
import type { Bilingual } from '../shared/bilingual.js';
import { ascending } from '../shared/ascending.js';

type Comparison = Immutable<ThresholdComparison>;

/** Hundredths of a square metre as m², exactly: 98_76 is 98.76. */
const squareMetres = (hundredths: number): string => `${Math.trunc(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
const figure = (measure: Measure, count: number): string => (measure === 'area' ? squareMetres(count) : String(count));

const parts: Readonly<Record<Comparison['part'], Bilingual>> = {
  participating: { zh: '参与表决', en: 'took part' },
  approving: { zh: '同意', en: 'approve' },
  unblocking: { zh: '未否决', en: 'do not block' },
};
const wholes: Readonly<Record<Comparison['of'], Bilingual>> = {
  expected: { zh: '应参与', en: 'entitled' },
  participating: { zh: '参与表决', en: 'who took part' },
};
interface Counted {
  readonly zh: readonly [what: string, unit: string];
  readonly en: string;
}
/** How people are called: owners in a compound, voters in a village. */
const owners: Counted = { zh: ['业主', '人'], en: 'owners' };
const voters: Counted = { zh: ['人数', '人'], en: 'voters' };
const measures: Readonly<Record<Exclude<Measure, 'heads'>, Counted>> = {
  area: { zh: ['专有部分面积', '平方米'], en: 'm² of exclusive area' },
  households: { zh: ['户', '户'], en: 'households' },
};
const verdicts: Readonly<Record<'reached' | 'missed' | Comparison['name'], Bilingual>> = {
  reached: { zh: '达到', en: 'reached' },
  missed: { zh: '未达到', en: 'not reached' },
  quorum: { zh: '法定参与数', en: 'quorum' },
  majority: { zh: '同意比例', en: 'majority' },
  unanimity: { zh: '一致', en: 'unanimity' },
  assent: { zh: '赞成比例', en: 'assent' },
};
const outcomes: Readonly<Record<ThresholdDecision['outcome'], Bilingual>> = {
  adopted: { zh: '结果：通过。', en: 'Outcome: adopted.' },
  rejected: { zh: '结果：未通过。', en: 'Outcome: rejected.' },
  'no-quorum': { zh: '结果：未达到法定参与数，表决不成立。', en: 'Outcome: no quorum, nothing is decided.' },
};

const signs = { '-1': '<', 0: '=', 1: '>' } as const;
/** The true relation, whether the condition holds or not: `209×3 (627) > 312×2 (624)`. */
function relation({ measure, partCount, wholeCount, numerator, denominator, left, right }: Comparison): string {
  const sign = signs[ascending(left, right)];
  return (
    `${figure(measure, partCount)}×${denominator} (${figure(measure, left)}) ${sign} ${figure(measure, wholeCount)}×${numerator} (` +
    `${figure(measure, right)})`
  );
}

/** What was compared, without the conclusion. */
function sides(comparison: Comparison, heads: Counted): Bilingual {
  const { measure, part, of, partCount, wholeCount, strict } = comparison;
  const [count, whole] = [figure(measure, partCount), figure(measure, wholeCount)];
  const {
    zh: [what, unit],
    en: counted,
  } = measure === 'heads' ? heads : measures[measure];
  const needed = strict ? { zh: '须大于', en: 'must be more' } : { zh: '须大于或等于', en: 'must be equal or more' };
  return {
    zh: `${what}：${parts[part].zh} ${count} ${unit}，${wholes[of].zh} ${whole} ${unit}；${relation(comparison)}（${needed.zh}）`,
    en: `${count} ${counted} ${parts[part].en}, of ${whole} ${wholes[of].en}; ${relation(comparison)} (${needed.en})`,
  };
}

/** A condition with its alternatives, of which one is enough, and the conclusion. */
function sentence(alternatives: readonly Comparison[], heads: Counted): Bilingual {
  const { name, holds } = verdictOf(alternatives);
  const [verdict, kind] = [verdicts[holds ? 'reached' : 'missed'], verdicts[name]];
  const counted = alternatives.filter(({ wholeCount }) => wholeCount > 0); // what nobody was counted by says nothing
  const compared = (counted.length > 0 ? counted : alternatives).map((comparison) => sides(comparison, heads));
  const several = compared.length > 1;
  return {
    zh: `${compared.map(({ zh }) => zh).join('；或')}${several ? '；其中有一即可' : ''}，${verdict.zh}${kind.zh}。`,
    en: `${compared.map(({ en }) => en).join('; or ')}${several ? '; one of these is enough' : ''}: ${kind.en} ${verdict.en}.`,
  };
}

/** A decision as text: one sentence per condition, then the outcome. */
export function thresholdInWords(
  { comparisons, outcome }: Immutable<ThresholdDecision>,
  heads: Counted = owners,
): { readonly zh: readonly string[]; readonly en: readonly string[] } {
  const sentences = [...byCondition(comparisons).map((alternatives) => sentence(alternatives, heads)), outcomes[outcome]];
  return { zh: sentences.map(({ zh }) => zh), en: sentences.map(({ en }) => en) };
}

/** The text that a rule is taken from, with the days on which it is in force, as part of a sentence. */
function textInWords({ validFrom, validUntil, ...source }: Immutable<RuleSource>): Bilingual {
  const cited = citationOf(source);
  if (validFrom === undefined) return { zh: cited, en: cited };
  return validUntil === undefined
    ? { zh: `${cited}（${validFrom} 起施行）`, en: `${cited} (in force from ${validFrom})` }
    : {
        zh: `${cited}（${validFrom} 至 ${validUntil} 施行，其后的文本尚未核对）`,
        en: `${cited} (in force from ${validFrom} to ${validUntil}; the later text has not been compared yet)`,
      };
}

/**
 * A decision with the body that decides by its rule, and in words: the body and the text, one sentence per condition, the outcome.
 * `lapsed`: the text is not in force any more on this calendar day in China.
 */
export function explained(decision: Immutable<ThresholdDecision>, day: string) {
  const { rule, source } = decision;
  const body = bodyOf(rule);
  const words = thresholdInWords(decision, body.body === 'owners' ? owners : voters);
  const text = source && textInWords(source);
  return {
    ...decision,
    body,
    lapsed: source !== undefined && hasLapsed(source, day),
    words: {
      zh: [`由${body.zh}决定${text ? `，依据：${text.zh}` : ''}。`, ...words.zh],
      en: [`Decided by ${body.en}${text ? `, under ${text.en}` : ''}.`, ...words.en],
    },
  };
}
