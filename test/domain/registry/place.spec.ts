import { describe, it } from '@jest/globals';
import { place, type PlaceLevel } from '../../../src/domain/registry/place.js';
import { given } from '../../support/given.js';

const village = '510121111219';
const elsewhere = '510121111220';
const unit = `${village}.1.2.301`;
const villageRegistered = { type: 'PlaceRegistered', data: { placeId: village, name: '谢杨坝村', level: 'village' } } as const;
const unitRegistered = { type: 'PlaceRegistered', data: { placeId: unit, name: '2栋301', level: 'household', area: 98_76 } } as const;
const villageMerged = { type: 'PlaceMerged', data: { into: elsewhere, level: 'village' } } as const;
const standing = (level: PlaceLevel, mergedInto: string | null = null) => ({ level, mergedInto });

describe('RegisterPlace', () => {
  const { data } = villageRegistered;

  it('registers a village below its town', () => {
    given(place)
      .when('RegisterPlace', data, { id: village, facts: { parent: standing('town') } })
      .then([villageRegistered]);
  });

  it('registers a county, which lies in nothing', () => {
    const county = { placeId: '510121', name: '金堂县', level: 'county' } as const;
    given(place)
      .when('RegisterPlace', county, { id: '510121', facts: { parent: null } })
      .then([{ type: 'PlaceRegistered', data: county }]);
  });

  it('says nothing new about a place registered just so', () => {
    given(place, villageRegistered)
      .when('RegisterPlace', data, { id: village, facts: { parent: standing('town') } })
      .thenNothing();
  });

  it.each([{ name: '谢家坝村' }, { level: 'community' }] as const)('refuses a code that is taken by another: %j', (other) => {
    given(place, villageRegistered)
      .when('RegisterPlace', { ...data, ...other }, { id: village, facts: { parent: standing('town') } })
      .thenRefused('registry.place-exists', { place: village, name: '谢杨坝村' });
  });

  it('refuses a place whose parent is not registered, a county by its look too', () => {
    for (const level of ['village', 'county'] as const) {
      given(place)
        .when('RegisterPlace', { ...data, level }, { id: village, facts: { parent: null } })
        .thenRefused('registry.place-not-found', { place: '510121111' });
    }
  });

  it.each([
    ['510121', 'town', null],
    [village, 'village', 'village'],
    ['510121111', 'village', 'county'],
    ['510121111', 'county', 'county'],
    [`${village}.1`, 'building', 'village'],
    [`${village}.1.2`, 'compound', 'compound'],
  ] as const)('refuses %s as a %s in a %s', (placeId, level, parent) => {
    given(place)
      .when('RegisterPlace', { placeId, name: '某处', level }, { id: placeId, facts: { parent: parent && standing(parent) } })
      .thenRefused('registry.wrong-level', { level });
  });

  it('refuses a place in one that was merged', () => {
    given(place)
      .when('RegisterPlace', data, { id: village, facts: { parent: standing('town', '510121006') } })
      .thenRefused('registry.place-merged', { place: '510121111', into: '510121006' });
  });
});

describe('RegisterHousehold', () => {
  const { placeId, name, area } = unitRegistered.data;

  it('enters a unit of a building with its area', () => {
    given(place)
      .when('RegisterHousehold', { placeId, name, area }, { id: unit, facts: { parent: standing('building') } })
      .then([unitRegistered]);
  });

  it('enters a house of a courtyard that has no area on record', () => {
    const house = { placeId: `${village}.1.7`, name: '蔡家大院7号' };
    given(place)
      .when('RegisterHousehold', house, { id: house.placeId, facts: { parent: standing('courtyard') } })
      .then([{ type: 'PlaceRegistered', data: { ...house, level: 'household' } }]);
  });

  it('says nothing new about a unit entered just so', () => {
    given(place, unitRegistered)
      .when('RegisterHousehold', { placeId, name, area }, { id: unit, facts: { parent: standing('building') } })
      .thenNothing();
  });

  it('refuses the same unit with another area', () => {
    given(place, unitRegistered)
      .when('RegisterHousehold', { placeId, name, area: 99_00 }, { id: unit, facts: { parent: standing('building') } })
      .thenRefused('registry.place-exists', { place: unit, name: '2栋301' });
  });

  it('refuses a unit outside a compound, in an unknown building, and in one that was merged', () => {
    const when = (parent: ReturnType<typeof standing> | null) =>
      given(place).when('RegisterHousehold', { placeId, name, area }, { id: unit, facts: { parent } });
    when(standing('village')).thenRefused('registry.wrong-level', { level: 'household' });
    when(null).thenRefused('registry.place-not-found', { place: `${village}.1.2` });
    when(standing('building', `${village}.1.3`)).thenRefused('registry.place-merged', { place: `${village}.1.2`, into: `${village}.1.3` });
  });
});

describe('RenamePlace', () => {
  it('renames', () => {
    given(place, villageRegistered)
      .when('RenamePlace', { name: '三合碑社区' })
      .then([{ type: 'PlaceRenamed', data: { name: '三合碑社区' } }]);
  });

  it('says nothing new about the name it has, also after an earlier change', () => {
    given(place, villageRegistered).when('RenamePlace', { name: '谢杨坝村' }).thenNothing();
    given(place, villageRegistered, { type: 'PlaceRenamed', data: { name: '新名' } })
      .when('RenamePlace', { name: '新名' })
      .thenNothing();
  });

  it('refuses a place that is not registered', () => {
    given(place).when('RenamePlace', { name: '新名' }, { id: village }).thenRefused('registry.place-not-found', { place: village });
  });

  it('refuses a place that was merged into another', () => {
    given(place, villageRegistered, villageMerged)
      .when('RenamePlace', { name: '新名' }, { id: village })
      .thenRefused('registry.place-merged', { place: village, into: elsewhere });
  });
});

describe('MergePlace', () => {
  const living = { into: standing('village'), below: null };

  it('merges into another place', () => {
    given(place, villageRegistered).when('MergePlace', { into: elsewhere }, { id: village, facts: living }).then([villageMerged]);
  });

  it('merges a town of old into the community that it is today', () => {
    given(place, { type: 'PlaceRegistered', data: { placeId: '510121102', name: '清江镇', level: 'town' } })
      .when('MergePlace', { into: '510121002002' }, { id: '510121102', facts: { into: standing('community'), below: null } })
      .then([{ type: 'PlaceMerged', data: { into: '510121002002', level: 'town' } }]);
  });

  it('says nothing new when it is merged there already, and refuses another place', () => {
    const merged = given(place, villageRegistered, villageMerged);
    merged.when('MergePlace', { into: elsewhere }, { id: village, facts: living }).thenNothing();
    merged
      .when('MergePlace', { into: '510121111216' }, { id: village, facts: living })
      .thenRefused('registry.place-merged', { place: village, into: elsewhere });
  });

  it('refuses a place that is not registered', () => {
    given(place)
      .when('MergePlace', { into: elsewhere }, { id: village, facts: living })
      .thenRefused('registry.place-not-found', { place: village });
  });

  it('refuses to merge into itself or into anything within it', () => {
    for (const into of [village, `${village}.1`, unit]) {
      given(place, villageRegistered)
        .when('MergePlace', { into }, { id: village, facts: living })
        .thenRefused('registry.merge-into-itself');
    }
  });

  it('refuses a place that is itself merged', () => {
    given(place, villageRegistered)
      .when('MergePlace', { into: elsewhere }, { id: village, facts: { ...living, into: standing('village', '510121111216') } })
      .thenRefused('registry.place-merged', { place: elsewhere, into: '510121111216' });
  });

  it.each([['compound'], ['building'], ['household']] as const)('refuses to merge a village into a %s', (level) => {
    given(place, villageRegistered)
      .when('MergePlace', { into: `${elsewhere}.1` }, { id: village, facts: { into: standing(level), below: null } })
      .thenRefused('registry.merge-across-levels', { level: 'village', into: level });
  });

  it('refuses while a place within still stands for itself', () => {
    given(place, villageRegistered)
      .when('MergePlace', { into: elsewhere }, { id: village, facts: { ...living, below: `${village}.1` } })
      .thenRefused('registry.places-below', { place: `${village}.1` });
  });
});

describe('RecordOwners', () => {
  const owned = { type: 'OwnersRecorded', data: { owners: ['cai-xinzhou', 'cai-weicheng'] } } as const;

  it('records who owns a unit', () => {
    given(place, unitRegistered)
      .when('RecordOwners', owned.data, { id: unit, facts: { unknown: [] } })
      .then([owned]);
  });

  it('says nothing new about the same owners in the same order', () => {
    given(place, unitRegistered, owned)
      .when('RecordOwners', owned.data, { id: unit, facts: { unknown: [] } })
      .thenNothing();
  });

  it('records another order, since the first is the one who votes, and an empty list', () => {
    for (const owners of [['cai-weicheng', 'cai-xinzhou'], []]) {
      given(place, unitRegistered, owned)
        .when('RecordOwners', { owners }, { id: unit, facts: { unknown: [] } })
        .then([{ type: 'OwnersRecorded', data: { owners } }]);
    }
  });

  it('refuses owners of anything but a household', () => {
    given(place, villageRegistered)
      .when('RecordOwners', owned.data, { id: village, facts: { unknown: [] } })
      .thenRefused('registry.not-a-household', { place: village });
  });

  it('refuses an owner who is not registered', () => {
    given(place, unitRegistered)
      .when('RecordOwners', owned.data, { id: unit, facts: { unknown: ['cai-weicheng'] } })
      .thenRefused('registry.person-not-found', { person: 'cai-weicheng' });
  });

  it('refuses a unit that was merged', () => {
    given(place, unitRegistered, { type: 'PlaceMerged', data: { into: `${village}.1.2.302`, level: 'household' } })
      .when('RecordOwners', owned.data, { id: unit, facts: { unknown: [] } })
      .thenRefused('registry.place-merged', { place: unit, into: `${village}.1.2.302` });
  });
});

describe('CorrectArea', () => {
  const corrected = { type: 'AreaCorrected', data: { area: 89_76 } } as const;

  it('states the area as it is now, also where none was on record', () => {
    given(place, unitRegistered).when('CorrectArea', corrected.data, { id: unit }).then([corrected]);
    given(place, { ...unitRegistered, data: { placeId: unit, name: '2栋301', level: 'household' } })
      .when('CorrectArea', corrected.data, { id: unit })
      .then([corrected]);
  });

  it('says nothing new about the area on record, as entered or as corrected before', () => {
    given(place, unitRegistered).when('CorrectArea', { area: 98_76 }, { id: unit }).thenNothing();
    given(place, unitRegistered, corrected).when('CorrectArea', corrected.data, { id: unit }).thenNothing();
    given(place, unitRegistered, corrected)
      .when('CorrectArea', { area: 98_76 }, { id: unit })
      .then([{ type: 'AreaCorrected', data: { area: 98_76 } }]);
  });

  it('refuses anything but a household, and a unit that was merged', () => {
    given(place, villageRegistered)
      .when('CorrectArea', corrected.data, { id: village })
      .thenRefused('registry.not-a-household', { place: village });
    given(place, unitRegistered, { type: 'PlaceMerged', data: { into: `${village}.1.2.302`, level: 'household' } })
      .when('CorrectArea', corrected.data, { id: unit })
      .thenRefused('registry.place-merged', { place: unit, into: `${village}.1.2.302` });
  });
});
