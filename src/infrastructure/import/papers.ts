import { basename } from 'node:path';
import type { PersonalKeys } from '../../application/ports/personal-keys.js';
import type { Ballot } from '../../domain/platform/ballot-messages.js';
import type { Paper } from '../../domain/platform/papers.js';
import type { Immutable } from '../../domain/shared/decider.js';
import { votersOf, withoutWithdrawn, type Election, type FilePaper, type Reading } from '../formats/election.js';
import { readText, type TextFile } from '../formats/encoding.js';
import { formatOf, formatTitles } from '../formats/formats.js';
import { parsePabulib } from '../formats/pabulib.js';
import { MalformedFile, Problems } from '../formats/text.js';
import { isOf, paperFor, papersIn, type Voter } from './pabulib-papers.js';
import { keepFile } from './kept-file.js';
import { type GiveImported, type ImportedVotes, ImportRefused, importVoters, keysOf, refuseTwice } from './pabulib-votes.js';
import type { Progress } from './places.js';

export interface PapersToImport {
  /** Path and bytes of the file, in any of the formats of `formats.ts`. */
  readonly path: string;
  readonly file: Uint8Array;
  /** The text of the file. */
  readonly source: TextFile;
  /** How the file is to be read; its options are those of the ballot. */
  readonly reading?: Reading;
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
  source,
  reading = {},
  ballotId,
  ballot,
  give,
  hashOf,
  onProgress = () => undefined,
}: PapersToImport): Promise<ImportedPapers> {
  if (ballot === null) throw new ImportRefused(`there is no ballot ${ballotId}`);
  const { voters, isKept, repeatedMarks } = read(path, source, ballot, reading);
  const key = keysOf(file, ballotId, hashOf);
  const fileKept = isKept === null ? {} : { fileKept: isKept && isRecognised(file, source) && (await keepFile(file, ballotId, give, key)) };
  const imported = await importVoters(
    { voters, placeId: ballot.placeId, give, key, onProgress },
    async ({ voter, paper }, onBehalfOf, refuse) => {
      if (paper === null) return 0;
      const outcome = await give({ command: 'CastPaper', params: { id: ballotId }, data: paper, key: key('paper', voter), onBehalfOf });
      if ('refused' in outcome) refuse({ code: outcome.refused });
      return 'refused' in outcome ? 0 : 1;
    },
  );
  return { ...imported, ...fileKept, ...(repeatedMarks > 0 && { repeatedMarks }) };
}

/** Whether the encoding of a file can be told from its bytes: the export reads a kept file without being told its encoding. */
function isRecognised(file: Uint8Array, { encoding }: TextFile): boolean {
  try {
    return readText(file).encoding === encoding;
  } catch (error) {
    if (error instanceof MalformedFile) return false;
    throw error;
  }
}

/** `isKept`: whether the file is to be kept; null for formats that are never kept. */
function read(
  path: string,
  file: TextFile,
  ballot: Immutable<Ballot>,
  reading: Reading,
): { readonly voters: readonly Voter[]; readonly isKept: boolean | null; readonly repeatedMarks: number } {
  const format = formatOf(path, file);
  if (format === undefined)
    throw new ImportRefused(`文件不是以下任何一种格式：${formatTitles.zh}。 It has none of these formats: ${formatTitles.en}`);
  if (format.name === 'pabulib') {
    const parsed = parsePabulib(file.text, reading);
    refuseTwice(parsed.warnings);
    return { voters: papersIn(parsed, ballot), isKept: isOf(parsed, ballot), repeatedMarks: parsed.repeatedMarks };
  }
  const options = ballot.options.flatMap(({ optionId, name }) => (optionId === name ? [name] : [optionId, name]));
  const election = withoutWithdrawn(format.parse(basename(path), file, { ...reading, options }));
  return { voters: votersIn(election, ballot), isKept: null, repeatedMarks: election.repeatedMarks };
}

/** The papers of an election, repeated by their count. An option is named by its id, or by a name that no other option has. */
function votersIn(election: Election, ballot: Immutable<Ballot>): readonly Voter[] {
  const total = votersOf(election);
  if (total > mostVoters) throw new ImportRefused(`it has ${total} votes; import at most ${mostVoters} from one file`);
  const meant = new Map<string, ReadonlySet<string>>();
  for (const { optionId, name } of ballot.options)
    for (const word of [optionId, name].map((one) => one.normalize('NFC')))
      meant.set(word, new Set([...(meant.get(word) ?? []), optionId]));
  const problems = new Problems();
  const idOf = (word: string, line: number): string => {
    const [id = word, ...others] = meant.get(word) ?? meant.get(election.names.get(word) ?? '') ?? [];
    if (others.length > 0)
      problems.add(line, {
        zh: `${JSON.stringify(word)} 是几个选项共有的名称：${[id, ...others].join('、')}`,
        en: `${JSON.stringify(word)} is the name of several options: ${[id, ...others].join(', ')}`,
      });
    return id;
  };
  const said = ({ line, ranking, approved, points }: FilePaper): Paper => {
    if (ranking) {
      const tiers = ranking.map((tier) => [...new Set(tier.map((word) => idOf(word, line)))]);
      // an option that is ranked again alone counts where it is ranked first, as in a count
      const isAgain = (tier: readonly string[], i: number) => tier.length === 1 && tiers.slice(0, i).flat().includes(tier[0]!);
      return { ranking: tiers.filter((tier, i) => !isAgain(tier, i)).map((options) => ({ options })) };
    }
    if (approved) return { approved: [...new Set(approved.map((word) => idOf(word, line)))] };
    return { points: points!.map(([word, value]) => ({ optionId: idOf(word, line), points: value })) };
  };
  let number = 0;
  const voters = election.papers.flatMap((one) => {
    const paper = paperFor(one.line, said(one), ballot, problems);
    return Array.from({ length: one.count }, () => ({ voter: String(++number), paper }));
  });
  problems.refuse();
  return voters;
}
