import { refuse, type Refusal } from '../shared/decider.js';
import { sha256 } from '../shared/sha256.js';

/*
 * Lots that anyone can check: the SHA-256 of a seed is published when the ballot opens, the seed itself when it closes, and the
 * order follows from the seed and the ids alone. Hashing is a pure function of its input; nothing here is random.
 */

/** What is published of a seed before it may be known: its SHA-256 (UTF-8) as 64 hexadecimal digits. */
export const commitTo = (seed: string): string => sha256(seed);

/**
 * The ids in the order of the draw: by the SHA-256 of `seed:id`, smallest first (`printf 'seed:id' | sha256sum`). The order in
 * which they are given makes no difference. Refuses a seed that is not the one committed to.
 */
export function draw(seed: string, commitment: string, ids: readonly string[]): readonly string[] | Refusal<'voting.seed-mismatch'> {
  if (commitTo(seed) !== commitment) return refuse('voting.seed-mismatch', { commitment });
  return drawOrder(seed, ids);
}

/** The draw of a seed that has been checked already. */
export const drawOrder = (seed: string, ids: readonly string[]): readonly string[] =>
  ids
    .map((id) => ({ id, lot: sha256(`${seed}:${id}`) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ id }) => id);
