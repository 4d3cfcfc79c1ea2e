import { describe, expect, it } from '@jest/globals';
import type { PlaceLevel } from '../../../src/domain/registry/place.js';
import { householdCount, placesByLevel, placeTree, unitRoll } from '../../../src/projections/registry/place-tree.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';

const registered = (placeId: string, name: string, level: PlaceLevel, area?: number) =>
  recorded('PlaceRegistered', { placeId, name, level, ...(area !== undefined && { area }) }, { aggregateId: placeId });

const courtyard = '510121111219.1';
const county = registered('510121', '金堂县', 'county');
const town = registered('510121102', '清江镇', 'town');
const yard = registered(courtyard, '蔡家大院', 'courtyard');
const unit = registered(`${courtyard}.7`, '7号', 'household', 90_50);
const nextDoor = registered(`${courtyard}.8`, '8号', 'household');
const upstairs = registered('510121111219.2.1.301', '301', 'household', 77_00);
const townMerged = recorded('PlaceMerged', { into: '510121002002', level: 'town' }, { aggregateId: '510121102' });
const townRenamed = recorded('PlaceRenamed', { name: '清江街道' }, { aggregateId: '510121102' });
const unitRenamed = recorded('PlaceRenamed', { name: '七号' }, { aggregateId: `${courtyard}.7` });
const unitMerged = recorded('PlaceMerged', { into: `${courtyard}.8`, level: 'household' }, { aggregateId: `${courtyard}.7` });
const owned = recorded('OwnersRecorded', { owners: ['p-1', 'p-2'] }, { aggregateId: `${courtyard}.7` });
const areaCorrected = recorded('AreaCorrected', { area: 89_50 }, { aggregateId: `${courtyard}.7` });
const areaEntered = recorded('AreaCorrected', { area: 77_50 }, { aggregateId: `${courtyard}.8` });
const all = [
  county,
  town,
  yard,
  unit,
  nextDoor,
  upstairs,
  townRenamed,
  townMerged,
  owned,
  unitRenamed,
  areaCorrected,
  areaEntered,
  unitMerged,
];

describe('place-tree', () => {
  it('given places, when they are registered, then each has a row under its code', () => {
    expect(project(placeTree, [county, unit])).toEqual(
      new Map([
        ['510121', { placeId: '510121', name: '金堂县', level: 'county', parent: null, revision: 0 }],
        [`${courtyard}.7`, { placeId: `${courtyard}.7`, name: '7号', level: 'household', parent: courtyard, area: 90_50, revision: 0 }],
      ]),
    );
  });

  it('given a place, when it is renamed, merged, or gets owners, then the row says so', () => {
    const rows = project(placeTree, [county, town, unit, townRenamed, townMerged, owned]);
    expect(rows.get('510121102')).toEqual({
      placeId: '510121102',
      name: '清江街道',
      level: 'town',
      parent: '510121',
      mergedInto: '510121002002',
      revision: 2,
    });
    expect(rows.get('510121')).toEqual({ placeId: '510121', name: '金堂县', level: 'county', parent: null, revision: 0 });
    expect(rows.get(`${courtyard}.7`)).toMatchObject({ owners: 2 });
  });

  it('given an area, when it is corrected, then the row has the new one', () => {
    expect(project(placeTree, [unit, areaCorrected]).get(`${courtyard}.7`)).toMatchObject({ area: 89_50, name: '7号' });
  });

  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(placeTree, all));
});

describe('places-by-level', () => {
  it('given a place, when anything becomes of it, then it stays listed under its level', () => {
    expect([...project(placesByLevel, all).keys()].sort()).toEqual([
      'county/510121',
      `courtyard/${courtyard}`,
      `household/${courtyard}.7`,
      `household/${courtyard}.8`,
      'household/510121111219.2.1.301',
      'town/510121102',
    ]);
    expect(project(placesByLevel, [town]).get('town/510121102')).toEqual({ placeId: '510121102' });
  });

  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(placesByLevel, all));
});

describe('household-count', () => {
  it('given households, when they are registered, then every place above counts them', () => {
    expect(Object.fromEntries(project(householdCount, [county, town, yard, unit, nextDoor, upstairs, townMerged]))).toEqual({
      '510121': { households: 3 },
      '510121111': { households: 3 },
      '510121111219': { households: 3 },
      [courtyard]: { households: 2 },
      '510121111219.2': { households: 1 },
      '510121111219.2.1': { households: 1 },
    });
  });

  it('given two units, when one is merged into the other, then they count once', () => {
    const rows = project(householdCount, [unit, nextDoor, unitMerged]);
    expect(rows.get(courtyard)).toEqual({ households: 1 });
    expect(rows.get('510121')).toEqual({ households: 1 });
  });

  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(householdCount, all));
});

describe('unit-roll', () => {
  it('given units, when the roll is read, then it has area and owners and nothing else', () => {
    expect(project(unitRoll, [county, yard, unit, nextDoor, owned, unitRenamed, townRenamed])).toEqual(
      new Map([
        [`${courtyard}.7`, { householdId: `${courtyard}.7`, name: '七号', area: 90_50, owners: ['p-1', 'p-2'] }],
        [`${courtyard}.8`, { householdId: `${courtyard}.8`, name: '8号', owners: [] }],
      ]),
    );
  });

  it('given a unit with or without an area, when it is corrected, then the roll has the new area', () => {
    const rows = project(unitRoll, [unit, nextDoor, areaCorrected, areaEntered]);
    expect(rows.get(`${courtyard}.7`)).toEqual({ householdId: `${courtyard}.7`, name: '7号', area: 89_50, owners: [] });
    expect(rows.get(`${courtyard}.8`)).toEqual({ householdId: `${courtyard}.8`, name: '8号', area: 77_50, owners: [] });
  });

  it('given a unit, when it is merged, then it leaves the roll', () => {
    expect([...project(unitRoll, [unit, nextDoor, unitMerged]).keys()]).toEqual([`${courtyard}.8`]);
  });

  it('given any events, when rebuilt, then the rows are the same', () => expectRebuiltEqualsIncremental(unitRoll, all));
});
