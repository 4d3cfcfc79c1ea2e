import type { Comparison, OtherOutcome } from './compare.js';
import type { FileCount } from './count-file.js';
import type { RulesCount } from './count-rules.js';

/* What `wuwei --json count` prints. The schema is in count-schema.ts. */

/** The number of the schema. Raise it when the documents change, and run `npm run docs`. */
export const schemaVersion = 3;

interface Document<D extends string> {
  readonly schemaVersion: number;
  readonly document: D;
}
type Named = Readonly<Record<string, string>>;

/** The outcome of a file that was compared with. */
type ComparedOutcome = Pick<OtherOutcome, 'from' | 'winners' | 'undecided'> & { readonly file: string };

export interface CountDocument
  extends
    Document<'count'>,
    Pick<
      FileCount,
      'rule' | 'declaredTies' | 'winners' | 'order' | 'account' | 'undecided' | 'file' | 'warnings' | 'currency' | 'why' | 'ballot'
    > {
  readonly names: Named;
}
export interface RulesDocument extends Document<'rules'>, Pick<RulesCount, 'file' | 'warnings' | 'counts' | 'notCounted' | 'differing'> {
  readonly names: Named;
  readonly compared?: ComparedOutcome;
}
export interface ComparisonDocument
  extends Document<'comparison'>, Pick<FileCount, 'rule' | 'winners' | 'undecided' | 'file' | 'warnings'>, Comparison {
  readonly names: Named;
  readonly compared: ComparedOutcome;
}

const head = <const D extends string>(document: D) => ({ schemaVersion, document });

export const countDocument = ({
  rule,
  declaredTies,
  winners,
  order,
  account,
  undecided,
  file,
  names,
  warnings,
  currency,
  why,
  ballot,
}: FileCount): CountDocument => ({
  ...head('count'),
  rule,
  ...(declaredTies !== undefined && { declaredTies }),
  winners,
  order,
  account,
  undecided,
  file,
  names: Object.fromEntries(names),
  warnings,
  currency,
  ...(why && { why }),
  ...(ballot && { ballot }),
});

/** @param path the file that was compared with, if there is one */
export const rulesDocument = ({ names, other, ...count }: RulesCount, path?: string): RulesDocument => ({
  ...head('rules'),
  ...count,
  names: Object.fromEntries(names),
  ...(other && { compared: comparedOutcome(path!, other) }),
});

const comparedOutcome = (file: string, { from, winners, undecided }: OtherOutcome): ComparedOutcome => ({ file, from, winners, undecided });

/** @param path the file that was compared with */
export const comparisonDocument = (
  { rule, winners, undecided, file, names, warnings }: FileCount,
  path: string,
  other: OtherOutcome,
  comparison: Comparison,
): ComparisonDocument => ({
  ...head('comparison'),
  rule,
  winners,
  undecided,
  file,
  names: Object.fromEntries(names),
  warnings,
  compared: comparedOutcome(path, other),
  ...comparison,
});
