import { pledgeIdOf } from '../../domain/covenant/pledge.js';
import { lineage, parentOf } from '../../domain/shared/place-id.js';
import { defineProjection, revised, type Revised } from '../projection.js';

/** Holds personal data: the household's own words, which it hangs on its door, and its name only while it consents. */
export interface PledgeRow extends Revised {
  readonly pledgeId: string;
  readonly covenantId: string;
  readonly householdId: string;
  /** False when it was withdrawn, or its household was merged; the row then tells nothing else that was said. */
  readonly standing: boolean;
  readonly version: number;
  readonly words?: string;
  readonly clauses: readonly number[];
  /** Only with consent. */
  readonly name?: string;
  readonly madeAt: string;
  readonly confirmedAt: string;
  readonly plaque?: { readonly number: string; readonly issuedAt: string; readonly mountedAt?: string };
}

interface OfPledge {
  readonly data: { readonly covenantId: string; readonly householdId: string };
}
/** A pledge's own page; the wall of its covenant; the wall of every place above the household, whose code the key begins with. */
type PledgeKey = `${'pledge' | 'covenant' | 'place'}/${string}`;
const keys = ({ data: { covenantId, householdId } }: OfPledge): readonly PledgeKey[] => [
  `pledge/${pledgeIdOf(covenantId, householdId)}`,
  `covenant/${covenantId}/${householdId}`,
  `place/${householdId}./${covenantId}`,
];

/** What remains of a pledge that ended: its own page. */
function ended(row: PledgeRow | null, key: string): PledgeRow | null {
  if (row === null || !key.startsWith('pledge/')) return null;
  const { pledgeId, covenantId, householdId, version, madeAt, confirmedAt, revision } = row;
  return {
    pledgeId,
    covenantId,
    householdId,
    standing: false,
    version,
    clauses: [],
    madeAt,
    confirmedAt,
    ...(revision !== undefined && { revision }),
  };
}
/** An event of a pledge that stands. A merged household's may still hear of its plate, or of consent taken back: nothing of that is shown. */
const whileStanding = <E>(evolve: (row: PledgeRow, event: E) => PledgeRow) => ({
  keys,
  evolve: (row: PledgeRow | null, event: E) => (row?.standing ? evolve(row, event) : row),
});

/** The pledge wall (domain.md rows 2–4), and the page to which a plaque's code leads. */
export const pledgeWall = defineProjection<PledgeRow, PledgeKey>({
  name: 'pledge-wall',
  version: 3,
  on: {
    ...revised<PledgeRow, PledgeKey>({
      PledgeMade: {
        keys,
        evolve: (_, { data: { covenantId, householdId, version, words, clauses, displayName }, aggregateId, at }) => ({
          pledgeId: aggregateId,
          covenantId,
          householdId,
          standing: true,
          version,
          words,
          clauses,
          ...(displayName !== undefined && { name: displayName }),
          madeAt: at,
          confirmedAt: at,
        }),
      },
      PledgeRenewed: whileStanding((row, { data: { version }, at }) => ({ ...row, version, confirmedAt: at })),
      PledgeAmended: whileStanding((row, { data: { version, words, clauses }, at }) => ({
        ...row,
        version,
        words,
        clauses,
        confirmedAt: at,
      })),
      PledgeConsentChanged: whileStanding(({ name: _, ...nameless }, { data: { displayName } }) => ({
        ...nameless,
        ...(displayName !== undefined && { name: displayName }),
      })),
      PledgeWithdrawn: { keys, evolve: (row, _, key) => ended(row, key) },
      PlaqueIssued: whileStanding((row, { data: { number }, at }) => ({ ...row, plaque: { number, issuedAt: at } })),
      PlaqueMounted: whileStanding((row, { at }) => ({ ...row, ...(row.plaque && { plaque: { ...row.plaque, mountedAt: at } }) })),
      PlaqueReplaced: whileStanding((row, { data: { number }, at }) => ({ ...row, plaque: { number, issuedAt: at } })),
    }),
    // a pledge is its household's, not the door's: it ends with the household, and the surviving one pledges in its own words
    PlaceMerged: {
      keys: ({ aggregateId }) => lineage(aggregateId).flatMap((covenantId) => keys({ data: { covenantId, householdId: aggregateId } })), // no other place has pledged
      evolve: (row, _, key) => ended(row, key),
    },
  },
});

/** The households that lie directly in one place: a building, or a courtyard without buildings. */
export interface CoverageRow {
  /** How many of them have pledged. One that pledged to two covenants counts once, one that was merged no more. */
  readonly pledged: number;
  /** The covenants to which the pledge of each household stands, by its id; null for a household that was merged. */
  readonly households: Readonly<Record<string, readonly string[] | null>>;
}
interface OfHousehold {
  readonly data: { readonly householdId: string };
}
/** Each household by itself decides whether it counts: what two commands knew of each other at the same moment does not matter. */
function covering(
  row: CoverageRow | null,
  household: string,
  change: (covenants: readonly string[]) => readonly string[] | null,
): CoverageRow {
  const { [household]: before = [], ...others } = row?.households ?? {};
  const after = before && change(before);
  const count = (covenants: readonly string[] | null) => (covenants !== null && covenants.length > 0 ? 1 : 0);
  return {
    pledged: (row?.pledged ?? 0) - count(before) + count(after),
    households: after?.length === 0 ? others : { ...others, [household]: after },
  };
}
const coverageKey = (householdId: string) => [`${parentOf(householdId) ?? ''}.`];
const ofHousehold = ({ data: { householdId } }: OfHousehold) => coverageKey(householdId);

/** How many households have pledged, by the code of the place directly above them and a dot: the prefix of a place, which ends so too, leads to all in it. */
export const pledgeCoverage = defineProjection<CoverageRow>({
  name: 'pledge-coverage',
  version: 2,
  on: {
    PledgeMade: {
      keys: ofHousehold,
      evolve: (row, { data: { covenantId, householdId } }) =>
        covering(row, householdId, (covenants) => [...covenants.filter((id) => id !== covenantId), covenantId]),
    },
    PledgeWithdrawn: {
      keys: ofHousehold,
      evolve: (row, { data: { covenantId, householdId } }) =>
        covering(row, householdId, (covenants) => covenants.filter((id) => id !== covenantId)),
    },
    PlaceMerged: {
      keys: ({ data: { level }, aggregateId }) => (level === 'household' ? coverageKey(aggregateId) : []),
      evolve: (row, { aggregateId }) => covering(row, aggregateId, () => null),
    },
  },
});
