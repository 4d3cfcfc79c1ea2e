import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PlotDivision, plotDivision, plotIdOf, placeOfPlot } from '../../../src/domain/guardianship/division.js';
import { given } from '../../support/given.js';

const compound = { facts: { place: { level: 'compound', mergedInto: null } } };
const lawn = { id: 'lvdi-1', name: '大门东侧绿地', kind: 'greening' } as const;
const railings = { id: 'hulan-1', name: '河边护栏', kind: 'railings' } as const;
const stairs = { id: 'loudao-1', name: '一单元楼道', kind: 'stairwell' } as const;
const usual = {
  partyFirstDays: 14,
  termDays: 365,
  inspectionDays: 7,
  passMark: 60,
  rectificationDays: 7,
  failures: 3,
  failureDays: 90,
  noticeDays: 30,
  careLogsPerDay: 5,
};
const policy = [
  { name: 'party-first-days', value: 14 },
  { name: 'plot-term-days', value: 365 },
  { name: 'inspection-days', value: 7 },
  { name: 'pass-mark', value: 60 },
  { name: 'rectification-days', value: 7 },
  { name: 'revoking-failures', value: 3 },
  { name: 'failure-days', value: 90 },
  { name: 'quit-notice-days', value: 30 },
  { name: 'care-logs-per-day', value: 5 },
];
const facts = { policies: [] };
const one = { number: 1, name: '一号责任田', spaces: ['lvdi-1', 'hulan-1'] };
const two = { number: 2, name: '二号责任田', spaces: ['loudao-1'] };

const listed = { type: 'PublicSpacesListed', data: { spaces: [lawn, railings, stairs] } } as const;
const divided = {
  type: 'PlotsDivided',
  data: { division: 1, plots: [one, two], terms: usual, partyFirstUntil: '2026-05-15T16:00:00.000Z', policy },
} as const;
const bench = { id: 'zuoyi-1', name: '树下座椅', kind: 'facility' } as const;

describe('ListPublicSpaces', () => {
  it('given a place, when new public spaces are listed, then they are listed', () => {
    given(plotDivision)
      .when('ListPublicSpaces', { spaces: [lawn] }, compound)
      .then([{ type: 'PublicSpacesListed', data: { spaces: [lawn] } }]);
    given(plotDivision, listed)
      .when('ListPublicSpaces', { spaces: [lawn, bench] }, compound)
      .then([{ type: 'PublicSpacesListed', data: { spaces: [bench] } }]);
  });
  it('given listed spaces, when they are listed again, then nothing changes', () => {
    given(plotDivision, listed)
      .when('ListPublicSpaces', { spaces: [stairs, lawn] }, compound)
      .thenNothing();
  });
  it('given a household or a merged place, when spaces are listed, then it is refused', () => {
    given(plotDivision)
      .when('ListPublicSpaces', { spaces: [lawn] }, { facts: { place: { level: 'household', mergedInto: null } } })
      .thenRefused('guardianship.no-public-space');
    given(plotDivision)
      .when('ListPublicSpaces', { spaces: [lawn] }, { facts: { place: { level: 'town', mergedInto: '510121006' } } })
      .thenRefused('guardianship.place-merged', { into: '510121006' });
  });
  it('given an id used twice, in the request or for another space, when spaces are listed, then it is refused', () => {
    given(plotDivision)
      .when('ListPublicSpaces', { spaces: [lawn, { ...railings, id: lawn.id }] }, compound)
      .thenRefused('guardianship.space-twice', { space: 'lvdi-1' });
    for (const other of [
      { ...lawn, name: '西侧绿地' },
      { ...lawn, kind: 'facility' as const },
    ]) {
      given(plotDivision, listed)
        .when('ListPublicSpaces', { spaces: [other] }, compound)
        .thenRefused('guardianship.space-listed-otherwise', { space: 'lvdi-1', name: '大门东侧绿地' });
    }
  });
  it('given 500 spaces, when one more is listed, then it is refused', () => {
    const many = (from: number, count: number) => ({
      spaces: Array.from({ length: count }, (_, index) => ({ id: `s${from + index}`, name: '绿地', kind: 'greening' as const })),
    });
    const full = [many(0, 200), many(200, 200), many(400, 100)].map((data) => ({ type: 'PublicSpacesListed' as const, data }));
    given(plotDivision, ...full)
      .when('ListPublicSpaces', { spaces: [lawn] }, compound)
      .thenRefused('guardianship.too-many-spaces', { max: 500 });
    given(plotDivision, ...full.slice(0, 2))
      .when('ListPublicSpaces', many(400, 100), compound)
      .then([{ type: 'PublicSpacesListed', data: many(400, 100) }]);
  });
});

describe('DividePlots', () => {
  it('given listed spaces, when they are divided, then every one is in a plot, with the terms given or the usual ones', () => {
    given(plotDivision, listed)
      .when('DividePlots', { plots: [one, two] }, { facts })
      .then([divided]);
    given(plotDivision, listed)
      .when('DividePlots', { plots: [one, two], terms: { partyFirstDays: 3, failures: 2 } }, { facts })
      .then([
        {
          type: 'PlotsDivided',
          data: {
            division: 1,
            plots: [one, two],
            terms: { ...usual, partyFirstDays: 3, failures: 2 },
            partyFirstUntil: '2026-05-06T16:00:00.000Z', // the third day is a holiday
            policy,
          },
        },
      ]);
  });
  it('given a policy of the place, when spaces are divided, then its figures count; terms beyond the limits are refused', () => {
    const placeId = '510121111219.1';
    const settings = [
      { name: 'party-first-days', value: 0 },
      { name: 'pass-mark', value: 70 },
    ];
    const policies = [{ placeId, versions: [{ placeId, version: 2, from: '2026-05-01', settings, holidays: [] }] }];
    given(plotDivision, listed)
      .when('DividePlots', { plots: [one, two] }, { facts: { policies } })
      .then([
        {
          type: 'PlotsDivided',
          data: {
            division: 1,
            plots: [one, two],
            terms: { ...usual, partyFirstDays: 0, passMark: 70 },
            partyFirstUntil: '2026-05-01T08:00:00.000Z',
            policy: policy.map((figure) => {
              const set = settings.find(({ name }) => name === figure.name);
              return set ? { ...set, placeId, version: 2 } : figure;
            }),
          },
        },
      ]);
    given(plotDivision, listed)
      .when('DividePlots', { plots: [one, two], terms: { termDays: 29 } }, { facts })
      .thenRefused('registry.setting-out-of-range', { name: 'plot-term-days', least: 30, most: 3_660, given: 29 });
  });
  it('given a division entered late, when the window of party members begins, then it runs from the entry', () => {
    given(plotDivision, listed)
      .when(
        'DividePlots',
        { plots: [one, two], terms: { partyFirstDays: 7 } },
        { at: '2026-04-01T08:00:00.000Z', now: '2026-05-01T08:00:00.000Z', facts },
      )
      .then([
        {
          type: 'PlotsDivided',
          data: {
            division: 1,
            plots: [one, two],
            terms: { ...usual, partyFirstDays: 7 },
            partyFirstUntil: '2026-05-08T16:00:00.000Z',
            policy,
          },
        },
      ]);
  });
  it('given a division, when spaces listed later are divided, then they become plots of their own and the others stay', () => {
    const three = { number: 3, name: '三号责任田', spaces: ['zuoyi-1'] };
    given(plotDivision, listed, divided, { type: 'PublicSpacesListed', data: { spaces: [bench] } })
      .when('DividePlots', { plots: [three] }, { facts })
      .then([
        { type: 'PlotsDivided', data: { division: 2, plots: [three], terms: usual, partyFirstUntil: '2026-05-15T16:00:00.000Z', policy } },
      ]);
  });
  it('given nothing to divide, when it is divided, then it is refused', () => {
    given(plotDivision)
      .when('DividePlots', { plots: [one] }, { facts })
      .thenRefused('guardianship.nothing-to-divide');
    given(plotDivision, listed, divided)
      .when('DividePlots', { plots: [one, two] }, { facts })
      .thenRefused('guardianship.nothing-to-divide');
  });
  it('given a space in two plots, new or existing, when it is divided, then it is refused', () => {
    given(plotDivision, listed)
      .when('DividePlots', { plots: [one, { ...two, spaces: ['loudao-1', 'lvdi-1'] }] }, { facts })
      .thenRefused('guardianship.plots-overlap', { space: 'lvdi-1' });
    given(plotDivision, listed, divided, { type: 'PublicSpacesListed', data: { spaces: [bench] } })
      .when('DividePlots', { plots: [{ number: 3, name: '三号责任田', spaces: ['zuoyi-1', 'loudao-1'] }] }, { facts })
      .thenRefused('guardianship.plots-overlap', { space: 'loudao-1' });
  });
  it('given a space left out, an unknown one, or a number used twice, when it is divided, then it is refused', () => {
    given(plotDivision, listed)
      .when('DividePlots', { plots: [one] }, { facts })
      .thenRefused('guardianship.space-left-out', { space: 'loudao-1', name: '一单元楼道' });
    given(plotDivision, listed)
      .when('DividePlots', { plots: [one, { ...two, spaces: ['loudao-1', 'loudao-9'] }] }, { facts })
      .thenRefused('guardianship.unknown-space', { space: 'loudao-9' });
    given(plotDivision, listed)
      .when('DividePlots', { plots: [one, { ...two, number: 1 }] }, { facts })
      .thenRefused('guardianship.plot-number-taken', { number: 1 });
    given(plotDivision, listed, divided, { type: 'PublicSpacesListed', data: { spaces: [bench] } })
      .when('DividePlots', { plots: [{ number: 2, name: '新田', spaces: ['zuoyi-1'] }] }, { facts })
      .thenRefused('guardianship.plot-number-taken', { number: 2 });
  });
  it('given any plan, when it is accepted, then no two plots overlap and no space is left out', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const subset = fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 5 });
    const step = fc.record({
      list: subset,
      fair: fc.boolean(),
      plots: fc.array(fc.record({ number: fc.integer({ min: 1, max: 6 }), spaces: subset }), { minLength: 1, maxLength: 3 }),
    });
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
        const moment = { at: '2026-05-01T08:00:00.000Z', now: '2026-05-01T08:00:00.000Z', by: 'p1', capacity: 'moderator' as const };
        const base = { ...moment, id: '510121111219.1', newId: 'n1', event: (type: never, data: never) => ({ type, data }) };
        let state: PlotDivision | null = plotDivision.initial;
        const plots: string[][] = [];
        for (const { list, fair, plots: wild } of steps) {
          const spaces = list.map((id) => ({ id, name: `空间${id}`, kind: 'greening' as const }));
          const listing = plotDivision.decide.ListPublicSpaces(state, { spaces }, { ...base, facts: compound.facts } as never);
          if (!('refused' in listing))
            for (const event of listing) state = plotDivision.evolve.PublicSpacesListed(state, event.data as never, moment);
          // Wild plans are seldom accepted: a fair one puts all that is not yet divided into one plot.
          const divided = new Set(plots.flat());
          const left = (state?.spaces ?? []).map(({ id }) => id).filter((id) => !divided.has(id));
          const wished = fair ? [{ number: wild[0]!.number, spaces: left }] : wild;
          const outcome = plotDivision.decide.DividePlots(state, { plots: wished.map((plan) => ({ ...plan, name: '责任田' })) }, {
            ...base,
            facts,
          } as never);
          if ('refused' in outcome) continue;
          accepted++;
          for (const event of outcome) state = plotDivision.evolve.PlotsDivided(state, event.data as never, moment);
          plots.push(...wished.map(({ spaces: covered }) => covered));
          expect(plots.flat().toSorted()).toEqual((state?.spaces ?? []).map(({ id }) => id).toSorted());
          expect(new Set(state?.plots.map(({ number }) => number)).size).toBe(plots.length);
        }
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe('ClosePartyFirst', () => {
  const place = { id: '510121111219.1' };
  it('given a division whose window has passed, when it is closed, then its plots are open to all', () => {
    given(plotDivision, listed, divided)
      .when('ClosePartyFirst', { division: 1 }, { ...place, at: '2026-05-15T16:00:00.000Z' })
      .then([{ type: 'PartyFirstClosed', data: { division: 1, plotIds: ['510121111219.1~1', '510121111219.1~2'] } }]);
  });
  it('given a closed window, when it is closed again, then nothing changes', () => {
    given(plotDivision, listed, divided, {
      type: 'PartyFirstClosed',
      data: { division: 1, plotIds: ['510121111219.1~1', '510121111219.1~2'] },
    })
      .when('ClosePartyFirst', { division: 1 }, { ...place, at: '2026-05-16T08:00:00.000Z' })
      .thenNothing();
    given(plotDivision).when('ClosePartyFirst', { division: 1 }, place).thenRefused('guardianship.not-due');
  });
  it('given two divisions, when the window of one is closed, then only its plots are open, and the other is closed at its own time', () => {
    const third = { number: 3, name: '三号责任田', spaces: ['zuoyi-1'] };
    const later = { division: 2, plots: [third], terms: usual, partyFirstUntil: '2026-05-20T08:00:00.000Z' };
    const both = [
      listed,
      divided,
      { type: 'PublicSpacesListed', data: { spaces: [bench] } },
      { type: 'PlotsDivided', data: later },
    ] as const;
    const first = { type: 'PartyFirstClosed', data: { division: 1, plotIds: ['510121111219.1~1', '510121111219.1~2'] } } as const;
    given(plotDivision, ...both)
      .when('ClosePartyFirst', { division: 1 }, { ...place, at: '2026-05-15T16:00:00.000Z' })
      .then([first]);
    given(plotDivision, ...both, first)
      .when('ClosePartyFirst', { division: 2 }, { ...place, at: '2026-05-20T08:00:00.000Z' })
      .then([{ type: 'PartyFirstClosed', data: { division: 2, plotIds: ['510121111219.1~3'] } }]);
  });
  it('given an open window, when it is closed before its end, then it is refused', () => {
    given(plotDivision, listed, divided)
      .when('ClosePartyFirst', { division: 1 }, { ...place, at: '2026-05-15T15:59:59.999Z' })
      .thenRefused('guardianship.not-due');
  });
});

it('given a place and a number, when the plot is named, then its id has both', () => {
  expect(plotIdOf('510121111219.1', 12)).toBe('510121111219.1~12');
  expect(placeOfPlot('510121111219.1~12')).toBe('510121111219.1');
});
