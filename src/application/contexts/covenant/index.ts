import { covenants, covenantVersions, covenantOpinions } from '../../../projections/covenant/covenants.js';
import { pledgeWall, pledgeCoverage } from '../../../projections/covenant/pledges.js';
import { defineContext } from '../../kernel/context.js';
import { covenantCommands } from './commands.js';
import { covenantPolicies } from './policies.js';
import { covenantQueries } from './queries.js';
import { covenantRecount } from './recount.js';
import { covenantTexts } from './refusals.js';

export const covenantContext = defineContext({
  name: 'covenant',
  commands: covenantCommands,
  queries: covenantQueries,
  policies: covenantPolicies,
  refusals: covenantTexts,
  projections: [covenants, covenantVersions, covenantOpinions, pledgeWall, pledgeCoverage],
  recount: covenantRecount,
});
