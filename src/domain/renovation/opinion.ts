import { defineDecider, refuse } from '../shared/decider.js';
import { Id, Personal, PersonId, Words } from '../shared/fields.js';
import type { Renovation } from './renovation-state.js';

/** The most opinions of one person in one consultation. */
export const opinionsPerPerson = 10;

/** Gives an opinion in a consultation. */
export class GiveRenovationOpinion {
  @Personal() @Words(1, 2_000) words!: string;
  declare static readonly facts: { renovation: Pick<Renovation, 'id' | 'placeId' | 'phase' | 'until'> };
}

export class RenovationOpinionGiven {
  @Id() renovationId!: string;
  @PersonId() residentId!: string;
  @Personal('residentId') @Words(1, 2_000) words!: string;
}

/** Refusal codes of opinions. */
export type OpinionRefusal = 'renovation.not-in-consultation' | 'renovation.opinion-limit';

/**
 * The opinions of one person on a renovation: stream `renovationOpinion-<renovation>~<person>`. Separate streams let many people write at
 * once and keep the renovation's own stream short.
 */
export const renovationOpinion = defineDecider<{ readonly given: number }, OpinionRefusal>()({
  stream: 'renovationOpinion',
  initial: { given: 0 },
  commands: { GiveRenovationOpinion },
  events: { RenovationOpinionGiven },
  decide: {
    GiveRenovationOpinion: ({ given }, { words }, { at, by, facts: { renovation } }) => {
      if (renovation.phase !== 'consultation' || renovation.until === null || at >= renovation.until)
        return refuse('renovation.not-in-consultation');
      if (given >= opinionsPerPerson) return refuse('renovation.opinion-limit', { most: opinionsPerPerson });
      return [{ type: 'RenovationOpinionGiven', data: { renovationId: renovation.id, residentId: by, words } }];
    },
  },
  evolve: { RenovationOpinionGiven: ({ given }) => ({ given: given + 1 }) },
});
