import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { Flag, Int, OneOf, Optional } from '../shared/fields.js';
import { rules, type Rule, type RuleName } from './rules.js';

/** The names of all counting rules. */
export const ruleNames = Object.keys(rules) as [RuleName, ...RuleName[]];

/** Parameters of a rule. Those that are left out have the default value of the rule (rules.ts). */
export class RuleParameters {
  @Optional() @Int(1, 1000) seats?: number;
  /** For `borda`: `average` or `zero`. For `schulze`: `last` or `no-opinion`. */
  @Optional() @OneOf(['average', 'zero', 'last', 'no-opinion']) unranked?: 'average' | 'zero' | 'last' | 'no-opinion';
  @Optional() @OneOf(['winning-votes', 'margins']) strength?: 'winning-votes' | 'margins';
  @Optional() @OneOf(['skip', 'exhaust']) overvote?: 'skip' | 'exhaust';
  @Optional() @Int(0, 1000) skippedRanks?: number;
  /** Any number of ranks may be skipped. Replaces `skippedRanks`. */
  @Optional() @Flag() anySkippedRanks?: boolean;
  @Optional() @OneOf(['single', 'batch']) elimination?: 'single' | 'batch';
  @Optional() @OneOf(['majority', 'two-left']) until?: 'majority' | 'two-left';
  @Optional() @OneOf(['earlier-round', 'lot']) ties?: 'earlier-round' | 'lot';
  @Optional() @OneOf(['skip', 'stop']) overBudget?: 'skip' | 'stop';
  @Optional() @Int(1, Number.MAX_SAFE_INTEGER) minScore?: number;
  @Optional() @Int(1, 1000) places?: number;
  @Optional() @OneOf(['none', 'add1', 'more-seats', 'phragmen', 'votes']) completion?:
    'none' | 'add1' | 'more-seats' | 'phragmen' | 'votes';
  @Optional() @Int(1, Number.MAX_SAFE_INTEGER) unit?: number;
}

/** A counting rule, as declared when a ballot opens and as stored in events. `ruleOf` checks that the parameters belong to the rule. */
export class DeclaredRule extends RuleParameters {
  @OneOf(ruleNames) rule!: RuleName;
}

/** Why a rule cannot be declared. */
export type RuleRefusal = Refusal<'voting.parameter-of-another-rule'>;

/** The rule with all its parameters, or a refusal if a parameter or its value does not belong to the rule. */
export function ruleOf({ rule: name, anySkippedRanks, ...declared }: Immutable<DeclaredRule>): Rule | RuleRefusal {
  const { usual } = rules[name];
  const parameters: Record<string, unknown> =
    anySkippedRanks === undefined ? declared : { ...declared, skippedRanks: anySkippedRanks ? null : declared.skippedRanks };
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
  const unranked = { borda: ['average', 'zero'], schulze: ['last', 'no-opinion'] }[name as string];
  for (const [parameter, value] of Object.entries(given))
    if (!(parameter in usual) || (parameter === 'unranked' && !unranked?.includes(value as string)))
      return refuse('voting.parameter-of-another-rule', { rule: name, parameter });
  const rule: Rule = { ...usual, ...given };
  if (rule.rule === 'equal-shares' && rule.seats !== null && declared.completion === undefined)
    return { ...rule, completion: 'more-seats' };
  if (rule.rule === 'equal-shares' && rule.completion === (rule.seats === null ? 'more-seats' : 'add1'))
    return refuse('voting.parameter-of-another-rule', { rule: name, parameter: 'completion' });
  return rule;
}
