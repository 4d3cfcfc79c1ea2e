import type { RankingFile } from '../../application/ballot-files.js';
import type { Ballot } from '../../domain/platform/ballot-messages.js';
import { mostPoints, type Paper, paperOf } from '../../domain/platform/papers.js';
import type { Immutable } from '../../domain/shared/decider.js';
import { kindOf } from '../formats/election.js';
import { parsePabulib, type PabulibBallot, type PabulibFile } from '../formats/pabulib.js';
import { parsePreflib } from '../formats/preflib.js';
import { parseRankingCsv } from '../formats/ranking-csv.js';
import { type GiveImported, type ImportedVotes, ImportRefused, importVoters, keysOf, refuseTwice } from './pabulib-votes.js';
import type { Progress } from './places.js';

export interface PapersToImport {
  /** The name of the file, by which its kind is told, and the file as it is: Pabulib, PrefLib or rankings as CSV. */
  readonly path: string;
  readonly file: Uint8Array;
  readonly ballotId: string;
  /** The ballot as it stands; null where there is none. */
  readonly ballot: Immutable<Ballot> | null;
  readonly give: GiveImported;
  readonly onProgress?: (progress: Progress) => void;
}

interface Voter {
  /** As the file names the voter, or the number of the vote, from 1. */
  readonly voter: string;
  readonly said: Immutable<Paper> | null;
}

/** Three events for each voter: more belong into several files. */
const mostVoters = 1_000_000;

/**
 * Imports ballots as votes of a ballot whose options have the ids (of rankings also: the names) of the file's: each voter is registered as
 * a resident of its place under a number. All keys follow from the file's SHA-256, so importing a file again changes nothing.
 * @throws MalformedFile when the file is not sound; ImportRefused when one of its ballots cannot be a vote here. Nothing was imported then
 */
export async function importPapers({ path, file, ballotId, ballot, give, onProgress = () => undefined }: PapersToImport): Promise<ImportedVotes> {
  if (ballot === null) throw new ImportRefused(`there is no ballot ${ballotId}`);
  const voters = votersOf(path, file, ballot).map(({ voter, said }) => ({ voter, paper: said && fitting(voter, said, ballot) }));
  const key = keysOf(file, ballotId);
  return importVoters({ voters, placeId: ballot.placeId, give, key, onProgress }, async ({ voter, paper }, onBehalfOf, refuse) => {
    if (paper === null) return 0;
    const outcome = await give({ command: 'CastPaper', params: { id: ballotId }, data: paper, key: key('paper', voter), onBehalfOf });
    if ('refused' in outcome) refuse({ code: outcome.refused });
    return 'refused' in outcome ? 0 : 1;
  });
}

function fitting(voter: string, said: Immutable<Paper>, ballot: Immutable<Ballot>): Immutable<Paper> {
  const paper = paperOf(ballot, said);
  if ('refused' in paper) throw new ImportRefused(`the vote of voter ${voter} is none of this ballot: ${paper.refused}${paper.with ? ` ${JSON.stringify(paper.with)}` : ''}`);
  return paper;
}

function votersOf(path: string, file: Uint8Array, ballot: Immutable<Ballot>): readonly Voter[] {
  switch (kindOf(path, file)) {
    case 'pb': {
      const parsed = parsePabulib(file);
      refuseTwice(parsed.warnings);
      return parsed.ballots.map((one) => ({ voter: one.voter, said: paperIn(parsed, one, ballot) }));
    }
    case 'preflib':
      return ranked(parsePreflib(file), ballot);
    case 'csv':
      return ranked(parseRankingCsv(file, ballot.options.flatMap(({ optionId, name }) => (optionId === name ? [name] : [optionId, name]))), ballot);
    default:
      throw new ImportRefused('it is neither a .pb nor a .soc, .soi, .toc or .toi nor a .csv with columns rank1, rank2, …');
  }
}

/** What a ballot of a .pb says; null for the abstention of somebody who was to choose one. */
function paperIn({ voteType, projects, defaultScore }: PabulibFile, { voter, options, points }: PabulibBallot, ballot: Immutable<Ballot>): Paper | null {
  const unnamed = points === null || defaultScore === 0 ? [] : projects.filter(({ id }) => !options.includes(id)).map(({ id }) => ({ optionId: id, points: defaultScore }));
  const scored = points && [...options.map((optionId, i) => ({ optionId, points: points[i]! })), ...unnamed];
  const beyond = scored?.map((one) => one.points).find((value) => value < 0 || value > mostPoints);
  if (beyond !== undefined) throw new ImportRefused(`voter ${voter} gives ${beyond} points; they go from 0 to ${mostPoints}`);
  if (ballot.form === 'choice' && options.length === 0 && voteType === 'choose-1') return null;
  return scored !== null ? { points: scored }
    : voteType === 'ordinal' ? { ranking: options.map((option) => ({ options: [option] })) }
    : ballot.form === 'choice' && options.length === 1 ? { choice: options[0]! }
    : { approved: [...options] };
}

/** Rankings, each as often as it was given. An option is told by its id, or by a name that no other has. */
function ranked({ ballots }: RankingFile, { index, options }: Immutable<Ballot>): readonly Voter[] {
  const total = ballots.reduce((sum, { count }) => sum + count, 0);
  if (total > mostVoters) throw new ImportRefused(`it has ${total} votes; import at most ${mostVoters} from one file`);
  const named = new Map(options.map(({ optionId, name }) => [name, options.some((other) => other.name === name && other.optionId !== optionId) ? name : optionId]));
  const idOf = (option: string) => (Object.hasOwn(index, option) ? option : (named.get(option) ?? option));
  let number = 0;
  return ballots.flatMap(({ count, ranking }) => {
    const said: Paper = { ranking: ranking.map((tier) => ({ options: [...new Set(tier.map(idOf))] })) };
    return Array.from({ length: count }, () => ({ voter: String(++number), said }));
  });
}
