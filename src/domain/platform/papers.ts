import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { Int, Many, Optional, OptionId, OptionIds } from '../shared/fields.js';
import { approvals, pointBallots, rankings, type Ballots, type Counted } from '../voting/ballots.js';

/** How a vote is given: a set of options, an order of options, points for options, or one option. */
export const forms = ['approval', 'ranking', 'points', 'choice'] as const;
/** One of `forms`. */
export type Form = (typeof forms)[number];
/** The most points for one option. */
export const mostPoints = 1_000_000;

/** The form of ballots in the counting rules. A choice is counted as an approval of one option. */
export const countedAs = { approval: 'approval', ranking: 'ranking', points: 'points', choice: 'approval' } as const satisfies Record<
  Form,
  Ballots['form']
>;

/** Options with equal rank. An empty tier is a skipped rank. */
export class Tier {
  @OptionIds(0, 500) options!: string[];
}
/** Points for one option. */
export class PointsGiven {
  @OptionId() optionId!: string;
  @Int(0, mostPoints) points!: number;
}
/** The content of a vote, in the form of the ballot: exactly one of the four fields. */
export class Paper {
  @Optional() @OptionIds(0, 500) approved?: string[];
  /** Best first. */
  @Optional() @Many(() => Tier, 0, 500) ranking?: Tier[];
  @Optional() @Many(() => PointsGiven, 0, 500) points?: PointsGiven[];
  @Optional() @OptionId() choice?: string;
}

/** What a ballot declares about its papers. */
export interface Sheet {
  readonly form: Form;
  /** The position of every option in the list. */
  readonly index: Readonly<Record<string, number>>;
  /** The most options that a paper may name. */
  readonly mostOptions?: number;
  /** The most points that a paper may give in total. */
  readonly pointsInAll?: number;
}
/** Why a paper is not valid in a ballot. */
export type PaperRefusal =
  | 'platform.wrong-form'
  | 'platform.no-such-option'
  | 'platform.option-named-twice'
  | 'platform.too-many-options-named'
  | 'platform.too-many-points';

const field = { approval: 'approved', ranking: 'ranking', points: 'points', choice: 'choice' } as const satisfies Record<Form, keyof Paper>;

/** The paper in its normal form, in which equal papers are identical (sets sorted, empty parts removed), or why it is not valid. */
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

/** A text that is equal for equal papers only. The papers must be in normal form (`paperOf`). */
export function textOf({ approved, ranking, points, choice }: Immutable<Paper>): string {
  const joined = (options: readonly string[]) => options.map(encodeURIComponent).join(' '); // an id may contain the separators
  if (approved) return `approved ${joined(approved)}`;
  if (points) return `points ${points.map(({ optionId, points: value }) => `${encodeURIComponent(optionId)}=${value}`).join(' ')}`;
  return ranking ? `ranking ${ranking.map(({ options }) => joined(options)).join('>')}` : `choice ${choice}`;
}

/**
 * The paper without these options.
 * @param placesStay if not, what it ranks below one of them moves up
 */
export function paperWithout(
  { approved, ranking, points, choice }: Immutable<Paper>,
  gone: ReadonlySet<string>,
  placesStay: boolean,
): Immutable<Paper> {
  const stays = (option: string) => !gone.has(option);
  if (approved) return { approved: approved.filter(stays) };
  if (points) return { points: points.filter(({ optionId }) => stays(optionId)) };
  if (!ranking) return stays(choice!) ? { choice: choice! } : { approved: [] };
  return {
    ranking: ranking
      .map(({ options }) => ({ options: options.filter(stays) }))
      .filter(({ options }, i) => placesStay || options.length > 0 || ranking[i]!.options.length === 0),
  };
}

/** The papers as ballots for the counting rules. */
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
