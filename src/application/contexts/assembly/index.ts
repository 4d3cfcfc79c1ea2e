import { resolutionList, resolutions, resolutionVotes } from '../../../projections/assembly/resolutions.js';
import { defineContext } from '../../kernel/context.js';
import { assemblyCommands } from './commands.js';
import { assemblyPolicies } from './policies.js';
import { assemblyQueries } from './queries.js';
import { assemblyRecount } from './recount.js';
import { assemblyTexts } from './refusals.js';

export const assemblyContext = defineContext({
  name: 'assembly',
  commands: assemblyCommands,
  queries: assemblyQueries,
  policies: assemblyPolicies,
  refusals: assemblyTexts,
  projections: [resolutions, resolutionList, resolutionVotes],
  recount: assemblyRecount,
});
