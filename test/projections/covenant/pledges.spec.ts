import { describe, expect, it } from '@jest/globals';
import { pledgeCoverage, pledgeWall } from '../../../src/projections/covenant/pledges.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';

const village = '510121111219';
const courtyard = `${village}.1`;
const home = `${courtyard}.7`;
const nextDoor = `${courtyard}.8`;
const id = `${village}.${home}`;
const circumstances = { aggregateId: id, at: '2026-05-01T08:00:00.000Z' };
const of = { covenantId: village, householdId: home };
const words = '自觉维护环境卫生，做好垃圾分类';

const made = recorded(
  'PledgeMade',
  { ...of, version: 1, personId: 'p-cai', words, clauses: [1, 2], consent: true, displayName: '蔡新周' },
  circumstances,
);
const neighbour = recorded(
  'PledgeMade',
  { covenantId: village, householdId: nextDoor, version: 1, personId: 'p-wei', words: '不乱停放车辆', clauses: [], consent: false },
  { aggregateId: `${village}.${nextDoor}` },
);
const ofCourtyard = recorded(
  'PledgeMade',
  { covenantId: courtyard, householdId: home, version: 1, personId: 'p-cai', words, clauses: [], consent: false },
  { aggregateId: `${courtyard}.${home}` },
);
const at = '2026-06-01T08:00:00.000Z';
const renewed = recorded('PledgeRenewed', { ...of, version: 2 }, { aggregateId: id, at });
const amended = recorded(
  'PledgeAmended',
  { ...of, version: 2, personId: 'p-cai', words: '房前屋后收拾干净', clauses: [3] },
  { aggregateId: id, at },
);
const hidden = recorded('PledgeConsentChanged', { ...of, personId: 'p-cai', consent: false }, { aggregateId: id });
const shown = recorded('PledgeConsentChanged', { ...of, personId: 'p-cai', consent: true, displayName: '老蔡' }, { aggregateId: id });
const issued = recorded('PlaqueIssued', { ...of, number: '510121111219-1.7', edition: 1 }, { aggregateId: id, at });
const mounted = recorded('PlaqueMounted', { ...of, number: '510121111219-1.7' }, { aggregateId: id, at: '2026-06-02T08:00:00.000Z' });
const replaced = recorded(
  'PlaqueReplaced',
  { ...of, replaces: '510121111219-1.7', number: '510121111219-1.7/2', edition: 2, reason: '褪色' },
  { aggregateId: id, at: '2026-07-01T08:00:00.000Z' },
);
const withdrawn = recorded('PledgeWithdrawn', of, { aggregateId: id });
const withdrawnOfCourtyard = recorded(
  'PledgeWithdrawn',
  { covenantId: courtyard, householdId: home },
  { aggregateId: `${courtyard}.${home}` },
);
const merged = recorded('PlaceMerged', { into: nextDoor, level: 'household' }, { aggregateId: home });
const courtyardMerged = recorded('PlaceMerged', { into: `${village}.2`, level: 'courtyard' }, { aggregateId: courtyard });
const all = [made, neighbour, ofCourtyard, issued, mounted, renewed, hidden, shown, amended, replaced, withdrawn, merged];

const row = {
  pledgeId: id,
  covenantId: village,
  householdId: home,
  standing: true,
  version: 1,
  words,
  clauses: [1, 2],
  name: '蔡新周',
  madeAt: '2026-05-01T08:00:00.000Z',
  confirmedAt: '2026-05-01T08:00:00.000Z',
  revision: 0,
};
const page = (...events: Parameters<typeof project>[1]) => project(pledgeWall, events).get(`pledge/${id}`);

describe('pledge-wall', () => {
  it('given a pledge, when it is made, then it is on its own page and on the walls of covenant and place', () => {
    expect(Object.fromEntries(project(pledgeWall, [made]))).toEqual({
      [`pledge/${id}`]: row,
      [`covenant/${village}/${home}`]: row,
      [`place/${home}./${village}`]: row,
    });
  });

  it('given no consent, when a pledge is read, then nobody is named, not even by their id', () => {
    expect(JSON.stringify([...project(pledgeWall, [neighbour])])).not.toMatch(/p-wei/u);
    expect(project(pledgeWall, [neighbour]).get(`pledge/${village}.${nextDoor}`)).not.toHaveProperty('name');
  });

  it('given a name, when consent is taken back, then it is hidden everywhere; when it is given again, then it is shown', () => {
    expect(JSON.stringify([...project(pledgeWall, [made, hidden])])).not.toMatch(/蔡新周/u);
    expect(page(made, hidden)).toEqual({ ...row, name: undefined, revision: 1 });
    expect(page(made, hidden, shown)).toEqual({ ...row, name: '老蔡', revision: 2 });
  });

  it('given a pledge, when it is renewed or amended, then it tells when, and for which version', () => {
    expect(page(made, renewed)).toEqual({ ...row, version: 2, confirmedAt: at, revision: 1 });
    expect(page(made, amended)).toEqual({ ...row, version: 2, confirmedAt: at, words: '房前屋后收拾干净', clauses: [3], revision: 1 });
  });

  it('given a pledge, when a plaque is mounted or replaced, then it tells the one on the door', () => {
    expect(page(made, issued)).toMatchObject({ plaque: { number: '510121111219-1.7', issuedAt: at } });
    expect(page(made, issued, mounted)).toMatchObject({
      plaque: { number: '510121111219-1.7', issuedAt: at, mountedAt: '2026-06-02T08:00:00.000Z' },
    });
    expect(page(made, issued, mounted, replaced)).toEqual({
      ...row,
      plaque: { number: '510121111219-1.7/2', issuedAt: '2026-07-01T08:00:00.000Z' },
      revision: 3,
    });
  });

  it('given a pledge, when it is withdrawn, then it leaves the walls, and its page says only that', () => {
    expect(Object.fromEntries(project(pledgeWall, [made, issued, withdrawn]))).toEqual({
      [`pledge/${id}`]: {
        pledgeId: id,
        covenantId: village,
        householdId: home,
        standing: false,
        version: 1,
        clauses: [],
        madeAt: row.madeAt,
        confirmedAt: row.confirmedAt,
        revision: 2,
      },
    });
  });

  it('given a withdrawn pledge, when it is made anew, then it is shown', () => {
    expect([...project(pledgeWall, [made, withdrawn, made]).values()]).toEqual(Array(3).fill({ ...row, revision: 2 }));
  });

  it('given a pledge, when its household is merged, then it leaves all walls above it, and its page stays as it is', () => {
    const ended = {
      pledgeId: id,
      covenantId: village,
      householdId: home,
      standing: false,
      version: 1,
      clauses: [],
      madeAt: row.madeAt,
      confirmedAt: row.confirmedAt,
      revision: 1,
    };
    const rows = project(pledgeWall, [made, issued, ofCourtyard, neighbour, merged]);
    expect([...rows].filter(([, { standing }]) => standing).map(([key]) => key)).toEqual([
      `pledge/${village}.${nextDoor}`,
      `covenant/${village}/${nextDoor}`,
      `place/${nextDoor}./${village}`,
    ]);
    expect([...rows].filter(([, { standing }]) => !standing).map(([key]) => key)).toEqual([`pledge/${id}`, `pledge/${courtyard}.${home}`]);
    expect(rows.get(`pledge/${id}`)).toEqual(ended);
    for (const later of [renewed, amended, shown, issued, mounted, replaced]) {
      expect([...project(pledgeWall, [made, issued, merged, later]).values()]).toEqual([{ ...ended, revision: 2 }]);
    }
  });

  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(pledgeWall, all));
});

describe('pledge-coverage', () => {
  const pledged = (...events: Parameters<typeof project>[1]) =>
    Object.fromEntries([...project(pledgeCoverage, events)].map(([key, coverage]) => [key, coverage.pledged]));

  it('given households with several pledges, when coverage is counted, then each household counts once, where it lies', () => {
    const inBuilding = {
      ...neighbour,
      data: { ...neighbour.data, householdId: `${courtyard}.1.2` },
      aggregateId: `${village}.${courtyard}.1.2`,
    };
    expect(pledged(made, neighbour, ofCourtyard)).toEqual({ [`${courtyard}.`]: 2 });
    expect(pledged(made, neighbour, inBuilding)).toEqual({ [`${courtyard}.`]: 2, [`${courtyard}.1.`]: 1 });
    expect(pledged(made, neighbour, ofCourtyard, withdrawn)).toEqual({ [`${courtyard}.`]: 2 });
    expect(pledged(made, neighbour, ofCourtyard, withdrawn, withdrawnOfCourtyard)).toEqual({ [`${courtyard}.`]: 1 });
    expect(pledged(made, withdrawn, made)).toEqual({ [`${courtyard}.`]: 1 });
  });

  it('given a merged household, when coverage is counted, then it does not count, even if a pledge came at the same moment', () => {
    expect(pledged(made, merged)).toEqual({ [`${courtyard}.`]: 0 });
    expect(pledged(made, merged, neighbour)).toEqual({ [`${courtyard}.`]: 1 });
    expect(pledged(merged, made, ofCourtyard, withdrawn)).toEqual({ [`${courtyard}.`]: 0 });
    expect(pledged(made, courtyardMerged)).toEqual({ [`${courtyard}.`]: 1 });
  });

  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(pledgeCoverage, all));
});
