import { inWords, reasonInWords, type Language, type Money } from '../../domain/voting/words.js';
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
  const { rule: own, ...parameters } = rule;
  const said = Object.entries(parameters)
    .map(([parameter, value]) => `${parameter} ${value ?? '–'}`)
    .join(', ');
  const words = account.map((step) => inWords(step, language, name, money));
  return [
    `${language === 'zh' ? '规则' : 'Rule'}: ${own}${said && ` (${said})`}`,
    '',
    ...words,
    '',
    ...winners.map((option, i) => `${i + 1}. ${name(option)}`),
    ...(undecided.length === 0
      ? []
      : [`${language === 'zh' ? '未定：' : 'Undecided: '}${undecided.map(name).join(language === 'zh' ? '、' : ', ')}`]),
  ].join('\n');
}
