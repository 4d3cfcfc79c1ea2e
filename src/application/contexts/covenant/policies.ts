import { type Policies, dueCommand } from '../../process/policy.js';

const opinions = (placeId: string): string => `covenant-opinions/${placeId}`;

/** A hearing of opinions ends when due (domain.md row 1). */
export const covenantPolicies: Policies = {
  on: {
    CovenantOpinionsOpened: (event) => ({ [opinions(event.data.placeId)]: dueCommand(event, event.data.until, 'CloseCovenantOpinions') }),
    CovenantOpinionsClosed: ({ data }) => ({ [opinions(data.placeId)]: null }),
  },
};
