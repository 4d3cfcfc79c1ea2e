import { describe, it } from '@jest/globals';
import { opinionsPerPerson, renovationOpinion } from '../../../src/domain/renovation/opinion.js';
import { given } from '../../support/given.js';
import { compound, day } from './scenes.js';

const renovation = { id: 'r1', placeId: compound, phase: 'consultation', until: day(8) } as const;
const data = { words: '想要一处能下棋的地方。' };
const said = { type: 'RenovationOpinionGiven', data: { renovationId: 'r1', residentId: 'cai', words: data.words } } as const;

describe('GiveRenovationOpinion', () => {
  it('is given during the consultation', () => {
    given(renovationOpinion)
      .when('GiveRenovationOpinion', data, { at: day(2), by: 'cai', facts: { renovation } })
      .then([said]);
  });

  it('is refused before, at and after its end', () => {
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

  it('is given so often and no more', () => {
    const often = Array.from({ length: opinionsPerPerson }, () => said);
    given(renovationOpinion, ...often.slice(1))
      .when('GiveRenovationOpinion', data, { at: day(2), by: 'cai', facts: { renovation } })
      .then([said]);
    given(renovationOpinion, ...often)
      .when('GiveRenovationOpinion', data, { at: day(2), facts: { renovation } })
      .thenRefused('renovation.opinion-limit', { most: 10 });
  });
});
