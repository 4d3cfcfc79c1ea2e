import { ballots, ballotList } from '../../../projections/platform/ballots.js';
import { ballotTally } from '../../../projections/platform/ballot-tally.js';
import { BallotFileErased, BallotFileErasureConfirmed, ballotFileOwner } from '../../../domain/platform/ballot-file.js';
import { defineContext } from '../../kernel/context.js';
import { platformCommands } from './commands.js';
import { platformPolicies } from './policies.js';
import { platformQueries } from './queries.js';
import { ballotRecount } from './recount.js';
import { platformTexts } from './refusals.js';
import { platformSeals } from './seals.js';

export const platformContext = defineContext({
  name: 'platform',
  commands: platformCommands,
  queries: platformQueries,
  policies: platformPolicies,
  refusals: platformTexts,
  projections: [ballots, ballotList, ballotTally],
  seals: platformSeals,
  destructions: { [BallotFileErased.name]: { after: BallotFileErasureConfirmed.name, owner: ballotFileOwner } },
  recount: ballotRecount,
});
