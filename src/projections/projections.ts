import type { Projection } from './projection.js';
import { people, roles } from './registry/people.js';
import { householdCount, placesByLevel, placeTree, unitRoll } from './registry/place-tree.js';
import { meritEntries } from './guardianship/merit-entries.js';
import { meritRulesVersions } from './guardianship/merit-rules.js';
import { meritTally } from './guardianship/merit-tally.js';
import { plots } from './guardianship/plots.js';

/** The one table of all projections. What stands here is kept up to date, listed, checked and rebuilt. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a projection is contravariant in its row; `any` is the only common supertype
export const projections = [placeTree, placesByLevel, householdCount, unitRoll, people, roles, plots, meritTally, meritEntries, meritRulesVersions] as const satisfies readonly Projection<any>[];
