import { refuse, type Refusal } from '../shared/decider.js';
import { sha256 } from '../shared/sha256.js';

/*
 * A draw that everybody can verify. The SHA-256 of a seed is published when the ballot opens, and the seed itself after it closes. The
 * order depends only on the seed and the ids. Hashing is a pure function, so nothing here is random.
 */

/** The commitment to a seed: its SHA-256 (UTF-8) as 64 hexadecimal digits. It is published before the seed. */
export const commitTo = (seed: string): string => sha256(seed);

/**
 * The ids in drawn order: sorted by the SHA-256 of `seed:id`, smallest first (`printf 'seed:id' | sha256sum`). The order of `ids` does
 * not matter. Refuses a seed that does not match the commitment.
 */
export function draw(seed: string, commitment: string, ids: readonly string[]): readonly string[] | Refusal<'voting.seed-mismatch'> {
  if (commitTo(seed) !== commitment) return refuse('voting.seed-mismatch', { commitment });
  return drawOrder(seed, ids);
}

/** As `draw`, for a seed that has already been checked. */
export const drawOrder = (seed: string, ids: readonly string[]): readonly string[] =>
  ids
    .map((id) => ({ id, lot: sha256(`${seed}:${id}`) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ id }) => id);
