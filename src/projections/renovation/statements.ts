import { defineProjection } from '../projection.js';

/** What somebody said about a renovation. Personal: for those who run the procedure, never for the public. */
export interface StatementRow {
  readonly id: string;
  readonly personId: string;
  /** The person's own words. */
  readonly words: string;
  readonly at: string;
  /** Of an objection that was ruled on. */
  readonly ruling?: { readonly upheld: boolean; readonly reason: string; readonly at: string };
}

/** Opinions, `<renovation>/opinion/<position>`, and objections, `<renovation>/objection/<objection>`. */
export const renovationStatements = defineProjection<StatementRow>({
  name: 'renovation-statements',
  version: 1,
  on: {
    RenovationOpinionGiven: {
      keys: ({ data, position }) => [`${data.renovationId}/opinion/${String(position).padStart(16, '0')}`],
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
