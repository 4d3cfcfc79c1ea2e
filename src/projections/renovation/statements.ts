import { defineProjection } from '../projection.js';
import { positionKey } from '../position.js';

/** An opinion or objection. Personal: only those who run the procedure may read it. */
export interface StatementRow {
  readonly id: string;
  readonly personId: string;
  /** The person's own words. */
  readonly words: string;
  readonly at: string;
  /** The ruling on an objection. */
  readonly ruling?: { readonly upheld: boolean; readonly reason: string; readonly at: string };
}

/** The keys are `<renovation>/opinion/<position>` and `<renovation>/objection/<objection>`. */
export const renovationStatements = defineProjection<StatementRow>({
  name: 'renovation-statements',
  version: 1,
  on: {
    RenovationOpinionGiven: {
      keys: ({ data, position }) => [`${data.renovationId}/opinion/${positionKey(position)}`],
      evolve: (_, { id, data: { residentId, words }, at }) => ({ id, personId: residentId, words, at }),
    },
    RenovationObjectionRaised: {
      keys: ({ aggregateId, data }) => [`${aggregateId}/objection/${data.objectionId}`],
      evolve: (_, { data: { objectionId, raisedBy, words }, at }) => ({ id: objectionId, personId: raisedBy, words, at }),
    },
    RenovationObjectionRuled: {
      keys: ({ aggregateId, data }) => [`${aggregateId}/objection/${data.objectionId}`],
      evolve: (row, { data: { upheld, reason }, at }) => row && { ...row, ruling: { upheld, reason, at } },
    },
  },
});
