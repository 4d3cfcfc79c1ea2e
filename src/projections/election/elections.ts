import type { Immutable } from '../../domain/shared/decider.js';
import type { AllEvents } from '../../domain/deciders.js';
import { lineage } from '../../domain/shared/place-id.js';
import { defineProjection, type Handler, type Recorded, revised, type Revised } from '../projection.js';

type Announced = AllEvents['ElectionAnnounced'];

/** A person who was nominated. Names are personal, but candidates stand to be known by everybody. */
interface NomineeRow {
  readonly personId: string;
  readonly name: string;
  readonly nominations: number;
  /** Absent until the person has answered. */
  readonly stands?: boolean;
  /** Absent until it was examined. */
  readonly qualified?: boolean;
}
/** The state of an election, for everybody. It does not say who may vote or who has voted. */
export interface ElectionRow extends Revised, Omit<Announced, 'electors' | 'standing'> {
  readonly electionId: string;
  readonly stage: 'announced' | 'voting' | 'not-held' | 'closed' | 'decided';
  /** How many may vote. */
  readonly electors: number;
  /** How many have voted. */
  readonly voted: number;
  readonly nominees: readonly NomineeRow[];
  /** In the order of the list. A paper names these numbers. */
  readonly candidates?: readonly { readonly number: number; readonly personId: string; readonly name: string }[];
  readonly result?: AllEvents['ElectionDecided'];
  /** When the key of the papers was destroyed: from then on nobody can read in the log who chose whom. */
  readonly keyDestroyedAt?: string;
}

const own = ({ aggregateId }: { readonly aggregateId: string }) => [aggregateId];
const change = <K extends keyof AllEvents>(
  evolve: (row: ElectionRow, event: Recorded<K, AllEvents[K]>) => Partial<ElectionRow>,
): Handler<ElectionRow, Recorded<K, AllEvents[K]>> => ({ keys: own, evolve: (row, event) => row && { ...row, ...evolve(row, event) } });
const nominee = (row: ElectionRow, personId: string, said: Partial<NomineeRow>): Pick<ElectionRow, 'nominees'> => ({
  nominees: row.nominees.map((one) => (one.personId === personId ? { ...one, ...said } : one)),
});

/** Elections by id. */
export const elections = defineProjection<ElectionRow>({
  name: 'elections',
  version: 1,
  on: {
    ElectorVoted: {
      keys: ({ data: { electionId } }) => [electionId],
      evolve: (row) => row && { ...row, voted: row.voted + 1 },
    },
    ...revised<ElectionRow>({
      ElectionAnnounced: {
        keys: own,
        evolve: (_, { aggregateId, data: { electors, standing = [], ...terms }, revision }) => ({
          ...terms,
          electionId: aggregateId,
          stage: 'announced',
          electors: electors.length,
          voted: 0,
          nominees: standing.map(({ personId, name }) => ({ personId, name, nominations: 0, stands: true, qualified: true })),
          revision,
        }),
      },
      ElectoralRollCorrected: change(({ electors }, { data: { entitled } }) => ({ electors: electors + (entitled ? 1 : -1) })),
      CandidateNominated: change((row, { data: { personId, name }, meta: { actor } }) => {
        const stands = actor === personId ? { stands: true } : {};
        const before = row.nominees.find((one) => one.personId === personId);
        if (before) return nominee(row, personId, { nominations: before.nominations + 1, ...stands });
        return { nominees: [...row.nominees, { personId, name, nominations: 1, ...stands }] };
      }),
      NominationAnswered: change((row, { data: { personId, stands } }) => nominee(row, personId, { stands })),
      CandidateAttested: change((row, { data: { personId, qualified } }) => nominee(row, personId, { qualified })),
      ElectionVotingOpened: change(({ nominees }, { data: { candidates } }) => ({
        stage: 'voting',
        candidates: candidates.map((personId, i) => ({
          number: i + 1,
          personId,
          name: nominees.find((one) => one.personId === personId)!.name,
        })),
      })),
      ElectionNotHeld: change(() => ({ stage: 'not-held' })),
      ElectionClosed: change(() => ({ stage: 'closed' })),
      ElectionBoxOpened: change(() => ({})),
      ElectionDecided: change((_, { data }) => ({ stage: 'decided', result: data })),
      ElectionKeyDestroyed: change((_, { at }) => ({ keyDestroyedAt: at })),
    }),
  },
});

/** An election in a list. */
export interface ElectionListRow extends Pick<Announced, 'placeId' | 'office' | 'title' | 'seats' | 'opensAt' | 'closesAt'> {
  readonly electionId: string;
}
/** Elections for lists: `all/<election>`, and `place/<place>/<election>` for their place and all places above it. */
export const electionList = defineProjection<ElectionListRow>({
  name: 'election-list',
  version: 1,
  writeOnce: true,
  on: {
    ElectionAnnounced: {
      keys: ({ aggregateId, data: { placeId } }) => [
        `all/${aggregateId}`,
        ...lineage(placeId).map((place) => `place/${place}/${aggregateId}`),
      ],
      evolve: (_, { aggregateId, data: { placeId, office, title, seats, opensAt, closesAt } }) => ({
        electionId: aggregateId,
        placeId,
        office,
        title,
        seats,
        opensAt,
        closesAt,
      }),
    },
  },
});

/** Who may vote in an election, for officials. The key is the election id. */
export const electoralRolls = defineProjection<{ readonly placeId: string; readonly electors: readonly string[] }>({
  name: 'electoral-rolls',
  version: 1,
  on: {
    ElectionAnnounced: { keys: own, evolve: (_, { data: { placeId, electors } }) => ({ placeId, electors }) },
    ElectoralRollCorrected: {
      keys: own,
      evolve: (row, { data: { personId, entitled } }) => {
        if (row === null) return row;
        const others = row.electors.filter((elector) => elector !== personId);
        return { ...row, electors: entitled ? [...others, personId] : others };
      },
    },
  },
});

/** The sealed papers by voter: `<election>/<voter>`. When the key that sealed them is destroyed, nobody can read them. */
export const sealedPapers = defineProjection<{ readonly paper: string }>({
  name: 'sealed-papers',
  version: 1,
  writeOnce: true,
  on: {
    ElectorVoted: {
      keys: ({ data: { electionId }, meta: { actor } }) => [`${electionId}/${actor}`],
      evolve: (_, { data: { paper } }) => ({ paper }),
    },
  },
});

/** The papers of opened boxes. The key is the election id. */
export const electionBoxes = defineProjection<Immutable<AllEvents['ElectionBoxOpened']>>({
  name: 'election-boxes',
  version: 1,
  writeOnce: true,
  on: { ElectionBoxOpened: { keys: own, evolve: (_, { data }) => data } },
});
