import { pledgeIdOf } from '../../domain/covenant/pledge.js';
import { lineage, parentOf } from '../../domain/shared/place-id.js';
import { defineProjection, revised, type Revised } from '../projection.js';

/** Contains personal data: the household's own words, which are on its door plate, and its name only with consent. */
export interface PledgeRow extends Revised {
  readonly pledgeId: string;
  readonly covenantId: string;
  readonly householdId: string;
  /** False if the pledge was withdrawn or its household merged. Then the row contains nothing else of its content. */
  readonly standing: boolean;
  readonly version: number;
  readonly words?: string;
  readonly clauses: readonly number[];
  /** Present only with consent. */
  readonly name?: string;
  readonly madeAt: string;
  readonly confirmedAt: string;
  readonly plaque?: { readonly number: string; readonly issuedAt: string; readonly mountedAt?: string };
}

interface OfPledge {
  readonly data: { readonly covenantId: string; readonly householdId: string };
}
/** The keys of a pledge: its own page, the wall of its covenant, and the walls of all places above the household. */
type PledgeKey = `${'pledge' | 'covenant' | 'place'}/${string}`;
const keys = ({ data: { covenantId, householdId } }: OfPledge): readonly PledgeKey[] => [
  `pledge/${pledgeIdOf(covenantId, householdId)}`,
  `covenant/${covenantId}/${householdId}`,
  `place/${householdId}./${covenantId}`,
];

/** An ended pledge keeps only its own page. */
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
/** A handler for pledges that are in force. Events about an ended pledge (its plate, its consent) are ignored. */
const whileStanding = <E>(evolve: (row: PledgeRow, event: E) => PledgeRow) => ({
  keys,
  evolve: (row: PledgeRow | null, event: E) => (row?.standing ? evolve(row, event) : row),
});

/** The pledge wall (domain.md rows 2–4), and the page that the code on a plaque opens. */
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
    // a pledge belongs to the household and ends with it; the household into which it was merged makes its own pledge
    PlaceMerged: {
      // only covenants of places above it can have its pledge
      keys: ({ aggregateId }) => lineage(aggregateId).flatMap((covenantId) => keys({ data: { covenantId, householdId: aggregateId } })),
      evolve: (row, _, key) => ended(row, key),
    },
  },
});

/** The households directly in one place: a building, or a courtyard without buildings. */
export interface CoverageRow {
  /** How many of them have a pledge. A household with two pledges counts once, a merged household not at all. */
  readonly pledged: number;
  /** For each household id, the covenants to which it has a pledge; null for a merged household. */
  readonly households: Readonly<Record<string, readonly string[] | null>>;
}
interface OfHousehold {
  readonly data: { readonly householdId: string };
}
/** Counts each household separately, so the result does not depend on commands that were given at the same time. */
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

/** The number of households with a pledge. The key is the place directly above them and a dot, so a place's prefix finds all within it. */
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
