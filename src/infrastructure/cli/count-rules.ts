import { ruleNames } from '../../domain/voting/declared-rule.js';
import { rules, type Rule, type RuleName } from '../../domain/voting/rules.js';
import type { Language } from '../../domain/voting/words.js';
import type { Election, Reading } from '../formats/election.js';
import type { FileBytes } from '../formats/formats.js';
import type { Words } from '../formats/text.js';
import { electionIn, withFile, Unusable, unusable } from './ballot-file.js';
import { compared, type OtherOutcome } from './compare.js';
import { type DeclaredOptions, withDeclared } from './declared-options.js';
import { ElectionCount, tiesFor, whyNot, type DeclaredTies, type FileCount } from './count-file.js';
import { markOf, sideBySide } from './side-by-side.js';
import { gap, table, widthOf } from './table.js';
import { wrapped } from './wrapped.js';

export interface RulesOptions extends Reading, DeclaredOptions {
  /** How many are to be chosen; by default what the file says. */
  readonly seats?: number | undefined;
  /** What decides between equals; each rule takes the part that it can use. */
  readonly ties?: DeclaredTies | undefined;
  /** An outcome to compare each with, and the path of its file. */
  readonly other?: { readonly path: string; readonly outcome: OtherOutcome } | undefined;
  /** Language of the messages; by default English. */
  readonly language?: Language;
  /** Called before each rule. */
  readonly onRule?: (done: number, total: number) => void;
}

/** One election counted by several rules. */
export interface RulesCount extends Pick<FileCount, 'file' | 'names' | 'warnings'> {
  readonly counts: readonly {
    readonly rule: Rule;
    readonly winners: readonly string[];
    readonly undecided: readonly string[];
    /** Whether it is the outcome that it is compared with; absent if there is none. */
    readonly same?: boolean;
  }[];
  /** The rules that do not fit, and why. */
  readonly notCounted: readonly { readonly rule: RuleName; readonly because: Words }[];
  /** Options on which these rules and the other outcome differ, in the order of the file: chosen, undecided or neither. */
  readonly differing: readonly string[];
  /** The other outcome, if there is one. */
  readonly other?: OtherOutcome;
}

/**
 * Counts the ballots of a file by several rules.
 * @param names the rules; `all`: every rule that fits the ballots and what is to be chosen, so that the results can be compared
 * @throws UsageError if the file is malformed, or none of the rules can count it
 */
export const countByRules = (
  path: string,
  bytes: FileBytes,
  names: readonly RuleName[] | 'all',
  { seats: wanted, ties, other, withdrawn, writeIns, limits, language = 'en', onRule, ...reading }: RulesOptions = {},
): RulesCount =>
  withFile(path, language, () => {
    const stated = withDeclared(electionIn(path, bytes, reading), { withdrawn, writeIns, limits });
    const seats = wanted ?? stated.seats;
    const counting = new ElectionCount(stated);
    const listed = names === 'all' ? ruleNames : names;
    const counted: FileCount[] = [];
    const notCounted: { rule: RuleName; because: Words }[] = [];
    listed.forEach((name, i) => {
      onRule?.(i, listed.length);
      const because = whyNot(stated, name, seats) ?? (names === 'all' ? whyOther(stated, name, seats) : null);
      if (because) return notCounted.push({ rule: name, because });
      try {
        const declared = { rule: name, ...(wanted !== undefined && 'seats' in rules[name].usual && { seats: wanted }) };
        return counted.push(counting.by(declared, ties === undefined ? {} : { ties: tiesFor(name, ties) }));
      } catch (error) {
        if (!(error instanceof Unusable)) throw error;
        return notCounted.push({ rule: name, because: error.words });
      }
    });
    if (counted.length === 0) {
      const listOf = (language: Language) => notCounted.map(({ rule, because }) => `${rule}: ${because[language]}`).join('; ');
      unusable({ zh: `没有规则可用：${listOf('zh')}`, en: `none of the rules can count it: ${listOf('en')}` });
    }
    const others = other ? [other.outcome] : [];
    const warnings = new Map(counted.flatMap((count) => count.warnings).map((warning) => [warning.en, warning]));
    return {
      file: counted[0]!.file,
      names: stated.names,
      warnings: [...warnings.values()],
      counts: counted.map((count) => ({
        rule: count.rule,
        winners: count.winners,
        undecided: count.undecided,
        ...(other && { same: compared(count, other.outcome, other.path, language).same }),
      })),
      notCounted,
      differing: stated.options.filter((option) => new Set([...counted, ...others].map((result) => markOf(option, result))).size > 1),
      ...(other && { other: other.outcome }),
    };
  });

/** Why the result of a rule could not be compared with the others; null if it can. */
function whyOther({ money }: Election, name: RuleName, seats: number | null): Words | null {
  const { usual } = rules[name];
  const byBudget = name === 'greedy' || ('seats' in usual && usual.seats === null);
  if (seats === null && money !== null && !byBudget)
    return {
      zh: '按名额选，不按预算选；如要比较请写 --seats',
      en: 'it fills seats and heeds no budget; give --seats to compare such rules',
    };
  if (seats !== null && name === 'greedy') return { zh: '按预算选，不按名额选', en: 'it spends a budget and fills no seats' };
  if (seats === null && money === null && name === 'phragmen')
    return { zh: '文件没有预算，须用 --seats 写明名额', en: 'the file has no budget, so it needs --seats' };
  if (seats !== null && seats > 1 && !('seats' in usual))
    return { zh: `只选一个，名额是 ${seats}`, en: `it chooses one, but there are ${seats} seats` };
  return null;
}

/** The table of rules and winners, where they differ, and the rules that were not counted. */
export function rulesInWords(
  { counts, notCounted, differing, other }: RulesCount,
  language: Language,
  name: (option: string) => string,
): string {
  const zh = language === 'zh';
  const listed = (options: readonly string[]) => options.map(name).join(zh ? '、' : ', ');
  const winnersOf = ({ winners, undecided }: RulesCount['counts'][number]) =>
    [
      ...(winners.length > 0 || undecided.length === 0 ? [listed(winners) || (zh ? '无' : 'nobody')] : []),
      ...(undecided.length > 0 ? [`${zh ? '未定：' : 'undecided: '}${listed(undecided)}`] : []),
    ].join(zh ? '；' : '; ');
  const rows = counts.map((count, i) => [`${i + 1}`, count.rule.rule, count.winners.length]);
  const columns = table([zh ? ['', '规则', '当选数'] : ['', 'rule', 'chosen'], ...rows]).split('\n');
  const indent = Math.max(...columns.map(widthOf)) + gap;
  const cells = [zh ? '当选' : 'winners', ...counts.map(winnersOf)];
  const parts = [columns.map((line, i) => wrapped(line + ' '.repeat(indent - widthOf(line)) + cells[i]!, indent)).join('\n')];
  if (counts.length > 1 && differing.length === 0) parts.push(zh ? '各规则结果相同。' : 'All rules choose the same.');
  if (other) {
    const alike = counts.flatMap(({ rule: { rule }, same }) => (same ? [rule] : []));
    parts.push(
      zh
        ? `与 ${other.title.zh} 相同的规则：${alike.join('、') || '无'}。`
        : `Rules with the outcome of ${other.title.en}: ${alike.join(', ') || 'none'}.`,
    );
  }
  if (differing.length > 0)
    parts.push(
      `${zh ? '不同之处（列为上表的规则）：' : 'Where they differ, by the numbers of the rules:'}\n${sideBySide(
        [...counts.map((_, i) => `${i + 1}`), ...(other ? [other.title[language]] : [])],
        differing,
        [...counts, ...(other ? [other] : [])],
        name,
      )}`,
    );
  if (notCounted.length > 0) {
    const reasons = [...new Set(notCounted.map(({ because }) => because[language]))];
    const rulesWith = (reason: string) => notCounted.filter(({ because }) => because[language] === reason).map(({ rule }) => rule);
    parts.push(
      [
        zh ? '未计的规则：' : 'Not counted:',
        ...reasons.map((reason) => (zh ? `  ${rulesWith(reason).join('、')}：${reason}` : `  ${rulesWith(reason).join(', ')}: ${reason}`)),
      ].join('\n'),
    );
  }
  return parts.join('\n\n');
}
