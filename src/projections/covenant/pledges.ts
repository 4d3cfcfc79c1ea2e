import { pledgeIdOf } from '../../domain/covenant/pledge.js';
import { lineage } from '../../domain/shared/place-id.js';
import { defineProjection, revised, type Revised } from '../projection.js';

/** Holds personal data: the household's own words, which it hangs on its door, and its name only while it consents. */
export interface PledgeRow extends Revised {
  readonly pledgeId: string;
  readonly covenantId: string;
  readonly householdId: string;
  /** False when it was withdrawn; the row then tells nothing else that was said. */
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
const keys = ({ data: { covenantId, householdId } }: OfPledge) => [
  `pledge/${pledgeIdOf(covenantId, householdId)}`,
  `covenant/${covenantId}/${householdId}`,
  `place/${householdId}./${covenantId}`,
];
const isOwnPage = (key: string): boolean => key.startsWith('pledge/');

/** The pledge wall (domain.md rows 2–4), and the page to which a plaque's code leads. */
export const pledgeWall = defineProjection<PledgeRow>({
  name: 'pledge-wall',
  version: 2,
  on: revised<PledgeRow>({
    PledgeMade: {
      keys,
      fold: (_, { data: { covenantId, householdId, version, words, clauses, displayName }, subject, at }) => ({
        pledgeId: subject, covenantId, householdId, standing: true, version, words, clauses, ...(displayName !== undefined && { name: displayName }), madeAt: at, confirmedAt: at,
      }),
    },
    PledgeRenewed: { keys, fold: (row, { data: { version }, at }) => row && { ...row, version, confirmedAt: at } },
    PledgeAmended: { keys, fold: (row, { data: { version, words, clauses }, at }) => row && { ...row, version, words, clauses, confirmedAt: at } },
    PledgeConsentChanged: {
      keys,
      fold: (row, { data: { displayName } }) => {
        if (row === null) return null;
        const { name: _, ...nameless } = row;
        return { ...nameless, ...(displayName !== undefined && { name: displayName }) };
      },
    },
    PledgeWithdrawn: {
      keys,
      fold: (row, _, key) => {
        if (row === null || !isOwnPage(key)) return null;
        const { pledgeId, covenantId, householdId, version, madeAt, confirmedAt } = row;
        return { pledgeId, covenantId, householdId, standing: false, version, clauses: [], madeAt, confirmedAt };
      },
    },
    PlaqueIssued: { keys, fold: (row, { data: { number }, at }) => row && { ...row, plaque: { number, issuedAt: at } } },
    PlaqueMounted: { keys, fold: (row, { at }) => row && { ...row, ...(row.plaque && { plaque: { ...row.plaque, mountedAt: at } }) } },
    PlaqueReplaced: { keys, fold: (row, { data: { number }, at }) => row && { ...row, plaque: { number, issuedAt: at } } },
  }),
});

/** How many households of each place have pledged, by the place's code. A household that pledged to two covenants counts once. */
export const pledgeCoverage = defineProjection<{ readonly pledged: number }>({
  name: 'pledge-coverage',
  version: 1,
  on: {
    PledgeMade: { keys: ({ data: { first, householdId } }) => (first ? lineage(householdId).slice(1) : []), fold: (row) => ({ pledged: (row?.pledged ?? 0) + 1 }) },
    PledgeWithdrawn: { keys: ({ data: { last, householdId } }) => (last ? lineage(householdId).slice(1) : []), fold: (row) => row && { pledged: row.pledged - 1 } },
  },
});
