import { electionBoxOwner } from '../../../domain/election/vote.js';
import { ElectionBoxOpened, ElectionKeyDestroyed } from '../../../domain/election/messages.js';
import { electionBoxes, electionList, elections, electoralRolls, sealedPapers } from '../../../projections/election/elections.js';
import { defineContext } from '../../kernel/context.js';
import { electionCommands } from './commands.js';
import { electionPolicies } from './policies.js';
import { electionQueries } from './queries.js';
import { electionRecount } from './recount.js';
import { electionTexts } from './refusals.js';
import { electionSeals } from './seals.js';

export const electionContext = defineContext({
  name: 'election',
  commands: electionCommands,
  queries: electionQueries,
  policies: electionPolicies,
  refusals: electionTexts,
  projections: [elections, electionList, electoralRolls, sealedPapers, electionBoxes],
  seals: electionSeals,
  destructions: { [ElectionKeyDestroyed.name]: { after: ElectionBoxOpened.name, owner: electionBoxOwner } },
  recount: electionRecount,
});
