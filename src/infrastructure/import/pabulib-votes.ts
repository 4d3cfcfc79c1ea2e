import type { CommandResult } from '../../application/kernel/command.js';
import type { PersonalKeys } from '../../application/ports/personal-keys.js';
import type { Contest } from '../../domain/contest/messages.js';
import { sha256 } from '../../domain/shared/sha256.js';
import type { Immutable, Refusal } from '../../domain/shared/decider.js';
import type { TextFile } from '../formats/encoding.js';
import type { Reading } from '../formats/election.js';
import { parsePabulib, type PabulibFile } from '../formats/pabulib.js';
import type { Words } from '../formats/text.js';
import type { Progress } from './places.js';

/** Executes a command as the importer, a cadre over the contest's place, on the channel `import`. */
export type GiveImported = (command: {
  readonly command: string;
  readonly params: Readonly<Record<string, string>>;
  readonly data: object;
  /** Idempotency key: the same whenever the same thing is imported. */
  readonly key: string;
  /** The voter whose vote it is. */
  readonly onBehalfOf?: string;
}) => Promise<CommandResult | Refusal>;

export interface VotesToImport {
  /** The bytes of the .pb file. */
  readonly file: Uint8Array;
  /** Its text. */
  readonly source: TextFile;
  /** How the file is to be read. */
  readonly reading?: Reading;
  readonly contestId: string;
  /** Loads the current state of the contest. */
  readonly contest: () => Promise<Immutable<Contest> | null>;
  readonly give: GiveImported;
  readonly hashOf: PersonalKeys['hashOf'];
  /** The entry of each project, if all have been entered already; otherwise projects are entered as new compounds or settlements. */
  readonly entries?: ReadonlyMap<string, string>;
  readonly onProgress?: (progress: Progress) => void;
}
export interface ImportedVotes {
  readonly voters: number;
  /** Number of votes that are now in the log as in the file. */
  readonly votes: number;
  readonly refused: readonly { readonly voter: string; readonly project?: string; readonly code: string }[];
  /** How many papers mark an option more than once, which counts once; only if there are any. */
  readonly repeatedMarks?: number;
}

/** Number of voters that are imported at the same time: enough for the log to commit their votes together. */
const width = 64;
/** First number of new compounds: higher than numbers that people use. */
const firstNumber = 10_001;

/**
 * Imports approval ballots as votes of a contest. Each voter is registered under a number as a resident of the contest's place, and votes
 * for the entries of the projects on the ballot. All keys follow from the file, so importing it again changes nothing.
 * @throws MalformedFile if the file is invalid
 * @throws ImportRefused if its ballots cannot be votes of this contest; no vote is imported then
 */
export async function importPabulibVotes({
  file,
  source,
  reading,
  contestId,
  contest,
  give,
  hashOf,
  entries,
  onProgress = () => undefined,
}: VotesToImport): Promise<ImportedVotes> {
  const parsed = parsePabulib(source.text, reading);
  const key = keysOf(file, contestId, hashOf);
  const held = await contest();
  if (held === null) throw new ImportRefused(`there is no contest ${contestId}`);
  refuseUnfit(parsed, held);
  const entryOf = entries ?? (await enterAll(parsed, contestId, contest, give, key));
  const missing = parsed.projects.find(({ id }) => !entryOf.has(id));
  if (missing) throw new ImportRefused(`project ${missing.id} has no entry in contest ${contestId}`);

  const imported = await importVoters(
    { voters: parsed.ballots, placeId: held.placeId, give, key, onProgress },
    async ({ voter, options }, onBehalfOf, refuse) => {
      let votes = 0;
      for (const project of options) {
        const outcome = await give({
          command: 'CastVote',
          params: { id: contestId },
          data: { entryId: entryOf.get(project) },
          key: key('vote', voter, project),
          onBehalfOf,
        });
        if ('refused' in outcome) refuse({ project, code: outcome.refused });
        else votes++;
      }
      return votes;
    },
  );
  return { ...imported, ...(parsed.repeatedMarks > 0 && { repeatedMarks: parsed.repeatedMarks }) };
}

export type Keys = (...parts: readonly string[]) => string;
/**
 * Idempotency keys for the parts of an import of a file: the same for every import of it in one installation. They are in the log in
 * clear. So they are keyed hashes: from plain ones, whoever guesses the number of a voter could tell how that voter voted.
 */
export function keysOf(file: Uint8Array, into: string, hashOf: PersonalKeys['hashOf']): Keys {
  const digest = sha256(Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('latin1'));
  return (...parts) => hashOf(JSON.stringify(['import', digest, into, ...parts]));
}

interface Voters<V> {
  readonly voters: readonly V[];
  readonly placeId: string;
  readonly give: GiveImported;
  readonly key: Keys;
  readonly onProgress: (progress: Progress) => void;
}

/** Registers each voter under a number as a resident of the place, and casts their votes. */
export async function importVoters<V extends { readonly voter: string }>(
  { voters, placeId, give, key, onProgress }: Voters<V>,
  /** Returns the number of votes that are now in the log. */
  vote: (voter: V, person: string, refuse: (what: { readonly project?: string; readonly code: string }) => void) => Promise<number>,
): Promise<ImportedVotes> {
  const refused: { voter: string; project?: string; code: string }[] = [];
  let [done, votes] = [0, 0];
  const one = async (given: V): Promise<void> => {
    const { voter } = given;
    const registered = await give({
      command: 'RegisterPerson',
      params: {},
      data: { placeId, name: `投票人 ${voter}`.slice(0, 60) },
      key: key('person', voter),
    });
    const granted =
      'refused' in registered
        ? registered
        : await give({
            command: 'GrantRole',
            params: { id: registered.id },
            data: { capacity: 'resident', placeId },
            key: key('role', voter),
          });
    if ('refused' in registered || 'refused' in granted) refused.push({ voter, code: 'refused' in granted ? granted.refused : '' });
    else {
      const stand = await vote(given, registered.id, (what) => refused.push({ voter, ...what }));
      votes += stand;
    }
    onProgress({ done: ++done, total: voters.length });
  };
  const left = voters.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const given of left) await one(given);
    }),
  );
  return { voters: voters.length, votes, refused };
}

/** The file is valid, but its ballots cannot be votes of this contest or ballot. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}

function refuseUnfit({ voteType, ballots, warnings }: PabulibFile, { votesPerVoter, votesPerDay }: Immutable<Contest>): void {
  if (voteType !== 'approval')
    throw new ImportRefused(`a vote in a contest is for one entry; ${voteType} ballots cannot be imported as such votes`);
  const longest = Math.max(0, ...ballots.map(({ options }) => options.length));
  const allowed = Math.min(votesPerVoter, votesPerDay);
  if (longest > allowed)
    throw new ImportRefused(`a ballot of the file names ${longest} projects, but a voter of this contest has only ${allowed} a day`);
  refuseTwice(warnings);
}

/** @throws ImportRefused if a voter is listed twice */
export function refuseTwice(warnings: readonly Words[]): void {
  const twice = warnings.find(({ en }) => en.includes('is listed twice'));
  if (twice !== undefined) throw new ImportRefused(`${twice.en}; one voter has one ballot`);
}

/** The longest name of a place or an entry, in characters. */
const longestName = 60;
/** A name that is not too long; where it is cut, it ends with `…`. */
function shortened(name: string): string {
  const characters = [...name];
  return characters.length > longestName ? `${characters.slice(0, longestName - 1).join('')}…` : name;
}

/** Registers and enters a compound or settlement for every project; returns the entry of each project. */
async function enterAll(
  { projects }: PabulibFile,
  contestId: string,
  contest: VotesToImport['contest'],
  give: GiveImported,
  key: (...parts: readonly string[]) => string,
): Promise<ReadonlyMap<string, string>> {
  const { placeId, category } = (await contest())!;
  if (placeId.length !== 12 || (category !== 'compound' && category !== 'settlement'))
    throw new ImportRefused(
      'projects can only be entered as compounds or settlements of a village or community; for another contest, enter them first',
    );
  const ask = async (command: string, params: Readonly<Record<string, string>>, data: object, project: string) => {
    const outcome = await give({ command, params, data, key: key(command, project) });
    if ('refused' in outcome) throw new ImportRefused(`project ${project}: ${command} was refused, ${outcome.refused}`);
  };
  const at = new Map(projects.map(({ id }, i) => [id, `${placeId}.${firstNumber + i}`]));
  for (const { id, name } of projects) {
    const label = shortened(name);
    await ask('RegisterPlace', {}, { placeId: at.get(id), name: label, level: category }, id);
    await ask('EnterContest', { id: contestId }, { placeId: at.get(id), label }, id);
  }
  const byPlace = new Map(Object.entries((await contest())!.entries).map(([entryId, { entrant }]) => [entrant, entryId]));
  const entryOf = new Map(projects.map(({ id }) => [id, byPlace.get(at.get(id)!)!]));
  for (const { id } of projects) await ask('ScreenEntry', { id: contestId }, { entryId: entryOf.get(id), decision: 'accepted' }, id);
  return entryOf;
}
