import { refusals } from '../../application/contexts.js';
import type { RefusalText } from '../../application/kernel/texts.js';
import type { BallotOpened } from '../../domain/platform/ballot-messages.js';
import { type Form, mostPoints, type Paper, paperOf, type Sheet } from '../../domain/platform/papers.js';
import type { Immutable } from '../../domain/shared/decider.js';
import type { PabulibBallot, PabulibFile } from '../formats/pabulib.js';
import { Problems } from '../formats/text.js';

export interface Voter {
  /** Id of the voter in the file, or the number of the vote, from 1. */
  readonly voter: string;
  /** Null for an abstention. */
  readonly paper: Immutable<Paper> | null;
}

/** Converts a vote of a file into a paper of the ballot; if that is impossible, adds the reason to the problems. */
export function paperFor(line: number, said: Immutable<Paper>, sheet: Immutable<Sheet>, problems: Problems): Immutable<Paper> | null {
  const paper = paperOf(sheet, said);
  if (!('refused' in paper)) return paper;
  const text = (refusals as Readonly<Record<string, RefusalText>>)[paper.refused];
  const filled = (words = '') => words.replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(paper.with?.[name] ?? '…'));
  problems.add(line, { zh: `${paper.refused}：${filled(text?.zh)}`, en: `${paper.refused}: ${filled(text?.en)}` });
  return null;
}

/** @throws MalformedFile with the lines whose votes are not valid papers of the ballot */
export function papersIn(file: PabulibFile, sheet: Immutable<Sheet>): readonly Voter[] {
  const problems = new Problems();
  const voters = file.ballots.map((one): Voter => {
    const said = paperIn(file, one, sheet.form, problems);
    return { voter: one.voter, paper: said && paperFor(one.line, said, sheet, problems) };
  });
  problems.refuse();
  return voters;
}

/** The paper for a vote of a .pb file; null for an abstention from a choice of one. */
function paperIn(
  { voteType, projects, defaultScore }: PabulibFile,
  { options, points, line }: PabulibBallot,
  form: Form,
  problems: Problems,
): Paper | null {
  const unnamed =
    points === null || defaultScore === 0
      ? []
      : projects.filter(({ id }) => !options.includes(id)).map(({ id }) => ({ optionId: id, points: defaultScore }));
  const scored = points && [...options.map((optionId, i) => ({ optionId, points: points[i]! })), ...unnamed];
  const beyond = scored?.map((one) => one.points).find((value) => value < 0 || value > mostPoints);
  if (beyond !== undefined)
    problems.add(line, {
      zh: `${beyond} 分；分数须在 0 至 ${mostPoints} 之间`,
      en: `${beyond} points; they must be from 0 to ${mostPoints}`,
    });
  if (form === 'choice' && options.length === 0 && voteType === 'choose-1') return null;
  if (scored !== null) return { points: scored };
  if (voteType === 'ordinal') return { ranking: options.map((option) => ({ options: [option] })) };
  return form === 'choice' && options.length === 1 ? { choice: options[0]! } : { approved: [...options] };
}

/**
 * Whether a file has the same options as a ballot and, with a budget, the same costs. The ballot has them in fen, the file in its currency.
 */
export function isOf({ projects, budget, unit }: PabulibFile, declared: Immutable<Pick<BallotOpened, 'options' | 'budget'>>): boolean {
  const costs = new Map(projects.map(({ id, cost }) => [id, cost]));
  const inFen = (amount: number | undefined, fen: number) => amount !== undefined && BigInt(amount) * 100n === BigInt(fen) * BigInt(unit);
  return (
    declared.options.length === projects.length &&
    declared.options.every(({ optionId }) => costs.has(optionId)) &&
    (declared.budget === undefined ||
      (inFen(budget, declared.budget) && declared.options.every(({ optionId, cost = 0 }) => inFen(costs.get(optionId), cost))))
  );
}
