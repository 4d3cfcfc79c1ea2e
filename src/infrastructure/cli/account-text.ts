import { inWords, reasonInWords, type Language, type Money } from '../../domain/voting/words.js';
import type { FileCount } from './count-file.js';

/** The account of a count as text: the rule, every step and the winners; or only what was asked about an option or a ballot. */
export function accountOf(
  { rule, declaredTies, account, winners, undecided, why, ballot }: FileCount,
  language: Language,
  name: (option: string) => string,
  money: Money | undefined,
): string {
  if (why || ballot)
    return [
      ...(why ?? []).map((step) => inWords(step, language, name, money)),
      ...(ballot ?? []).map((reason) => reasonInWords(reason, language, name, money)),
    ].join('\n');
  const words = account.map((step) => inWords(step, language, name, money));
  return [
    ruleInWords({ rule, declaredTies }, language),
    '',
    ...words,
    '',
    ...winners.map((option, i) => `${i + 1}. ${name(option)}`),
    ...(undecided.length === 0
      ? []
      : [`${language === 'zh' ? '未定：' : 'Undecided: '}${undecided.map(name).join(language === 'zh' ? '、' : ', ')}`]),
  ].join('\n');
}

/** The rule with all its parameters, and what was declared to break ties. */
export function ruleInWords(
  { rule: { rule, ...parameters }, declaredTies }: Pick<FileCount, 'rule' | 'declaredTies'>,
  language: Language,
): string {
  const said = Object.entries({ ...parameters, ...(declaredTies !== undefined && { ties: declaredTies }) })
    .map(([parameter, value]) => `${parameter} ${value ?? '–'}`)
    .join(', ');
  return `${language === 'zh' ? '规则' : 'Rule'}: ${rule}${said && ` (${said})`}`;
}
