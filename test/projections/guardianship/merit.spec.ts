import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineage } from '../../../src/domain/shared/place-id.js';
import type { RecordedEvent } from '../../../src/projections/projection.js';
import { within } from '../../../src/projections/guardianship/keys.js';
import { meritEntries } from '../../../src/projections/guardianship/merit-entries.js';
import { meritRulesVersions } from '../../../src/projections/guardianship/merit-rules.js';
import { meritTally } from '../../../src/projections/guardianship/merit-tally.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';

const placeId = '510121111219.1';
const plotId = `${placeId}~1`;
const householdId = `${placeId}.7`;
const who = { personId: 'cai', householdId, plotId };
const entered = (causeId: string, points: number, concerned: { personId: string; householdId?: string; plotId: string } = who) =>
  recorded(
    'MeritEntered',
    {
      ...concerned,
      causeId,
      cause: points < 0 ? 'inspection-failed' : 'care-logged',
      points,
      day: '2026-05-01',
      rulesPlaceId: placeId,
      rulesVersion: 1,
      appealUntil: '2026-05-06T08:00:00.000Z',
    },
    { aggregateId: `${placeId}~${concerned.personId}` },
  );
const notEntered = recorded('MeritNotEntered', {
  ...who,
  causeId: 'e3',
  cause: 'care-logged',
  day: '2026-05-01',
  reason: 'daily-cap',
  rulesPlaceId: placeId,
  rulesVersion: 1,
});
const appealed = recorded('MeritAppealed', { ...who, causeId: 'e2', words: '那天在施工' });
const ruled = (upheld: boolean) => recorded('MeritAppealRuled', { ...who, causeId: 'e2', upheld, reason: '属实' });
const reversed = recorded('MeritReversed', { ...who, causeId: 'e2', points: 5, day: '2026-05-01' });
const story = [entered('e1', 2), entered('e2', -5), notEntered, appealed, ruled(true), reversed];

describe('merit-tally', () => {
  it('given an entry, when it is recorded, then it counts for guardian, household, plot, place and all above it', () => {
    const counted = { points: 2, earned: 2, lost: 0, reversed: 0, entries: 1 };
    expect(project(meritTally, [entered('e1', 2)])).toEqual(
      new Map([
        ['guardian/510121111219/1/~cai', { of: 'cai', placeId, ...counted }],
        ['household/510121111219/1/7/', { of: householdId, placeId, ...counted }],
        ['plot/510121111219/1/~0001', { of: plotId, placeId, ...counted }],
        ['place/510121111219/1/', { of: placeId, placeId, ...counted }],
        ['place/510121111219/', { of: '510121111219', placeId: '510121111219', ...counted }],
        ['place/510121111', { of: '510121111', placeId: '510121111', ...counted }],
        ['place/510121', { of: '510121', placeId: '510121', ...counted }],
      ]),
    );
  });
  it('given an entry, when it is reversed, then the points are given back and the entry stays', () => {
    expect(project(meritTally, story).get('guardian/510121111219/1/~cai')).toEqual({
      of: 'cai',
      placeId,
      points: 2,
      earned: 2,
      lost: -5,
      reversed: 5,
      entries: 2,
    });
  });
  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(meritTally, story));

  it('given any entries and reversals, when they are folded, then every tally is their sum', () => {
    const entry = fc.record({
      person: fc.constantFrom('cai', 'xie', 'li'),
      plot: fc.constantFrom('510121111219.1~1', '510121111219.1~2', '510121111219.10~1', '510121111220~1'),
      points: fc.integer({ min: -20, max: 20 }),
      reversed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const events: RecordedEvent[] = entries.flatMap(({ person, plot, points, reversed: back }, index) => {
          const concerned = { personId: person, plotId: plot };
          const made = entered(`e${index}`, points, concerned);
          return back && points < 0
            ? [made, recorded('MeritReversed', { ...concerned, causeId: `e${index}`, points: -points, day: '2026-05-01' })]
            : [made];
        });
        const stands = ({ points, reversed: back }: (typeof entries)[number]) => (back && points < 0 ? 0 : points);
        const sum = (those: typeof entries) => those.reduce((total, each) => total + stands(each), 0);
        const rows = project(meritTally, events);
        for (const place of ['510121', '510121111', '510121111219', '510121111219.1', '510121111219.10', '510121111220']) {
          const inPlace = entries.filter(({ plot }) => lineage(plot.split('~')[0]!).includes(place));
          expect(rows.get(`place/${within(place)}`)?.points ?? 0).toBe(sum(inPlace));
          for (const kind of ['guardian', 'plot']) {
            const listed = [...rows]
              .filter(([key]) => key.startsWith(`${kind}/${within(place)}`))
              .reduce((total, [, row]) => total + row.points, 0);
            expect(listed).toBe(sum(inPlace));
          }
        }
        for (const row of rows.values()) expect(row.points).toBe(row.earned + row.lost + row.reversed);
      }),
      { numRuns: 200 },
    );
  });
});

describe('merit-entries', () => {
  const row = {
    ...who,
    placeId,
    causeId: 'e2',
    cause: 'inspection-failed',
    points: -5,
    day: '2026-05-01',
    rulesPlaceId: placeId,
    rulesVersion: 1,
    appealUntil: '2026-05-06T08:00:00.000Z',
    standing: 'stands',
  };
  const keys = [
    'guardian/cai/510121111219/1/~e2',
    'household/510121111219/1/7/~e2',
    'plot/510121111219/1/~0001/e2',
    'place/510121111219/1/~e2',
  ];
  it('given an entry, when it is recorded, then it is listed by guardian, household, plot and place, with cause and version of the rules', () => {
    expect(project(meritEntries, [entered('e2', -5)])).toEqual(new Map(keys.map((key) => [key, row])));
  });
  it('given an entry, when it is appealed and ruled on, then it says how the appeal stands', () => {
    const standing = (...events: RecordedEvent[]) =>
      keys.map((key) => project(meritEntries, [entered('e2', -5), ...events]).get(key)?.standing);
    expect(standing(appealed)).toEqual(Array(4).fill('appealed'));
    expect(standing(appealed, ruled(false))).toEqual(Array(4).fill('dismissed'));
    expect(standing(appealed, ruled(true), reversed)).toEqual(Array(4).fill('reversed'));
  });
  it('given a cause for which nothing was entered, when it is listed, then it says why', () => {
    expect(project(meritEntries, [notEntered]).get('guardian/cai/510121111219/1/~e3')).toEqual({
      ...who,
      placeId,
      causeId: 'e3',
      cause: 'care-logged',
      points: 0,
      day: '2026-05-01',
      rulesPlaceId: placeId,
      rulesVersion: 1,
      notEntered: 'daily-cap',
      standing: 'not-entered',
    });
  });
  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(meritEntries, story));
});

describe('merit-rules', () => {
  const version = (number: number) => ({
    placeId,
    version: number,
    from: '2026-05-01',
    rules: [{ cause: 'care-logged' as const, points: 2 }],
    appealDays: 5,
    redAt: 20,
    blackAt: -10,
  });
  it('given several versions of the rules, when they are read, then every version is kept', async () => {
    const events = [
      recorded('MeritRulesAdopted', version(1), { aggregateId: placeId }),
      recorded('MeritRulesAdopted', version(2), { aggregateId: placeId }),
    ];
    expect(project(meritRulesVersions, events)).toEqual(
      new Map([
        [`${placeId}~0001`, version(1)],
        [`${placeId}~0002`, version(2)],
      ]),
    );
    await expectRebuiltEqualsIncremental(meritRulesVersions, events);
  });
});
