import { projections } from '../projections/projections.js';
import { agendaOf } from './agenda.js';
import { policies } from './policies.js';

/** Raised whenever the policies would put other entries on the agenda. */
const agendaVersion = 3;

/** All tables that are kept: the read models, and what the policies put on the agenda. */
export const allProjections = [...projections, agendaOf(policies, agendaVersion)];
