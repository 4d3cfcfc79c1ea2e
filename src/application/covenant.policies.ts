import type { Policies } from './policy.js';

const opinions = (placeId: string): string => `covenant-opinions/${placeId}`;

/** A hearing of opinions ends by itself (domain.md row 1). */
export const covenantPolicies: Policies = {
  CovenantOpinionsOpened: ({ id, subject, position, data }) => ({
    [opinions(data.placeId)]: { due: data.until, command: 'CloseCovenantOpinions', params: { id: subject }, data: {}, causation: id, since: position },
  }),
  CovenantOpinionsClosed: ({ data }) => ({ [opinions(data.placeId)]: null }),
};
