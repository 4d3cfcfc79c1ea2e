import { defineDecider, refuse } from '../shared/decider.js';
import { Id, Int, Optional, Personal, PersonId, PlaceId, Words } from '../shared/fields.js';
import type { Covenant } from './covenant-messages.js';

/** The most opinions of one person on one version. */
const mostOpinions = 20;

/** What an opinion is about. */
class OnClause {
  /** The number of the clause concerned. If left out, the whole draft. */
  @Optional() @Int(1, 999) clause?: number;
}

/** Gives an opinion on the open draft. */
export class GiveCovenantOpinion extends OnClause {
  @Personal() @Words(1, 2000) words!: string;
  declare static readonly facts: { covenant: Covenant };
}
export class CovenantOpinionGiven extends OnClause {
  @PlaceId() placeId!: string;
  @Int(1, 9_999) version!: number;
  @Id() opinionId!: string;
  @PersonId() personId!: string;
  @Personal('personId') @Words(1, 2000) words!: string;
}

/** The opinions of one person on a covenant. */
export interface CovenantOpinions {
  /** The version of the latest opinions, and their number. */
  readonly version: number;
  readonly given: number;
}

/** Refusal codes of opinions. */
export type CovenantOpinionRefusal = 'covenant.opinions-closed' | 'covenant.unknown-clause' | 'covenant.too-many-opinions';

/** The opinions of one person on the drafts of a covenant. One stream per person, `<place>.<person>`, so that people can write at once. */
export const covenantOpinion = defineDecider<CovenantOpinions, CovenantOpinionRefusal>()({
  stream: 'covenantOpinion',
  initial: { version: 0, given: 0 },
  commands: { GiveCovenantOpinion },
  events: { CovenantOpinionGiven },
  decide: {
    GiveCovenantOpinion: (state, { clause, words }, { at, by, newId, facts: { covenant } }) => {
      if (covenant.step !== 'opinions' || at >= (covenant.opinionsUntil ?? '')) return refuse('covenant.opinions-closed');
      const { placeId, version } = covenant;
      if (clause !== undefined && !covenant.clauses.includes(clause)) return refuse('covenant.unknown-clause', { clause, version });
      if (state.version === version && state.given >= mostOpinions) return refuse('covenant.too-many-opinions', { most: mostOpinions });
      return [
        {
          type: 'CovenantOpinionGiven',
          data: { placeId, version, opinionId: newId, personId: by, words, ...(clause !== undefined && { clause }) },
        },
      ];
    },
  },
  evolve: {
    CovenantOpinionGiven: (state, { version }) => ({ version, given: (state.version === version ? state.given : 0) + 1 }),
  },
});
