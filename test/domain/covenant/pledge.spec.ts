import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Covenant } from '../../../src/domain/covenant/covenant-messages.js';
import { pledge, pledgeIdOf } from '../../../src/domain/covenant/pledge.js';
import { erasedIn, given } from '../../support/given.js';

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
  votesFrom: null,
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

  it('given a version in force, when a household pledges in its own words with clauses, then the pledge is made', () => {
    given(pledge)
      .when('MakePledge', data, { by, facts })
      .then([{ type: 'PledgeMade', data: made.data }]);
  });

  it('given no consent, when a household pledges with a name, then no name is kept', () => {
    given(pledge)
      .when('MakePledge', { ...data, consent: false }, { by, facts })
      .then([{ type: 'PledgeMade', data: nameless.data }]);
  });

  it('given a withdrawn pledge, when the household pledges again, then the pledge is made', () => {
    given(pledge, made, withdrawn)
      .when('MakePledge', data, { by, facts })
      .then([{ type: 'PledgeMade', data: made.data }]);
  });

  it('given a place that is no household, or a merged one, when it pledges, then it is refused', () => {
    for (const wrong of [{ level: 'courtyard', mergedInto: null }, merged]) {
      given(pledge)
        .when('MakePledge', data, { by, facts: { ...facts, household: wrong } })
        .thenRefused('covenant.not-a-household', { place: householdId });
    }
  });

  it('given a household outside the place of the covenant, when it pledges, then it is refused', () => {
    const elsewhere = { ...covenant, placeId: '510121111220' };
    given(pledge)
      .when('MakePledge', data, { by, facts: { ...facts, covenant: elsewhere } })
      .thenRefused('covenant.household-outside', { place: '510121111220' });
  });

  it('given no version in force, when a household pledges, then it is refused', () => {
    given(pledge)
      .when('MakePledge', data, { by, facts: { ...facts, covenant: { ...covenant, inForce: null } } })
      .thenRefused('covenant.adopt-first');
  });

  it('given a version without the clause, when a household pledges it, then it is refused', () => {
    given(pledge)
      .when('MakePledge', { ...data, clauses: [1, 9] }, { by, facts })
      .thenRefused('covenant.unknown-clause', { clause: 9, version: 1 });
  });

  it('given consent without a name, when a household pledges, then it is refused', () => {
    const { displayName: _, ...unnamed } = data;
    given(pledge).when('MakePledge', unnamed, { by, facts }).thenRefused('covenant.name-missing');
  });

  it('given a pledge, when the household pledges again, then it is refused', () => {
    given(pledge, made).when('MakePledge', data, { by, facts }).thenRefused('covenant.pledged-already');
  });
});

describe('RenewPledge', () => {
  const at = '2027-04-01T08:00:00.000Z';

  it('given a pledge, when it is renewed, then it holds for the version in force', () => {
    given(pledge, made)
      .when('RenewPledge', {}, { by, at, facts })
      .then([{ type: 'PledgeRenewed', data: { ...of, version: 1 } }]);
    given(pledge, made)
      .when('RenewPledge', {}, { by, at, facts: { ...facts, covenant: inVersion(2, [1, 2]) } })
      .then([{ type: 'PledgeRenewed', data: { ...of, version: 2 } }]);
  });

  it('given a pledge of today, when a new version is in force, then it is renewed for that version', () => {
    given(pledge, made)
      .when('RenewPledge', {}, { by, at: '2026-04-01T15:59:00.000Z', facts: { ...facts, covenant: inVersion(2, [1, 2]) } })
      .then([{ type: 'PledgeRenewed', data: { ...of, version: 2 } }]);
  });

  it('given a pledge made or renewed today by the calendar of China, when it is renewed, then nothing changes; the next day, then it is renewed', () => {
    given(pledge, made).when('RenewPledge', {}, { by, at: '2026-04-01T15:59:00.000Z', facts }).thenNothing();
    given(pledge, made)
      .when('RenewPledge', {}, { by, at: '2026-04-01T16:00:00.000Z', facts })
      .then([{ type: 'PledgeRenewed', data: { ...of, version: 1 } }]);
    given(pledge, made, { type: 'PledgeRenewed', data: { ...of, version: 1 }, at })
      .when('RenewPledge', {}, { by, at, facts })
      .thenNothing();
  });

  it('given a new version without one of its clauses, when the pledge is renewed, then it is refused', () => {
    given(pledge, made)
      .when('RenewPledge', {}, { by, at, facts: { ...facts, covenant: inVersion(2, [1, 9]) } })
      .thenRefused('covenant.unknown-clause', { clause: 2, version: 2 });
  });

  it('given a pledge, when somebody else renews it, then it is refused', () => {
    given(pledge, made).when('RenewPledge', {}, { by: 'p-heir', at, facts }).thenRefused('covenant.not-the-pledger');
  });

  it('given a household that was merged, when its pledge is renewed, then it is refused', () => {
    given(pledge, made)
      .when('RenewPledge', {}, { by, at, facts: { covenant, household: merged } })
      .thenRefused('covenant.not-a-household', { place: householdId });
  });

  it('given a withdrawn pledge or none, when it is renewed, then it is refused', () => {
    given(pledge, made, withdrawn).when('RenewPledge', {}, { by, at, facts }).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('RenewPledge', {}, { id, by, at, facts }).thenRefused('pledge.not-found', { id });
  });
});

describe('AmendPledge', () => {
  const data = { words: '房前屋后收拾干净，不乱停放车辆', clauses: [3] };
  const amended = { type: 'PledgeAmended', data: { ...of, version: 1, personId: by, ...data } } as const;

  it('given a pledge, when it is amended, then the event states words and clauses as they are now', () => {
    given(pledge, made).when('AmendPledge', data, { by, facts }).then([amended]);
  });

  it('given a pledge, when it is amended to the same for the same version, then nothing changes; for a new version, then it is amended', () => {
    given(pledge, made, amended).when('AmendPledge', data, { by, facts }).thenNothing();
    given(pledge, made, amended)
      .when('AmendPledge', data, { by, facts: { ...facts, covenant: inVersion(2, [3]) } })
      .then([{ type: 'PledgeAmended', data: { ...amended.data, version: 2 } }]);
  });

  it('given a pledge, when only its words or only its clauses are amended, then it is amended', () => {
    for (const change of [{ words: '爱护花草' }, { clauses: [1, 3] }])
      given(pledge, made, amended)
        .when('AmendPledge', { ...data, ...change }, { by, facts })
        .then([{ type: 'PledgeAmended', data: { ...amended.data, ...change } }]);
  });

  it('given a clause that is not in force, or no version in force, when the pledge is amended, then it is refused', () => {
    given(pledge, made)
      .when('AmendPledge', { ...data, clauses: [9] }, { by, facts })
      .thenRefused('covenant.unknown-clause', { clause: 9, version: 1 });
    given(pledge, made)
      .when('AmendPledge', data, { by, facts: { ...facts, covenant: { ...covenant, inForce: null } } })
      .thenRefused('covenant.adopt-first');
  });

  it('given a household that was merged, when its pledge is amended, then it is refused', () => {
    given(pledge, made)
      .when('AmendPledge', data, { by, facts: { covenant, household: merged } })
      .thenRefused('covenant.not-a-household', { place: householdId });
  });

  it('given somebody else, a withdrawn pledge or none, when it is amended, then it is refused', () => {
    given(pledge, made).when('AmendPledge', data, { by: 'p-heir', facts }).thenRefused('covenant.not-the-pledger');
    given(pledge, made, withdrawn).when('AmendPledge', data, { by, facts }).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('AmendPledge', data, { id, by, facts }).thenRefused('pledge.not-found', { id });
  });
});

describe('WithdrawPledge', () => {
  it('given a pledge, when the pledger or a later head of the household withdraws it, then it is withdrawn', () => {
    for (const head of [by, 'p-heir']) given(pledge, made).when('WithdrawPledge', {}, { by: head }).then([withdrawn]);
  });

  it('given a withdrawn pledge, when it is withdrawn again, then nothing changes', () => {
    given(pledge, made, withdrawn).when('WithdrawPledge', {}, { by }).thenNothing();
  });

  it('given no pledge, when it is withdrawn, then it is refused', () => {
    given(pledge).when('WithdrawPledge', {}, { id }).thenRefused('pledge.not-found', { id });
  });
});

describe('ChangePledgeConsent', () => {
  const changed = (consent: boolean, displayName?: string) =>
    ({ type: 'PledgeConsentChanged', data: { ...of, personId: by, consent, ...(displayName !== undefined && { displayName }) } }) as const;

  it('given a pledge, when consent is given, changed or taken back, then the name is kept only with consent', () => {
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

  it('given a pledge, when its consent is entered as it is, then nothing changes', () => {
    given(pledge, made).when('ChangePledgeConsent', { consent: true, displayName: '蔡新周' }, { by }).thenNothing();
    given(pledge, nameless).when('ChangePledgeConsent', { consent: false }, { by }).thenNothing();
    given(pledge, made, changed(false)).when('ChangePledgeConsent', { consent: false }, { by }).thenNothing();
    given(pledge, nameless, changed(true, '老蔡'))
      .when('ChangePledgeConsent', { consent: true, displayName: '老蔡' }, { by })
      .thenNothing();
  });

  it('given a pledge without a name, when consent is given without one, then it is refused', () => {
    given(pledge, nameless).when('ChangePledgeConsent', { consent: true }, { by }).thenRefused('covenant.name-missing');
  });

  it('given somebody else, a withdrawn pledge or none, when consent is changed, then it is refused', () => {
    given(pledge, made).when('ChangePledgeConsent', { consent: false }, { by: 'p-heir' }).thenRefused('covenant.not-the-pledger');
    given(pledge, made, withdrawn).when('ChangePledgeConsent', { consent: false }, { by }).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('ChangePledgeConsent', { consent: false }, { id, by }).thenRefused('pledge.not-found', { id });
  });
});

describe('events as they were written until schema version 1', () => {
  it('given events of schema version 1, when they are read, then what they said of other pledges of the household is left out', () => {
    expect(pledge.events.PledgeMade.upcast({ ...made.data, first: true })).toEqual(made.data);
    expect(pledge.events.PledgeWithdrawn.upcast({ ...of, last: false })).toEqual(of);
  });
});

describe('IssuePlaque', () => {
  it('given a pledge whose person was erased, when a plate is issued or replaced, then it is refused: there are no words for it', () => {
    given(pledge, erasedIn(made, 'words', 'displayName'))
      .when('IssuePlaque', {})
      .thenRefused('person.erased');
    given(pledge, erasedIn(made, 'words'), issued).when('ReplacePlaque', { reason: '褪色' }).thenRefused('person.erased');
  });

  it('given a pledge, when a plaque is issued, then its number tells covenant and household', () => {
    given(pledge, made).when('IssuePlaque', {}).then([issued]);
  });

  it('given an issued or mounted plaque, when one is issued, then nothing changes', () => {
    given(pledge, made, issued).when('IssuePlaque', {}).thenNothing();
    given(pledge, made, issued, mounted).when('IssuePlaque', {}).thenNothing();
  });

  it('given earlier plaques of the household, when it pledges anew and one is issued, then its number was never used', () => {
    given(pledge, made, issued, replaced, withdrawn, made)
      .when('IssuePlaque', {})
      .then([{ type: 'PlaqueIssued', data: { ...of, number: '510121111219-1.7/3', edition: 3 } }]);
  });

  it('given a withdrawn pledge or none, when a plaque is issued, then it is refused', () => {
    given(pledge, made, withdrawn).when('IssuePlaque', {}).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('IssuePlaque', {}, { id }).thenRefused('pledge.not-found', { id });
  });
});

describe('MountPlaque', () => {
  it('given an issued plaque, when it is mounted, with or without a picture, then it is mounted', () => {
    given(pledge, made, issued).when('MountPlaque', {}).then([mounted]);
    const picture = 'a'.repeat(64);
    given(pledge, made, issued)
      .when('MountPlaque', { picture })
      .then([{ type: 'PlaqueMounted', data: { ...mounted.data, picture } }]);
  });

  it('given a mounted plaque, when it is mounted again, then nothing changes; when its replacement is mounted, then it is mounted', () => {
    given(pledge, made, issued, mounted).when('MountPlaque', {}).thenNothing();
    given(pledge, made, issued, mounted, replaced)
      .when('MountPlaque', {})
      .then([{ type: 'PlaqueMounted', data: { ...of, number: '510121111219-1.7/2' } }]);
  });

  it('given no plaque, a withdrawn pledge or none, when it is mounted, then it is refused', () => {
    given(pledge, made).when('MountPlaque', {}).thenRefused('covenant.no-plaque');
    given(pledge, made, issued, withdrawn).when('MountPlaque', {}).thenRefused('covenant.pledge-withdrawn');
    given(pledge).when('MountPlaque', {}, { id }).thenRefused('pledge.not-found', { id });
  });
});

describe('ReplacePlaque', () => {
  it('given a mounted plaque, when it is replaced, then the next edition replaces it', () => {
    given(pledge, made, issued, mounted).when('ReplacePlaque', { reason: '褪色' }).then([replaced]);
  });

  it('given no plaque, a withdrawn pledge or none, when it is replaced, then it is refused', () => {
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

  it('given a covenant of a larger place, when a plaque is numbered, then its number has the rest of the code of the household', () => {
    expect(numberOf('510121', householdId)).toBe('510121-111219.1.7');
    expect(numberOf(covenantId, householdId)).toBe('510121111219-1.7');
    expect(numberOf(`${covenantId}.1`, householdId)).toBe('510121111219.1-7');
  });

  it('given any two covenants and households, when plaques are numbered, then no two numbers are the same', () => {
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
