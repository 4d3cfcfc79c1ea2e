import type { RuledOut } from '../../domain/voting/limits.js';
import { type Outcome, type Step, type Transfer, withdrawalReasons } from '../../domain/voting/outcome.js';
import type { Rule, RuleName } from '../../domain/voting/rules.js';
import type { Reason } from '../../domain/voting/why.js';
import type { Words } from '../formats/text.js';
import { schemaVersion, type ComparisonDocument, type CountDocument, type RulesDocument } from './count-documents.js';

/*
 * The JSON Schema of what `wuwei --json count` prints. The compiler checks it against the types of the documents: each property has a field
 * of its own type. `npm run docs` writes it to docs/count-schema, one file for each version.
 */

type JsonSchema = Readonly<Record<string, unknown>>;
/** The schema of a value of the type T, and of no wider or narrower type. */
interface Field<T> {
  readonly schema: JsonSchema;
  readonly of?: (value: T) => T;
}
interface OptionalField<T> extends Field<T> {
  readonly optional: true;
}
type Fields<T> = { readonly [K in keyof T]-?: object extends Pick<T, K> ? OptionalField<Exclude<T[K], undefined>> : Field<T[K]> };

const text: Field<string> = { schema: { type: 'string' } };
const whole: Field<number> = { schema: { type: 'integer' } };
const yesNo: Field<boolean> = { schema: { type: 'boolean' } };
const oneOf = <const V extends string>(...values: readonly V[]): Field<V> => ({ schema: { enum: values } });
const always: Field<true> = { schema: { const: true } };
const list = <T>({ schema }: Field<T>): Field<readonly T[]> => ({ schema: { type: 'array', items: schema } });
const pair = <T>({ schema }: Field<T>): Field<readonly [T, T]> => ({ schema: { type: 'array', items: schema, minItems: 2, maxItems: 2 } });
const orNull = <T>({ schema }: Field<T>): Field<T | null> => ({ schema: { anyOf: [schema, { type: 'null' }] } });
const optional = <T>({ schema }: Field<T>): OptionalField<T> => ({ schema, optional: true });
const also = <T>(field: Field<T>, description: string): Field<T> => ({ ...field, schema: { description, ...field.schema } });

function object<T>(fields: Fields<T>, first: JsonSchema = {}): Field<T> {
  const entries = Object.entries(fields as Readonly<Record<string, Field<unknown> | OptionalField<unknown>>>);
  const properties = { ...first, ...Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])) };
  const required = [...Object.keys(first), ...entries.flatMap(([name, field]) => ('optional' in field ? [] : [name]))];
  return { schema: { type: 'object', properties, required, additionalProperties: false } };
}

/** Objects of several kinds, told apart by one property. */
const kinds = <T>(property: string, each: Readonly<Record<string, Field<unknown>>>): Field<T> => ({
  schema: {
    oneOf: Object.entries(each).map(([name, { schema }]) => {
      const { properties, required, ...rest } = schema as { properties: JsonSchema; required: readonly string[] };
      return { ...rest, properties: { [property]: { const: name }, ...properties }, required: [property, ...required] };
    }),
  },
});

const options = list(text);
const figures = list(object<{ readonly option: string; readonly value: string }>({ option: text, value: text }));
const transfers = list(object<Transfer>({ to: orNull(text), votes: text }));
const matrix = list(list(whole));
const words = object<Words>({ zh: text, en: text });

type StepOf<S extends Step['step']> = Omit<Extract<Step, { step: S }>, 'step'>;
const steps: { readonly [S in Step['step']]: Fields<StepOf<S>> } = {
  'no-ballots': {},
  withdrawn: { options, round: optional(whole), reason: optional(oneOf(...withdrawalReasons)), late: optional(always) },
  'write-ins': { options },
  'blank-ballots': {},
  'repeated-marks': { papers: whole, end: optional(always) },
  scores: { of: oneOf('votes', 'points', 'borda', 'median'), figures },
  pairwise: {
    options,
    preferences: matrix,
    strengths: matrix,
    against: optional(matrix),
    strength: oneOf('winning-votes', 'margins'),
  },
  round: { round: whole, tallies: figures, exhausted: text, needed: text },
  seat: { seat: whole, struck: options },
  kept: { round: whole, parts: figures },
  'same-median': { options: pair(text), removed: whole, grades: pair(text) },
  eliminated: { round: whole, options, transfers, because: optional(oneOf('withdrawn', 'write-in')) },
  redistributed: { round: whole, changes: figures, exhausted: text },
  surplus: { round: whole, option: text, surplus: text, transfers },
  elected: { round: whole, option: text, because: oneOf('quota', 'majority', 'last-left'), figure: text },
  beats: { option: text, options },
  share: { share: text, raisedBy: optional(whole), options, cost: whole, within: yesNo },
  bought: { option: text, cost: whole, supporters: whole, poor: whole, payment: text, left: whole },
  'not-bought': { option: text, cost: whole, supporters: whole, together: text },
  due: { option: text, cost: whole, supporters: whole, time: text, left: orNull(whole) },
  selected: { option: text, cost: whole, figure: text, left: whole },
  'passed-over': { option: text, because: oneOf('budget', 'threshold', 'stopped'), figure: text, left: whole },
  stopped: { option: text, cost: whole, left: whole },
  'ruled-out': {
    option: text,
    cost: whole,
    limit: object<RuledOut['limit']>({ name: optional(text), options, budget: optional(whole), most: optional(whole) }),
    chosen: options,
    left: orNull(whole),
  },
  tie: { options, by: oneOf('cost', 'votes', 'earlier-round', 'lot', 'any'), chosen: text, struck: optional(always) },
  undecided: { options, tried: optional(whole) },
};

type ReasonOf<R extends Reason['reason']> = Omit<Extract<Reason, { reason: R }>, 'reason'>;
const reasons: { readonly [R in Reason['reason']]: Fields<ReasonOf<R>> } = {
  held: { from: whole, to: whole, option: orNull(text), value: text },
  ranked: { option: text, place: whole, above: whole, won: yesNo },
  paid: { option: text, amount: text, left: text },
  added: { option: text, by: oneOf('votes', 'phragmen'), supporters: whole },
  gave: { option: text, value: text, won: yesNo },
};

const reading = { overvote: oneOf('skip', 'exhaust', 'exhaust-if-multiple'), skippedRanks: orNull(whole) };
const runoff = { ...reading, elimination: oneOf('single', 'batch'), ties: oneOf('earlier-round', 'lot') };
const moneyTies = optional(oneOf('cost', 'lot'));
type RuleOf<N extends RuleName> = Omit<Extract<Rule, { rule: N }>, 'rule'>;
const ruleFields: { readonly [N in RuleName]: Fields<RuleOf<N>> } = {
  approval: { seats: whole },
  points: { seats: whole },
  'majority-judgment': { seats: whole },
  borda: { seats: whole, unranked: oneOf('average', 'zero') },
  schulze: { seats: whole, strength: oneOf('winning-votes', 'margins'), unranked: oneOf('last', 'no-opinion') },
  'instant-runoff': { ...runoff, until: oneOf('majority', 'two-left') },
  'sequential-runoff': { seats: whole, ...runoff },
  'bottoms-up-runoff': { seats: whole, ...runoff },
  'single-transferable-vote': { seats: whole, ...reading },
  wigm: { seats: whole, ...reading, decimals: whole },
  meek: { seats: whole, ...reading },
  phragmen: { seats: orNull(whole), ties: moneyTies },
  greedy: { overBudget: oneOf('skip', 'stop'), minScore: whole, places: orNull(whole), ties: moneyTies },
  'equal-shares': {
    completion: oneOf('none', 'add1', 'more-seats', 'phragmen', 'votes'),
    unit: whole,
    seats: orNull(whole),
    ties: moneyTies,
  },
};

const each = <T extends object>(all: T): Readonly<Record<string, Field<unknown>>> =>
  Object.fromEntries(Object.entries(all).map(([name, fields]) => [name, object(fields as Fields<unknown>)]));
const ref = <T>(name: string): Field<T> => ({ schema: { $ref: `#/$defs/${name}` } });

const outcome = object<ComparisonDocument['compared']>({
  file: text,
  from: oneOf('selected', 'count'),
  winners: options,
  undecided: options,
});
const rule = also(ref<Rule>('rule'), 'the rule with all its parameters');
const winners = also<Outcome['winners']>(options, 'who is chosen, in the order of selection');
const undecided = also<Outcome['winners']>(options, 'who is chosen or not, depending on a tie that nothing declared decides');
const common = {
  file: object<CountDocument['file']>({ format: text, encoding: text }),
  names: {
    schema: { type: 'object', additionalProperties: { type: 'string' }, description: 'names of options that have more than an id' },
  } as Field<CountDocument['names']>,
  warnings: list(words),
};

const documents: { readonly [D in 'count' | 'rules' | 'comparison']: Field<unknown> } = {
  count: object<Omit<CountDocument, 'schemaVersion' | 'document'>>({
    rule,
    declaredTies: optional(also(text, 'what was declared to decide between equals, as --ties has it')),
    winners,
    order: also(list(options), 'the final order; options that share a place are in one list'),
    account: also(list(ref<Step>('step')), 'the count, step by step'),
    undecided,
    ...common,
    currency: also(
      orNull(object<NonNullable<CountDocument['currency']>>({ unit: whole, name: text })),
      'so many units of the amounts in the account make one of the currency; null if there is no money',
    ),
    why: optional(list(ref<Step>('step'))),
    ballot: optional(list(ref<Reason>('reason'))),
  }) as Field<unknown>,
  rules: object<Omit<RulesDocument, 'schemaVersion' | 'document'>>({
    ...common,
    counts: list(object<RulesDocument['counts'][number]>({ rule, winners, undecided, same: optional(yesNo) })),
    notCounted: list(object<RulesDocument['notCounted'][number]>({ rule: { schema: { enum: Object.keys(ruleFields) } }, because: words })),
    differing: also(options, 'on whom these rules, and the outcome compared with, differ: chosen, undecided or neither'),
    compared: optional(outcome),
  }) as Field<unknown>,
  comparison: object<Omit<ComparisonDocument, 'schemaVersion' | 'document'>>({
    ...common,
    rule,
    winners,
    undecided,
    compared: outcome,
    both: options,
    onlyHere: options,
    onlyThere: options,
    undecidedInOne: options,
    same: yesNo,
  }) as Field<unknown>,
};

/** The JSON Schema of all documents. */
export const countSchema = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'What `wuwei --json count` prints',
  oneOf: Object.entries(documents).map(([name, { schema }]) => {
    const { properties, required, ...rest } = schema as { properties: JsonSchema; required: readonly string[] };
    return {
      ...rest,
      properties: { schemaVersion: { const: schemaVersion }, document: { const: name }, ...properties },
      required: ['schemaVersion', 'document', ...required],
    };
  }),
  $defs: {
    rule: kinds('rule', each(ruleFields)).schema,
    step: kinds('step', each(steps)).schema,
    reason: kinds('reason', each(reasons)).schema,
  },
});

/**
 * The text of the file of this version, and what is wrong: another schema was written under the same number.
 * @param locked the text of the file; null if there is none yet
 */
export function lockCountSchema(
  locked: string | null,
  schema = countSchema(),
): { readonly text: string; readonly problems: readonly string[] } {
  const made = `${JSON.stringify(schema, null, 1)}\n`;
  const problems =
    locked === null || locked === made
      ? []
      : [
          `what \`wuwei --json count\` prints has changed, but not its schemaVersion. Declare schemaVersion = ${schemaVersion + 1} in ` +
            'src/infrastructure/cli/count-documents.ts and run `npm run docs`. Only if no release has this version yet, delete its ' +
            'file first',
        ];
  return { text: locked ?? made, problems };
}
