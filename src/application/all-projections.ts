import { projections } from '../projections/projections.js';
import { agendaProjection } from './process/runner.js';
import { policies } from './policies.js';
import { requestsOf } from './kernel/idempotency.js';
import { commands } from './routes.js';

/** Raised whenever the policies would put other entries on the agenda. */
const agendaVersion = 3;

/** All tables that are kept: the read models, what the policies put on the agenda, and what was asked by which key. */
export const allProjections = [...projections, agendaProjection(policies, agendaVersion), requestsOf(commands)];
