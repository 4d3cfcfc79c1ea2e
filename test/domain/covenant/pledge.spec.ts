import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Covenant } from '../../../src/domain/covenant/covenant.js';
import { pledge, pledgeIdOf } from '../../../src/domain/covenant/pledge.js';
import { given } from '../../support/given.js';

const covenantId = '510121111219';
const householdId = `${covenantId}.1.7`;
const of = { covenantId, householdId };
const by = 'p-cai';
const words = '自觉维护环境卫生，做好垃圾分类';
const covenant: Covenant = {
  placeId: covenantId,
  title: '谢杨坝村村规民约',
  version: 2,
  clauses: [1, 9],
  draftedBy: 'secretary',
  step: 'drafted',
  opinionsUntil: null,
  deliberated: 0,
  inForce: { version: 1, clauses: [1, 2, 3], fileNumber: null },
};
const inVersion = (version: number, clauses: number[]) => ({ ...covenant, inForce: { version, clauses, fileNumber: null } });
const household = { level: 'household', mergedInto: null };
const facts = { covenant, household };
const merged = { level: 'household', mergedInto: `${covenantId}.1.8` };

const made = {
  type: 'PledgeMade',
  data: { ...of, version: 1, personId: by, words, clauses: [1, 2], consent: true, displayName: '蔡新周' },
  at: '2026-04-01T08:00:00.000Z',
} as const;
const nameless = {
  type: 'PledgeMade',
  data: { ...of, version: 1, personId: by, words, clauses: [1, 2], consent: false },
  at: '2026-04-01T08:00:00.000Z',
} as const;
const withdrawn = { type: 'PledgeWithdrawn', data: of } as const;
const issued = { type: 'PlaqueIssued', data: { ...of, number: '510121111219-1.7', edition: 1 } } as const;
const mounted = { type: 'PlaqueMounted', data: { ...of, number: '510121111219-1.7' } } as const;
const replaced = {
  type: 'PlaqueReplaced',
  data: { ...of, replaces: '510121111219-1.7', number: '510121111219-1.7/2', edition: 2, reason: '褪色' },
} as const;
const id = pledgeIdOf(covenantId, householdId);

describe('MakePledge', () => {
  const data = { householdId, words, clauses: [1, 2], consent: true, displayName: '蔡新周' };

  it('pledges in the household’s own words, with clauses of the version in force', () => {
    given(pledge)
      .when('MakePledge', data, { by, facts })
      .then([{ type: 'PledgeMade', data: made.data }]);
  });

  it('keeps no name without consent', () => {
    given(pledge)
      .when('MakePledge', { ...data, consent: false }, { by, facts })
      .then([{ type: 'PledgeMade', data: nameless.data }]);
  });

  it('pledges again after a withdrawal', () => {
    given(pledge, made, withdrawn)
      .when('MakePledge', data, { by, facts })
      .then([{ type: 'PledgeMade', data: made.data }]);
  });

  it('refuses what is no household, or one that was merged', () => {
    for (const wrong of [{ level: 'courtyard', mergedInto: null }, merged]) {
      given(pledge)
        .when('MakePledge', data, { by, facts: { ...facts, household: wrong } })
        .thenRefused('covenant.not-a-household', { place: householdId });
    }
  });

  it('refuses a household outside the covenant’s place', () => {
    const elsewhere = { ...covenant, placeId: '510121111220' };
    given(pledge)
      .when('MakePledge', data, { by, facts: { ...facts, covenant: elsewhere } })
      .thenRefused('covenant.household-outside', { place: '510121111220' });
  });

  it('refuses while no version is in force', () => {
    given(pledge)
      .when('MakePledge', data, { by, facts: { ...facts, covenant: { ...covenant, inForce: null } } })
      .thenRefused('covenant.adopt-first');
  });

  it('refuses a clause of another version', () => {
    given(pledge)
      .when('MakePledge', { ...data, clauses: [1, 9] }, { by, facts })
      .thenRefused('covenant.unknown-clause', { clause: 9, version: 1 });
  });

  it('refuses consent without a name', () => {
    const { displayName: _, ...unnamed } = data;
    given(pledge).when('MakePledge', unnamed, { by, facts }).thenRefused('covenant.name-missing');
  });

  it('refuses a second pledge while one stands', () => {
    given(pledge, made).when('MakePledge', data, { by, facts }).thenRefused('covenant.pledged-already');
  });
});

describe('RenewPledge', () => {
  const at = '2027-04-01T08:00:00.000Z';

  it('renews to the version in force', () => {
    given(pledge, made)
      .when('RenewPledge', {}, { by, at, facts })
      .then([{ type: 'PledgeRenewed', data: { ...of, version: 1 } }]);
    given(pledge, made)
      .when('RenewPledge', {}, { by, at, facts: { ...facts, covenant: inVersion(2, [1, 2]) } })
      .then([{ type: 'PledgeRenewed', data: { ...of, version: 2 } }]);
  });

  it('says nothing new on the day it was made or renewed, by the calendar of China', () => {
    given(pledge, made).when('RenewPledge', {}, { by, at: '2026-04-01T15:59:00.000Z', facts }).thenNothing();
    given(pledge, made)
      .when('RenewPledge', {}, { by, at: '2026-04-01T16:00:00.000Z', facts })
      .then([{ type: 'PledgeRenewed', data: { ...of, version: 1 } }]);
    given(pledge, made, { type: 'PledgeRenewed', data: { ...of, version: 1 }, at })
      .when('RenewPledge', {}, { by, at, facts })
      .thenNothing();
  });

  it('refuses when a clause it names has gone', () => {
    given(pledge, made)
      .when('RenewPledge', {}, { by, at, facts: { ...facts, covenant: inVersion(2, [1, 9]) } })
      .thenRefused('covenant.unknown-clause', { clause: 2, version: 2 });
  });

  it('refuses anybody but the pledger', () => {
    given(pledge, made).when('RenewPledge', {}, { by: 'p-heir', at, facts }).thenRefused('covenant.not-the-pledger');
  });

  it('refuses for a household that was merged: the surviving one pledges', () => {
    given(pledge, made)
      .when('RenewPledge', {}, { by, at, facts: { covenant, household: merged } })
      .thenRefused('covenant.not-a-household', { place: householdId });
  });

  it('refuses what does not stand', () => {
    given(pledge, made, withdrawn).when('RenewPledge', {}, { by, at, facts }).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('RenewPledge', {}, { id, by, at, facts }).thenRefused('pledge.not-found', { id });
  });
});

describe('AmendPledge', () => {
  const data = { words: '房前屋后收拾干净，不乱停放车辆', clauses: [3] };
  const amended = { type: 'PledgeAmended', data: { ...of, version: 1, personId: by, ...data } } as const;

  it('states the words and clauses as they are now', () => {
    given(pledge, made).when('AmendPledge', data, { by, facts }).then([amended]);
  });

  it('says nothing new about the same words and clauses of the same version', () => {
    given(pledge, made, amended).when('AmendPledge', data, { by, facts }).thenNothing();
    given(pledge, made, amended)
      .when('AmendPledge', data, { by, facts: { ...facts, covenant: inVersion(2, [3]) } })
      .then([{ type: 'PledgeAmended', data: { ...amended.data, version: 2 } }]);
  });

  it('refuses a clause that is not in force, and a covenant of which no version is', () => {
    given(pledge, made)
      .when('AmendPledge', { ...data, clauses: [9] }, { by, facts })
      .thenRefused('covenant.unknown-clause', { clause: 9, version: 1 });
    given(pledge, made)
      .when('AmendPledge', data, { by, facts: { ...facts, covenant: { ...covenant, inForce: null } } })
      .thenRefused('covenant.adopt-first');
  });

  it('refuses for a household that was merged', () => {
    given(pledge, made)
      .when('AmendPledge', data, { by, facts: { covenant, household: merged } })
      .thenRefused('covenant.not-a-household', { place: householdId });
  });

  it('refuses anybody but the pledger, and what does not stand', () => {
    given(pledge, made).when('AmendPledge', data, { by: 'p-heir', facts }).thenRefused('covenant.not-the-pledger');
    given(pledge, made, withdrawn).when('AmendPledge', data, { by, facts }).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('AmendPledge', data, { id, by, facts }).thenRefused('pledge.not-found', { id });
  });
});

describe('WithdrawPledge', () => {
  it('withdraws, also by a later head of the household', () => {
    for (const head of [by, 'p-heir']) given(pledge, made).when('WithdrawPledge', {}, { by: head }).then([withdrawn]);
  });

  it('says nothing new of a withdrawn pledge', () => {
    given(pledge, made, withdrawn).when('WithdrawPledge', {}, { by }).thenNothing();
  });

  it('refuses where there is no pledge', () => {
    given(pledge).when('WithdrawPledge', {}, { id }).thenRefused('pledge.not-found', { id });
  });
});

describe('ChangePledgeConsent', () => {
  const changed = (consent: boolean, displayName?: string) =>
    ({ type: 'PledgeConsentChanged', data: { ...of, personId: by, consent, ...(displayName !== undefined && { displayName }) } }) as const;

  it('gives consent with a name, changes the name, takes consent back and keeps no name then', () => {
    given(pledge, nameless)
      .when('ChangePledgeConsent', { consent: true, displayName: '蔡新周' }, { by })
      .then([changed(true, '蔡新周')]);
    given(pledge, made)
      .when('ChangePledgeConsent', { consent: true, displayName: '老蔡' }, { by })
      .then([changed(true, '老蔡')]);
    given(pledge, made)
      .when('ChangePledgeConsent', { consent: false, displayName: '蔡新周' }, { by })
      .then([changed(false)]);
  });

  it('says nothing new about what is so', () => {
    given(pledge, made).when('ChangePledgeConsent', { consent: true, displayName: '蔡新周' }, { by }).thenNothing();
    given(pledge, nameless).when('ChangePledgeConsent', { consent: false }, { by }).thenNothing();
    given(pledge, made, changed(false)).when('ChangePledgeConsent', { consent: false }, { by }).thenNothing();
  });

  it('refuses consent without a name', () => {
    given(pledge, nameless).when('ChangePledgeConsent', { consent: true }, { by }).thenRefused('covenant.name-missing');
  });

  it('refuses anybody but the pledger, and what does not stand', () => {
    given(pledge, made).when('ChangePledgeConsent', { consent: false }, { by: 'p-heir' }).thenRefused('covenant.not-the-pledger');
    given(pledge, made, withdrawn).when('ChangePledgeConsent', { consent: false }, { by }).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('ChangePledgeConsent', { consent: false }, { id, by }).thenRefused('pledge.not-found', { id });
  });
});

describe('events as they were written until schema version 1', () => {
  it('are read without what they said of the household’s other pledges', () => {
    expect(pledge.events.PledgeMade.upcast({ ...made.data, first: true })).toEqual(made.data);
    expect(pledge.events.PledgeWithdrawn.upcast({ ...of, last: false })).toEqual(of);
  });
});

describe('IssuePlaque', () => {
  it('issues a plate whose number tells covenant and household', () => {
    given(pledge, made).when('IssuePlaque', {}).then([issued]);
  });

  it('says nothing new when there is one', () => {
    given(pledge, made, issued).when('IssuePlaque', {}).thenNothing();
    given(pledge, made, issued, mounted).when('IssuePlaque', {}).thenNothing();
  });

  it('uses no number twice, also when the household pledged anew', () => {
    given(pledge, made, issued, replaced, withdrawn, made)
      .when('IssuePlaque', {})
      .then([{ type: 'PlaqueIssued', data: { ...of, number: '510121111219-1.7/3', edition: 3 } }]);
  });

  it('refuses what does not stand', () => {
    given(pledge, made, withdrawn).when('IssuePlaque', {}).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('IssuePlaque', {}, { id }).thenRefused('pledge.not-found', { id });
  });
});

describe('MountPlaque', () => {
  it('mounts the plate, with a picture or without', () => {
    given(pledge, made, issued).when('MountPlaque', {}).then([mounted]);
    const picture = 'a'.repeat(64);
    given(pledge, made, issued)
      .when('MountPlaque', { picture })
      .then([{ type: 'PlaqueMounted', data: { ...mounted.data, picture } }]);
  });

  it('says nothing new of a mounted one; the one that replaced it is mounted anew', () => {
    given(pledge, made, issued, mounted).when('MountPlaque', {}).thenNothing();
    given(pledge, made, issued, mounted, replaced)
      .when('MountPlaque', {})
      .then([{ type: 'PlaqueMounted', data: { ...of, number: '510121111219-1.7/2' } }]);
  });

  it('refuses where no plate was issued, or the pledge does not stand', () => {
    given(pledge, made).when('MountPlaque', {}).thenRefused('covenant.no-plaque');
    given(pledge, made, issued, withdrawn).when('MountPlaque', {}).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('MountPlaque', {}, { id }).thenRefused('pledge.not-found', { id });
  });
});

describe('ReplacePlaque', () => {
  it('replaces the plate by the next edition', () => {
    given(pledge, made, issued, mounted).when('ReplacePlaque', { reason: '褪色' }).then([replaced]);
  });

  it('refuses where no plate was issued, or the pledge does not stand', () => {
    given(pledge, made).when('ReplacePlaque', { reason: '褪色' }).thenRefused('covenant.no-plaque');
    given(pledge, made, issued, withdrawn).when('ReplacePlaque', { reason: '褪色' }).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('ReplacePlaque', { reason: '褪色' }, { id }).thenRefused('pledge.not-found', { id });
  });
});

describe('the number of a plaque', () => {
  const numberOf = (covenantPlace: string, household: string) => {
    const state = pledge.evolve.PledgeMade(null, { ...made.data, clauses: [1], covenantId: covenantPlace, householdId: household }, {
      at: '2026-04-01T08:00:00.000Z',
    } as never);
    const events = pledge.decide.IssuePlaque(state, {}, { id } as never);
    return 'refused' in events ? events.refused : (events[0]?.data as { number: string }).number;
  };
  const household = fc
    .tuple(fc.integer({ min: 0, max: 99 }), fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 3 }))
    .map(([village, path]) => `5101211112${String(village).padStart(2, '0')}.${path.join('.')}`);
  const placed = household.chain((code) =>
    fc.constantFrom('510121', '510121111', code.slice(0, 12), code.slice(0, code.lastIndexOf('.'))).map((place) => ({ place, code })),
  );

  it('is no other’s, whatever the covenants and households', () => {
    fc.assert(
      fc.property(placed, placed, (a, b) => {
        expect(numberOf(a.place, a.code) === numberOf(b.place, b.code)).toBe(a.place === b.place && a.code === b.code);
      }),
      {
        examples: [
          [
            { place: '510121111219', code: '510121111219.1.1' },
            { place: '510121111219.1', code: '510121111219.1.1' },
          ],
        ],
      },
    );
  });
});
