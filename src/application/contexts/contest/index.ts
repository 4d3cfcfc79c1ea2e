import { contests, contestList, contestResult } from '../../../projections/contest/contests.js';
import { contestEntries, contestObjections } from '../../../projections/contest/entries.js';
import { contestRanking } from '../../../projections/contest/ranking.js';
import { defineContext } from '../../kernel/context.js';
import { contestCommands } from './commands.js';
import { contestPolicies } from './policies.js';
import { contestQueries } from './queries.js';
import { contestRecount } from './recount.js';
import { contestTexts } from './refusals.js';
import { contestSeals } from './seals.js';

export const contestContext = defineContext({
  name: 'contest',
  commands: contestCommands,
  queries: contestQueries,
  policies: contestPolicies,
  refusals: contestTexts,
  projections: [contests, contestList, contestResult, contestEntries, contestObjections, contestRanking],
  seals: contestSeals,
  recount: contestRecount,
});
