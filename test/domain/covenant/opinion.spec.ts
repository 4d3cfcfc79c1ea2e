import { describe, it } from '@jest/globals';
import type { Covenant } from '../../../src/domain/covenant/covenant.js';
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
  it('takes an opinion on the whole or on a clause', () => {
    given(covenantOpinion).when('GiveCovenantOpinion', { words: '建议每季度评一次' }, { facts }).then([opinion()]);
    given(covenantOpinion)
      .when('GiveCovenantOpinion', { words: '太严了', clause: 3 }, { facts })
      .then([{ type: 'CovenantOpinionGiven', data: { ...opinion().data, words: '太严了', clause: 3 } }]);
  });

  it('refuses when opinions are not heard, yet or any more', () => {
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

  it('takes what was said in time and entered later, while the hearing is not closed', () => {
    given(covenantOpinion)
      .when('GiveCovenantOpinion', { words: '建议每季度评一次' }, { at: '2026-05-07T08:00:00.000Z', now: until, facts })
      .then([opinion()]);
  });

  it('refuses a clause that the draft has not', () => {
    given(covenantOpinion)
      .when('GiveCovenantOpinion', { words: '太严了', clause: 2 }, { facts })
      .thenRefused('covenant.unknown-clause', { clause: 2, version: 2 });
  });

  it('refuses the twenty-first opinion on a version; those on an earlier one do not count', () => {
    given(covenantOpinion, ...Array.from({ length: 20 }, () => opinion()))
      .when('GiveCovenantOpinion', { words: '再说' }, { facts })
      .thenRefused('covenant.too-many-opinions', { most: 20 });
    given(covenantOpinion, ...Array.from({ length: 20 }, () => opinion(1)))
      .when('GiveCovenantOpinion', { words: '建议每季度评一次' }, { facts })
      .then([opinion()]);
  });
});
