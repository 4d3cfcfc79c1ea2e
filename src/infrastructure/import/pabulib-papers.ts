import type { Ballot } from '../../domain/platform/ballot-messages.js';
import { mostPoints, type Paper, paperOf } from '../../domain/platform/papers.js';
import type { Immutable } from '../../domain/shared/decider.js';
import { parsePabulib, type PabulibBallot, type PabulibFile } from '../formats/pabulib.js';
import { type GiveImported, type ImportedVotes, ImportRefused, importVoters, keysOf, refuseTwice } from './pabulib-votes.js';
import type { Progress } from './places.js';

export interface PapersToImport {
  /** The .pb file as it is. */
  readonly file: Uint8Array;
  readonly ballotId: string;
  /** The ballot as it stands; null where there is none. */
  readonly ballot: Immutable<Ballot> | null;
  readonly give: GiveImported;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Imports ballots as votes of a ballot whose options have the ids of the file's projects: each voter is registered as a resident of
 * its place under a number. All keys follow from the file's SHA-256, so importing a file again changes nothing.
 * @throws MalformedFile when the file is not sound; ImportRefused when one of its ballots cannot be a vote here. Nothing was imported then
 */
export async function importPabulibPapers({ file, ballotId, ballot, give, onProgress = () => undefined }: PapersToImport): Promise<ImportedVotes> {
  const parsed = parsePabulib(file);
  if (ballot === null) throw new ImportRefused(`there is no ballot ${ballotId}`);
  refuseTwice(parsed.warnings);
  const papers = new Map(parsed.ballots.map((one) => [one.voter, fitting(parsed, one, ballot)]));
  const key = keysOf(file, ballotId);
  return importVoters({ parsed, placeId: ballot.placeId, give, key, onProgress }, async ({ voter }, onBehalfOf, refuse) => {
    const paper = papers.get(voter);
    if (!paper) return 0;
    const outcome = await give({ command: 'CastPaper', params: { id: ballotId }, data: paper, key: key('paper', voter), onBehalfOf });
    if ('refused' in outcome) refuse({ code: outcome.refused });
    return 'refused' in outcome ? 0 : 1;
  });
}

/** A ballot of the file as a paper, which the ballot takes; null for the abstention of somebody who was to choose one. */
function fitting({ voteType, projects, defaultScore }: PabulibFile, { voter, options, points }: PabulibBallot, ballot: Immutable<Ballot>): Immutable<Paper> | null {
  const unnamed = points === null || defaultScore === 0 ? [] : projects.filter(({ id }) => !options.includes(id)).map(({ id }) => ({ optionId: id, points: defaultScore }));
  const scored = points && [...options.map((optionId, i) => ({ optionId, points: points[i]! })), ...unnamed];
  const beyond = scored?.map((one) => one.points).find((value) => value < 0 || value > mostPoints);
  if (beyond !== undefined) throw new ImportRefused(`voter ${voter} gives ${beyond} points; they go from 0 to ${mostPoints}`);
  if (ballot.form === 'choice' && options.length === 0 && voteType === 'choose-1') return null;
  const given: Paper =
    scored !== null ? { points: scored }
    : voteType === 'ordinal' ? { ranking: options.map((option) => ({ options: [option] })) }
    : ballot.form === 'choice' && options.length === 1 ? { choice: options[0]! }
    : { approved: [...options] };
  const paper = paperOf(ballot, given);
  if ('refused' in paper) throw new ImportRefused(`the vote of voter ${voter} is none of this ballot: ${paper.refused}${paper.with ? ` ${JSON.stringify(paper.with)}` : ''}`);
  return paper;
}
