import type { Projection } from './projection.js';
import { covenantOpinions, covenants, covenantVersions } from './covenant/covenants.js';
import { pledgeCoverage, pledgeWall } from './covenant/pledges.js';
import { people, roles } from './registry/people.js';
import { householdCount, placesByLevel, placeTree, unitRoll } from './registry/place-tree.js';
import { audit } from './audit.js';
import { contestList, contestResult, contests } from './contest/contests.js';
import { contestEntries, contestObjections } from './contest/entries.js';
import { contestRanking } from './contest/ranking.js';
import { meritEntries } from './guardianship/merit-entries.js';
import { meritRulesVersions } from './guardianship/merit-rules.js';
import { meritTally } from './guardianship/merit-tally.js';
import { plots } from './guardianship/plots.js';
import { ballotList, ballots } from './platform/ballots.js';
import { ballotTally } from './platform/ballot-tally.js';
import { ballotCount } from './renovation/ballot-count.js';
import { renovationDecisions } from './renovation/decisions.js';
import { renovations } from './renovation/renovations.js';
import { renovationStatements } from './renovation/statements.js';
import { renovationVotes } from './renovation/votes.js';

/** The one table of all projections. What stands here is kept up to date, listed, checked and rebuilt. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a projection is contravariant in its row; `any` is the only common supertype
export const projections = [
  placeTree,
  placesByLevel,
  householdCount,
  unitRoll,
  people,
  roles,
  covenants,
  covenantVersions,
  covenantOpinions,
  pledgeWall,
  pledgeCoverage,
  plots,
  meritTally,
  meritEntries,
  meritRulesVersions,
  contests,
  contestList,
  contestResult,
  contestEntries,
  contestObjections,
  contestRanking,
  audit,
  renovations,
  ballotCount,
  renovationDecisions,
  renovationVotes,
  renovationStatements,
  ballots,
  ballotList,
  ballotTally,
] as const satisfies readonly Projection<any>[];
