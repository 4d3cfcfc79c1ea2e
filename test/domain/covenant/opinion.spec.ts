import { describe, it } from '@jest/globals';
import type { Covenant } from '../../../src/domain/covenant/covenant-messages.js';
import { covenantOpinion } from '../../../src/domain/covenant/opinion.js';
import { given } from '../../support/given.js';

const until = '2026-05-08T08:00:00.000Z';
const open: Covenant = {
  placeId: '510121111219',
  title: '村规民约',
  version: 2,
  clauses: [1, 3],
  draftedBy: 'secretary',
  step: 'opinions',
  votesFrom: null,
  deliberated: 0,
  opinionsUntil: until,
  inForce: null,
};
const facts = { covenant: open };
const opinion = (version = 2) =>
  ({
    type: 'CovenantOpinionGiven',
    data: { placeId: '510121111219', version, opinionId: 'new-1', personId: 'resident-1', words: '建议每季度评一次' },
  }) as const;

describe('GiveCovenantOpinion', () => {
  it('given an open hearing, when an opinion on the whole or on a clause is given, then it is recorded', () => {
    given(covenantOpinion).when('GiveCovenantOpinion', { words: '建议每季度评一次' }, { facts }).then([opinion()]);
    given(covenantOpinion)
      .when('GiveCovenantOpinion', { words: '太严了', clause: 3 }, { facts })
      .then([{ type: 'CovenantOpinionGiven', data: { ...opinion().data, words: '太严了', clause: 3 } }]);
  });

  it('given no open hearing, or its end, when an opinion is given, then it is refused', () => {
    for (const step of ['drafted', 'heard', 'reviewed', 'returned', 'adopted', 'rejected'] as const) {
      given(covenantOpinion)
        .when('GiveCovenantOpinion', { words: '太严了' }, { facts: { covenant: { ...open, step } } })
        .thenRefused('covenant.opinions-closed');
    }
    given(covenantOpinion).when('GiveCovenantOpinion', { words: '太严了' }, { at: until, facts }).thenRefused('covenant.opinions-closed');
    given(covenantOpinion)
      .when('GiveCovenantOpinion', { words: '建议每季度评一次' }, { at: '2026-05-08T07:59:59.999Z', facts })
      .then([opinion()]);
  });

  it('given a hearing past its end but not closed, when an opinion given in time is entered, then it is recorded', () => {
    given(covenantOpinion)
      .when('GiveCovenantOpinion', { words: '建议每季度评一次' }, { at: '2026-05-07T08:00:00.000Z', now: until, facts })
      .then([opinion()]);
  });

  it('given a draft without the clause, when an opinion on it is given, then it is refused', () => {
    given(covenantOpinion)
      .when('GiveCovenantOpinion', { words: '太严了', clause: 2 }, { facts })
      .thenRefused('covenant.unknown-clause', { clause: 2, version: 2 });
  });

  it('given nineteen opinions on a version, when one more is given, then it is recorded; given twenty, then it is refused', () => {
    given(covenantOpinion, ...Array.from({ length: 19 }, () => opinion()))
      .when('GiveCovenantOpinion', { words: '建议每季度评一次' }, { facts })
      .then([opinion()]);
    given(covenantOpinion, ...Array.from({ length: 20 }, () => opinion()))
      .when('GiveCovenantOpinion', { words: '再说' }, { facts })
      .thenRefused('covenant.too-many-opinions', { most: 20 });
  });

  it('given twenty opinions on an earlier version, when one on this version is given, then it is recorded', () => {
    const earlier = Array.from({ length: 20 }, () => opinion(1));
    for (const past of [earlier, [...earlier, opinion()]])
      given(covenantOpinion, ...past)
        .when('GiveCovenantOpinion', { words: '建议每季度评一次' }, { facts })
        .then([opinion()]);
  });
});
