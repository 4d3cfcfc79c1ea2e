import type { RankingFile } from '../../application/contexts/platform/ballot-files.js';
import type { PersonalKeys } from '../../application/ports/personal-keys.js';
import type { Ballot } from '../../domain/platform/ballot-messages.js';
import type { Immutable } from '../../domain/shared/decider.js';
import { kindOf } from '../formats/election.js';
import { parsePabulib } from '../formats/pabulib.js';
import { parsePreflib } from '../formats/preflib.js';
import { parseRankingCsv } from '../formats/ranking-csv.js';
import { isOf, papersIn, UnusableLines, type Voter } from './pabulib-papers.js';
import { keepFile } from './kept-file.js';
import { type GiveImported, type ImportedVotes, ImportRefused, importVoters, keysOf, refuseTwice } from './pabulib-votes.js';
import type { Progress } from './places.js';

export interface PapersToImport {
  /** Path and bytes of the file: Pabulib, PrefLib or a CSV of rankings. The name decides the format. */
  readonly path: string;
  readonly file: Uint8Array;
  readonly ballotId: string;
  /** The current state of the ballot; null if there is none. */
  readonly ballot: Immutable<Ballot> | null;
  readonly give: GiveImported;
  readonly hashOf: PersonalKeys['hashOf'];
  readonly onProgress?: (progress: Progress) => void;
}

/** Maximum number of voters in a file: an import appends three events for each. */
const mostVoters = 1_000_000;

export interface ImportedPapers extends ImportedVotes {
  /** Whether the file is kept for the export: the first .pb with the same options and costs. Null for formats that are never kept. */
  readonly fileKept?: boolean;
}

/**
 * Imports ballots as votes of a ballot whose options have the ids (for rankings also the names) in the file. Each voter is registered under
 * a number as a resident of its place. All keys follow from the file, so importing it again changes nothing.
 * @throws MalformedFile if the file is invalid
 * @throws ImportRefused if one of its ballots cannot be a vote here; nothing is imported then
 */
export async function importPapers({
  path,
  file,
  ballotId,
  ballot,
  give,
  hashOf,
  onProgress = () => undefined,
}: PapersToImport): Promise<ImportedPapers> {
  if (ballot === null) throw new ImportRefused(`there is no ballot ${ballotId}`);
  const { voters, isKept } = votersOf(path, file, ballot);
  const key = keysOf(file, ballotId, hashOf);
  const fileKept = isKept === null ? {} : { fileKept: isKept && (await keepFile(file, ballotId, give, key)) };
  const imported = await importVoters(
    { voters, placeId: ballot.placeId, give, key, onProgress },
    async ({ voter, paper }, onBehalfOf, refuse) => {
      if (paper === null) return 0;
      const outcome = await give({ command: 'CastPaper', params: { id: ballotId }, data: paper, key: key('paper', voter), onBehalfOf });
      if ('refused' in outcome) refuse({ code: outcome.refused });
      return 'refused' in outcome ? 0 : 1;
    },
  );
  return { ...imported, ...fileKept };
}

/** `isKept`: whether the file is to be kept; null for formats that are never kept. */
function votersOf(
  path: string,
  file: Uint8Array,
  ballot: Immutable<Ballot>,
): { readonly voters: readonly Voter[]; readonly isKept: boolean | null } {
  switch (kindOf(path, file)) {
    case 'pb': {
      const parsed = parsePabulib(file);
      refuseTwice(parsed.warnings);
      return { voters: papersIn(parsed, ballot), isKept: isOf(parsed, ballot) };
    }
    case 'preflib':
      return { voters: ranked(parsePreflib(file), ballot), isKept: null };
    case 'csv':
      return {
        voters: ranked(
          parseRankingCsv(
            file,
            ballot.options.flatMap(({ optionId, name }) => (optionId === name ? [name] : [optionId, name])),
          ),
          ballot,
        ),
        isKept: null,
      };
    default:
      throw new ImportRefused(
        'it is not a .pb, .soc, .soi, .toc or .toi file, and not a .csv with columns rank1, rank2, … separated by commas',
      );
  }
}

/** Rankings, repeated by their count. An option is named by its id, or by a name that no other option has. */
function ranked({ ballots, lines }: RankingFile & { readonly lines: readonly number[] }, ballot: Immutable<Ballot>): readonly Voter[] {
  const total = ballots.reduce((sum, { count }) => sum + count, 0);
  if (total > mostVoters) throw new ImportRefused(`it has ${total} votes; import at most ${mostVoters} from one file`);
  const meant = new Map<string, ReadonlySet<string>>();
  for (const { optionId, name } of ballot.options)
    for (const word of [optionId, name]) meant.set(word, new Set([...(meant.get(word) ?? []), optionId]));
  const unusable = new UnusableLines();
  const idOf = (word: string, line: number): string => {
    const [id = word, ...others] = meant.get(word) ?? [];
    if (others.length > 0) unusable.add(line, `${JSON.stringify(word)} is the name of several options: ${[id, ...others].join(', ')}`);
    return id;
  };
  let number = 0;
  const voters = ballots.flatMap(({ count, ranking }, i) => {
    const line = lines[i]!;
    const paper = unusable.paper(
      line,
      { ranking: ranking.map((tier) => ({ options: [...new Set(tier.map((word) => idOf(word, line)))] })) },
      ballot,
    );
    return Array.from({ length: count }, () => ({ voter: String(++number), paper }));
  });
  unusable.refuse();
  return voters;
}
