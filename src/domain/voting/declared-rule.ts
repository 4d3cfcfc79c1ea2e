import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { Described, Flag, Int, OneOf, Optional } from '../shared/fields.js';
import { rules, type Rule, type RuleName } from './rules.js';

/** The names of all counting rules. */
export const ruleNames = Object.keys(rules) as [RuleName, ...RuleName[]];

/** Parameters of a rule. Those that are left out have the default value of the rule (rules.ts). */
export class RuleParameters {
  @Described('当选名额', 'How many win')
  @Optional()
  @Int(1, 1000)
  seats?: number;
  @Described(
    '未排序的选项怎样计：博达法 average、zero；舒尔策法 last、no-opinion',
    'How options without a rank count. Borda: average, zero; Schulze: last, no-opinion',
  )
  @Optional()
  @OneOf(['average', 'zero', 'last', 'no-opinion'])
  unranked?: 'average' | 'zero' | 'last' | 'no-opinion';
  @Described('舒尔策法怎样衡量两两胜负：赢方票数或票差', 'Schulze: how a win of one over another is measured')
  @Optional()
  @OneOf(['winning-votes', 'margins'])
  strength?: 'winning-votes' | 'margins';
  @Described(
    '同一名次写了几个选项：跳过该名次；此票至此为止；或仅当其中几个仍在计票时为止，只剩一个则计给它',
    'Several options at one rank: that rank is skipped; the paper ends there; or only if several of them continue, else it counts ' +
      'for the one',
  )
  @Optional()
  @OneOf(['skip', 'exhaust', 'exhaust-if-multiple'])
  overvote?: 'skip' | 'exhaust' | 'exhaust-if-multiple';
  @Described('连续空几个名次，此票仍继续计', 'So many ranks left out in a row do not end a paper')
  @Optional()
  @Int(0, 1000)
  skippedRanks?: number;
  @Described('空多少名次都不影响，与 skippedRanks 二选一', 'Any number of ranks may be left out, instead of skippedRanks')
  @Optional()
  @Flag()
  anySkippedRanks?: boolean;
  @Described('每轮淘汰一个，或一次淘汰所有已无望者', 'Whether one option goes out in a round, or all that cannot win any more')
  @Optional()
  @OneOf(['single', 'batch'])
  elimination?: 'single' | 'batch';
  @Described('计到有过半者为止，或只剩两个为止', 'Until one has the majority, or two are left')
  @Optional()
  @OneOf(['majority', 'two-left'])
  until?: 'majority' | 'two-left';
  @Described(
    '同票时：逐轮淘汰法看前一轮（earlier-round），按预算选定的方法看造价再看得票（cost），或直接抽签（lot）',
    'Ties: in rounds of elimination by the round before; in rules that buy options by the lower cost, then more votes; or at once by lot',
  )
  @Optional()
  @OneOf(['earlier-round', 'cost', 'lot'])
  ties?: 'earlier-round' | 'cost' | 'lot';
  @Described('wigm 计票的小数位数', 'wigm: decimals of a vote that are counted')
  @Optional()
  @Int(0, 9)
  decimals?: number;
  @Described('遇到超出预算的选项：跳过它，或到此为止', 'An option that the budget no longer covers is skipped, or ends the choice')
  @Optional()
  @OneOf(['skip', 'stop'])
  overBudget?: 'skip' | 'stop';
  @Described('选项至少要有的分数', 'The least score of what is chosen')
  @Optional()
  @Int(1, Number.MAX_SAFE_INTEGER)
  minScore?: number;
  @Described('前几名计分', 'How many ranks are worth points')
  @Optional()
  @Int(1, 1000)
  places?: number;
  @Described('均等份额法剩余预算怎样用完', 'Equal shares: how what is left of the budget is spent')
  @Optional()
  @OneOf(['none', 'add1', 'more-seats', 'phragmen', 'votes'])
  completion?: 'none' | 'add1' | 'more-seats' | 'phragmen' | 'votes';
  @Described(
    '均等份额法 add1 每步给每人增加的金额，单位为分',
    'Equal shares with add1: by how much the share of each voter grows in a step, in fen',
  )
  @Optional()
  @Int(1, Number.MAX_SAFE_INTEGER)
  unit?: number;
}

/** A counting rule, as declared when a ballot opens and as stored in events. `ruleOf` checks that the parameters belong to the rule. */
export class DeclaredRule extends RuleParameters {
  @OneOf(ruleNames) rule!: RuleName;
}

/** Why a rule cannot be declared. */
export type RuleRefusal = Refusal<'voting.parameter-of-another-rule'>;

/** Rules that buy options. Their ties need not be declared. */
const buying: readonly RuleName[] = ['greedy', 'phragmen', 'equal-shares'];

/** The rule with all its parameters, or a refusal if a parameter or its value does not belong to the rule. */
export function ruleOf({ rule: name, anySkippedRanks, ...declared }: Immutable<DeclaredRule>): Rule | RuleRefusal {
  const { usual } = rules[name];
  const parameters: Record<string, unknown> =
    anySkippedRanks === undefined ? declared : { ...declared, skippedRanks: anySkippedRanks ? null : declared.skippedRanks };
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
  const unranked = { borda: ['average', 'zero'], schulze: ['last', 'no-opinion'] }[name as string];
  const ties = buying.includes(name) ? ['cost', 'lot'] : ['earlier-round', 'lot'];
  for (const [parameter, value] of Object.entries(given))
    if (
      !(parameter in usual || (parameter === 'ties' && buying.includes(name))) ||
      (parameter === 'unranked' && !unranked?.includes(value as string)) ||
      (parameter === 'ties' && !ties.includes(value as string))
    )
      return refuse('voting.parameter-of-another-rule', { rule: name, parameter });
  const rule: Rule = { ...usual, ...given };
  if (rule.rule === 'equal-shares' && rule.seats !== null && declared.completion === undefined)
    return { ...rule, completion: 'more-seats' };
  if (rule.rule === 'equal-shares' && rule.completion === (rule.seats === null ? 'more-seats' : 'add1'))
    return refuse('voting.parameter-of-another-rule', { rule: name, parameter: 'completion' });
  return rule;
}
