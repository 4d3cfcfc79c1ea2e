import { plots } from '../../../projections/guardianship/plots.js';
import { meritTally } from '../../../projections/guardianship/merit-tally.js';
import { meritEntries } from '../../../projections/guardianship/merit-entries.js';
import { meritRulesVersions } from '../../../projections/guardianship/merit-rules.js';
import { defineContext } from '../../kernel/context.js';
import { guardianshipCommands } from './commands.js';
import { guardianshipPolicies } from './policies.js';
import { guardianshipQueries } from './queries.js';
import { guardianshipTexts } from './refusals.js';

export const guardianshipContext = defineContext({
  name: 'guardianship',
  commands: guardianshipCommands,
  queries: guardianshipQueries,
  policies: guardianshipPolicies,
  refusals: guardianshipTexts,
  projections: [plots, meritTally, meritEntries, meritRulesVersions],
});
