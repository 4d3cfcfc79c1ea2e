import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { Int, Many, Optional, OptionId, OptionIds } from '../shared/fields.js';
import { approvals, pointBallots, rankings, type Ballots, type Counted } from '../voting/ballots.js';

/** How a vote is given: a set of options, an order of them, points for them, or one of them. */
export const forms = ['approval', 'ranking', 'points', 'choice'] as const;
export type Form = (typeof forms)[number];
/** The most points that one option can be given. */
export const mostPoints = 1_000_000;

/** What the rules of counting know each form as: a choice approves one option. */
export const countedAs = { approval: 'approval', ranking: 'ranking', points: 'points', choice: 'approval' } as const satisfies Record<
  Form,
  Ballots['form']
>;

/** Options that share a place of an order; none where a rank is left out. */
export class Tier {
  @OptionIds(0, 500) options!: string[];
}
export class PointsGiven {
  @OptionId() optionId!: string;
  @Int(0, mostPoints) points!: number;
}
/** What a voter says, in the form of the ballot: exactly one of the four. */
export class Paper {
  @Optional() @OptionIds(0, 500) approved?: string[];
  /** Best first. */
  @Optional() @Many(() => Tier, 0, 500) ranking?: Tier[];
  @Optional() @Many(() => PointsGiven, 0, 500) points?: PointsGiven[];
  @Optional() @OptionId() choice?: string;
}

/** What a ballot lays down for its papers. */
export interface Sheet {
  readonly form: Form;
  /** Place of every option in the list. */
  readonly index: Readonly<Record<string, number>>;
  /** How many options a paper may name. */
  readonly mostOptions?: number;
  /** How many points a paper may give in all. */
  readonly pointsInAll?: number;
}
export type PaperRefusal =
  | 'platform.wrong-form'
  | 'platform.no-such-option'
  | 'platform.option-named-twice'
  | 'platform.too-many-options-named'
  | 'platform.too-many-points';

const field = { approval: 'approved', ranking: 'ranking', points: 'points', choice: 'choice' } as const satisfies Record<Form, keyof Paper>;

/** The paper as it is counted, equal ones written alike (sets sorted, nothing that says nothing); or why it cannot be one of this ballot. */
export function paperOf(sheet: Immutable<Sheet>, given: Immutable<Paper>): Immutable<Paper> | Refusal<PaperRefusal> {
  const { form, index, mostOptions = Infinity, pointsInAll = Infinity } = sheet;
  const { approved, ranking, points, choice } = given;
  const said = Object.entries({ approved, ranking, points, choice }).filter(([, value]) => value !== undefined);
  if (said.length !== 1 || said[0]![0] !== field[form]) return refuse('platform.wrong-form', { form, field: field[form] });
  const named = approved ?? ranking?.flatMap(({ options }) => options) ?? points?.map(({ optionId }) => optionId) ?? [choice!];
  const unknown = named.find((option) => !Object.hasOwn(index, option));
  if (unknown !== undefined) return refuse('platform.no-such-option', { option: unknown });
  if (new Set(named).size < named.length)
    return refuse('platform.option-named-twice', { option: named.find((option, i) => named.indexOf(option) < i)! });
  const valued = points?.filter((one) => one.points > 0);
  if ((valued ?? named).length > mostOptions) return refuse('platform.too-many-options-named', { limit: mostOptions });
  if (valued && valued.reduce((sum, one) => sum + one.points, 0) > pointsInAll)
    return refuse('platform.too-many-points', { limit: pointsInAll });
  if (approved) return { approved: approved.toSorted() };
  if (valued)
    return {
      points: valued.map(({ optionId, points: value }) => ({ optionId, points: value })).sort((a, b) => (a.optionId < b.optionId ? -1 : 1)),
    };
  if (!ranking) return { choice: choice! };
  const last = ranking.findLastIndex(({ options }) => options.length > 0);
  return { ranking: ranking.slice(0, last + 1).map(({ options }) => ({ options: options.toSorted() })) };
}

/** Papers that say the same have the same text, and others another; of papers as `paperOf` writes them. */
export function textOf({ approved, ranking, points, choice }: Immutable<Paper>): string {
  const joined = (options: readonly string[]) => options.map(encodeURIComponent).join(' '); // an id may hold what stands between ids
  if (approved) return `approved ${joined(approved)}`;
  if (points) return `points ${points.map(({ optionId, points: value }) => `${encodeURIComponent(optionId)}=${value}`).join(' ')}`;
  return ranking ? `ranking ${ranking.map(({ options }) => joined(options)).join('>')}` : `choice ${choice}`;
}

/** Papers as the rules of counting take them. */
export function ballotsOf(
  form: Form,
  options: readonly string[],
  papers: Iterable<Counted<{ readonly paper: Immutable<Paper> }>>,
): Ballots {
  const all = [...papers];
  switch (form) {
    case 'ranking':
      return rankings(
        options,
        all.map(({ paper, count = 1 }) => ({ ranking: paper.ranking!.map((tier) => tier.options), count })),
      );
    case 'points':
      return pointBallots(
        options,
        all.map(({ paper, count = 1 }) => ({ points: paper.points!.map(({ optionId, points }) => [optionId, points] as const), count })),
      );
    default:
      return approvals(
        options,
        all.map(({ paper, count = 1 }) => ({ approved: paper.approved ?? [paper.choice!], count })),
      );
  }
}
