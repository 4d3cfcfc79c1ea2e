import { renovations } from '../../../projections/renovation/renovations.js';
import { ballotCount } from '../../../projections/renovation/ballot-count.js';
import { renovationDecisions } from '../../../projections/renovation/decisions.js';
import { renovationVotes } from '../../../projections/renovation/votes.js';
import { renovationStatements } from '../../../projections/renovation/statements.js';
import { defineContext } from '../../kernel/context.js';
import { renovationCommands } from './commands.js';
import { renovationPolicies } from './policies.js';
import { renovationQueries } from './queries.js';
import { renovationRecount } from './recount.js';
import { renovationTexts } from './refusals.js';
import { renovationSeals } from './seals.js';

export const renovationContext = defineContext({
  name: 'renovation',
  commands: renovationCommands,
  queries: renovationQueries,
  policies: renovationPolicies,
  refusals: renovationTexts,
  projections: [renovations, ballotCount, renovationDecisions, renovationVotes, renovationStatements],
  seals: renovationSeals,
  recount: renovationRecount,
});
