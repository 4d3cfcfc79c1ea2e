import { defineContext } from '../../kernel/context.js';
import { auditQueries } from './queries.js';
import { auditTexts } from './refusals.js';

/** The trail of all events. It has no aggregates of its own. */
export const auditContext = defineContext({
  name: 'audit',
  commands: [],
  queries: auditQueries,
  refusals: auditTexts,
  projections: [],
});
