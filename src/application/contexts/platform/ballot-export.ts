import { type Counting, wholeRule } from '../../../domain/platform/counting.js';
import { struckBefore, withoutStruck } from '../../../domain/platform/striking.js';
import { textOf } from '../../../domain/platform/papers.js';
import { refuse, type Refusal } from '../../../domain/shared/decider.js';
import { dayInChina } from '../../../domain/shared/time.js';
import type { BallotRow } from '../../../projections/platform/ballots.js';
import { type RankingFile, writeBlt, writePabulib, writePreflib, writeRankingCsv } from './ballot-files.js';

export const exportFormats = ['pb', 'csv', 'blt', 'soc', 'soi', 'toc', 'toi'] as const;
export type ExportFormat = (typeof exportFormats)[number];

type Papers = Counting['papers'];

/**
 * The papers of a closed ballot as a file. Equal papers are grouped and voters numbered in that order, so that no voter can be recognised.
 * Refused if the format cannot hold what the papers say.
 */
export function exportOf(
  row: BallotRow,
  unordered: Papers,
  format: ExportFormat,
): { readonly fileName: string; readonly mediaType: string; readonly text: string } | Refusal<'platform.format-unfit'> {
  const papers = inOrder(unordered);
  const { ballotId, declared, withdrawn } = row;
  const stated = { ...declared, withdrawn };
  // PrefLib and CSV cannot say what was withdrawn
  const standing = withoutStruck(stated, unordered, wholeRule(declared.rule));
  const rankings = (of: Pick<BallotRow['declared'], 'options'>, said: Papers): RankingFile => ({
    options: of.options.map(({ optionId }) => optionId),
    ballots: said.map(({ paper, count }) => ({ count, ranking: paper.ranking!.map(({ options }) => options) })),
  });
  const [whole, file] =
    declared.form !== 'ranking' ? [null, null] : [rankings(declared, papers), rankings(standing.listed, inOrder(standing.papers))];
  const skips = file?.ballots.some(({ ranking }) => ranking.some((tier) => tier.length === 0)); // PrefLib cannot leave out a rank
  const preflib = skips
    ? null
    : file &&
      writePreflib(file, [
        ['FILE NAME', ballotId],
        ['TITLE', declared.title],
      ]);
  const kind = preflib && /^# DATA TYPE: (\w+)$/mu.exec(preflib)![1]!;
  const budgeted =
    whole === null || (declared.budget !== undefined && whole.ballots.every(({ ranking }) => ranking.every((tier) => tier.length === 1)));
  const fits = [...(budgeted ? ['pb'] : []), ...(file === null ? [] : ['csv', 'blt']), ...(kind === null ? [] : [kind])];
  if (!fits.includes(format)) return refuse('platform.format-unfit', { format, fits: fits.join(', ') });
  let text = preflib!;
  if (format === 'pb') text = pabulib(row, papers);
  if (format === 'csv') text = `\uFEFF${writeRankingCsv(file!)}`; // without a byte order mark spreadsheets do not read it as UTF-8
  if (format === 'blt')
    text = writeBlt(whole!, {
      title: declared.title,
      seats: declared.rule.seats ?? 1,
      withdrawn: [...struckBefore(stated, wholeRule(declared.rule))],
      writeIns: declared.options.flatMap(({ optionId, writeIn }) => (writeIn ? [optionId] : [])),
    });
  return { fileName: `${ballotId}.${format}`, mediaType: format === 'csv' ? 'text/csv' : 'text/plain', text };
}

const inOrder = (papers: Papers): Papers => papers.toSorted((a, b) => b.count - a.count || (textOf(a.paper) < textOf(b.paper) ? -1 : 1));

/** Fen as yuan, exactly. */
const yuan = (fen: number): string =>
  fen % 100 === 0 ? String(fen / 100) : `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
/** A day as Pabulib writes it: 08.06.2026. */
const day = (instant: string): string => dayInChina(instant).split('-').reverse().join('.');

function ruleName({ rule, completion, overBudget }: BallotRow['declared']['rule']): string {
  if (rule === 'equal-shares') return completion === 'none' ? 'equalshares' : `equalshares/${completion}`;
  return rule === 'greedy' && overBudget === 'stop' ? 'greedy-no-skip' : rule;
}

/** The cost by which Pabulib marks a project that was withdrawn after the voting. */
const withdrawnCost = '999999999';

/** The committee as the rules see it: the number of seats is the budget, and each option costs 1. */
function pabulib({ ballotId, declared, withdrawn, result }: BallotRow, papers: Papers): string {
  const { form, options, budget, limits, rule, mostOptions, pointsInAll } = declared;
  const struck = struckBefore({ ...declared, withdrawn }, wholeRule(rule));
  const cells = papers.flatMap(({ paper, count }) => {
    const named = paper.approved ??
      paper.ranking?.flatMap((tier) => tier.options) ??
      paper.points?.map(({ optionId }) => optionId) ?? [paper.choice!];
    return Array<readonly string[]>(count).fill([
      named.join(','),
      ...(paper.points ? [paper.points.map(({ points }) => points).join(',')] : []),
    ]);
  });
  const voteType = {
    approval: 'approval',
    choice: 'choose-1',
    ranking: 'ordinal',
    points: pointsInAll === undefined ? 'scoring' : 'cumulative',
  }[form];
  const priceOf = (cost = 0) => (budget === undefined ? '1' : yuan(cost));
  const meta = {
    description: declared.title,
    country: 'China',
    unit: declared.placeId,
    instance: ballotId,
    num_projects: options.length,
    num_votes: cells.length,
    budget: budget === undefined ? (rule.seats ?? 1) : yuan(budget),
    vote_type: voteType,
    rule: ruleName(rule),
    date_begin: day(declared.opensAt),
    date_end: day(declared.closesAt),
    currency: 'CNY',
    // for rankings, readers take it as the points of a first place: the highest number of ranks there would give other points
    max_length: form === 'ranking' ? rule.places : mostOptions,
    max_sum_points: pointsInAll,
    min_project_score_threshold: rule.minScore,
    // these two are no keys of Pabulib: limits as JSON, and the step by which budgets are raised, by default 1; amounts in the currency
    limits:
      limits &&
      JSON.stringify(limits.map(({ budget: most, ...limit }) => ({ ...limit, ...(most !== undefined && { budget: yuan(most) }) }))),
    increment: rule.completion === 'add1' && rule.unit !== undefined && rule.unit !== 100 ? yuan(rule.unit) : undefined,
  };
  return writePabulib(
    {
      meta: Object.entries(meta).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
      projectColumns: ['project_id', 'cost', 'name'],
      projects: options.map(({ optionId, cost, name }) => ({
        id: optionId,
        cells: [optionId, struck.has(optionId) ? withdrawnCost : priceOf(cost), name],
      })),
      voteColumns: form === 'points' ? ['voter_id', 'vote', 'points'] : ['voter_id', 'vote'],
      ballots: cells.map((said, i) => ({ cells: [String(i + 1), ...said] })),
    },
    result ? new Set(result.winners) : undefined,
  );
}
