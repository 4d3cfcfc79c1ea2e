import { inWords, reasonInWords, type Language, type Money } from '../../domain/voting/words.js';
import type { Rule } from '../../domain/voting/rules.js';
import type { FileCount } from './count-file.js';

/** The account of a count as text: the rule, every step and the winners; or only what was asked about an option or a ballot. */
export function accountOf(
  { rule, account, winners, undecided, why, ballot }: FileCount,
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
    ruleInWords(rule, language),
    '',
    ...words,
    '',
    ...winners.map((option, i) => `${i + 1}. ${name(option)}`),
    ...(undecided.length === 0
      ? []
      : [`${language === 'zh' ? '未定：' : 'Undecided: '}${undecided.map(name).join(language === 'zh' ? '、' : ', ')}`]),
  ].join('\n');
}

/** The rule with all its parameters. */
export function ruleInWords({ rule, ...parameters }: Rule, language: Language): string {
  const said = Object.entries(parameters)
    .map(([parameter, value]) => `${parameter} ${value ?? '–'}`)
    .join(', ');
  return `${language === 'zh' ? '规则' : 'Rule'}: ${rule}${said && ` (${said})`}`;
}
