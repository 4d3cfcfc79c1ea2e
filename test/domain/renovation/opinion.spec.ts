import { describe, it } from '@jest/globals';
import { opinionsPerPerson, renovationOpinion } from '../../../src/domain/renovation/opinion.js';
import { given } from '../../support/given.js';
import { compound, day } from './scenes.js';

const renovation = { id: 'r1', placeId: compound, phase: 'consultation', until: day(8) } as const;
const data = { words: '想要一处能下棋的地方。' };
const said = { type: 'RenovationOpinionGiven', data: { renovationId: 'r1', residentId: 'cai', words: data.words } } as const;

describe('GiveRenovationOpinion', () => {
  it('given an open consultation, when an opinion is given, then it is recorded', () => {
    given(renovationOpinion)
      .when('GiveRenovationOpinion', data, { at: day(2), by: 'cai', facts: { renovation } })
      .then([said]);
  });

  it('given no open consultation, or its end, when an opinion is given, then it is refused', () => {
    for (const facts of [
      { ...renovation, phase: 'proposed', until: null },
      { ...renovation, phase: 'consulted', until: null },
      { ...renovation, phase: 'notice', until: day(25) },
    ] as const) {
      given(renovationOpinion)
        .when('GiveRenovationOpinion', data, { at: day(2), facts: { renovation: facts } })
        .thenRefused('renovation.not-in-consultation');
    }
    given(renovationOpinion)
      .when('GiveRenovationOpinion', data, { at: day(8), facts: { renovation } })
      .thenRefused('renovation.not-in-consultation');
  });

  it('given nine opinions of a person, when they give one more, then it is recorded; given ten, then it is refused', () => {
    const often = Array.from({ length: opinionsPerPerson }, () => said);
    given(renovationOpinion, ...often.slice(1))
      .when('GiveRenovationOpinion', data, { at: day(2), by: 'cai', facts: { renovation } })
      .then([said]);
    given(renovationOpinion, ...often)
      .when('GiveRenovationOpinion', data, { at: day(2), facts: { renovation } })
      .thenRefused('renovation.opinion-limit', { most: 10 });
  });
});
