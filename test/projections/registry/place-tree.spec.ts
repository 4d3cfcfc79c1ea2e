import { describe, expect, it } from '@jest/globals';
import { placeTree } from '../../../src/projections/registry/place-tree.js';
import { expectRebuiltEqualsIncremental, project, told } from '../../support/projections.js';

const county = told('PlaceRegistered', { placeId: '510121', name: '金堂县', level: 'county' }, { subject: '510121' });
const town = told('PlaceRegistered', { placeId: '510121103', name: '清江镇', level: 'town' }, { subject: '510121103' });
const unit = told('PlaceRegistered', { placeId: '510121111219.1.1', name: '101', level: 'household', area: 9_050 }, { subject: '510121111219.1.1' });

describe('place-tree', () => {
  it('keeps a row per place under its code', () => {
    expect(project(placeTree, [county, unit])).toEqual(new Map([
      ['510121', { placeId: '510121', name: '金堂县', level: 'county' }],
      ['510121111219.1.1', { placeId: '510121111219.1.1', name: '101', level: 'household', area: 9_050 }],
    ]));
  });

  it('renames a place and says into which it was merged', () => {
    const rows = project(placeTree, [
      county, town,
      told('PlaceRenamed', { name: '清江街道' }, { subject: '510121103' }),
      told('PlaceMerged', { into: '510121006' }, { subject: '510121103' }),
    ]);
    expect(rows.get('510121103')).toEqual({ placeId: '510121103', name: '清江街道', level: 'town', mergedInto: '510121006' });
    expect(rows.get('510121')).toEqual({ placeId: '510121', name: '金堂县', level: 'county' });
  });

  it('comes out the same rebuilt', async () => {
    await expectRebuiltEqualsIncremental(placeTree, [
      county, town, unit,
      told('PlaceRenamed', { name: '赵家' }, { subject: '510121103' }),
      told('PlaceMerged', { into: '510121006' }, { subject: '510121103' }),
    ]);
  });
});
