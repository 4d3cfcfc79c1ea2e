import { type Form, mostPoints, type Paper, paperOf, type Sheet } from '../../domain/platform/papers.js';
import type { Immutable } from '../../domain/shared/decider.js';
import type { PabulibBallot, PabulibFile } from '../formats/pabulib.js';
import { ImportRefused } from './pabulib-votes.js';

export interface Voter {
  /** As the file names the voter, or the number of the vote, from 1. */
  readonly voter: string;
  /** Null for an abstention. */
  readonly paper: Immutable<Paper> | null;
}

/** @throws ImportRefused when one of the ballots is none of these papers */
export const papersIn = (file: PabulibFile, sheet: Immutable<Sheet>): readonly Voter[] =>
  file.ballots.map((one) => {
    const said = paperIn(file, one, sheet.form);
    return { voter: one.voter, paper: said && fitting(one.voter, said, sheet) };
  });

/** What a voter says as a paper of the ballot. @throws ImportRefused when it is none */
export function fitting(voter: string, said: Immutable<Paper>, sheet: Immutable<Sheet>): Immutable<Paper> {
  const paper = paperOf(sheet, said);
  if ('refused' in paper) throw new ImportRefused(`the vote of voter ${voter} is none of this ballot: ${paper.refused}${paper.with ? ` ${JSON.stringify(paper.with)}` : ''}`);
  return paper;
}

/** What a ballot of a .pb says; null for the abstention of somebody who was to choose one. */
function paperIn({ voteType, projects, defaultScore }: PabulibFile, { voter, options, points }: PabulibBallot, form: Form): Paper | null {
  const unnamed = points === null || defaultScore === 0 ? [] : projects.filter(({ id }) => !options.includes(id)).map(({ id }) => ({ optionId: id, points: defaultScore }));
  const scored = points && [...options.map((optionId, i) => ({ optionId, points: points[i]! })), ...unnamed];
  const beyond = scored?.map((one) => one.points).find((value) => value < 0 || value > mostPoints);
  if (beyond !== undefined) throw new ImportRefused(`voter ${voter} gives ${beyond} points; they go from 0 to ${mostPoints}`);
  if (form === 'choice' && options.length === 0 && voteType === 'choose-1') return null;
  return scored !== null ? { points: scored }
    : voteType === 'ordinal' ? { ranking: options.map((option) => ({ options: [option] })) }
    : form === 'choice' && options.length === 1 ? { choice: options[0]! }
    : { approved: [...options] };
}

