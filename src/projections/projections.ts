import type { Projection } from './projection.js';
import { placeTree } from './registry/place-tree.js';

/** The one table of all projections. What stands here is kept up to date, listed, checked and rebuilt. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a projection is contravariant in its row; `any` is the only common supertype
export const projections = [placeTree] as const satisfies readonly Projection<any>[];
