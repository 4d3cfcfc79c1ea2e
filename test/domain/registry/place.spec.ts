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

  it('given a town, when a village below it is registered, then it is registered', () => {
    given(place)
      .when('RegisterPlace', data, { id: village, facts: { parent: standing('town') } })
      .then([villageRegistered]);
  });

  it('given no place, when a county is registered, then it is registered without a parent', () => {
    const county = { placeId: '510121', name: '金堂县', level: 'county' } as const;
    given(place)
      .when('RegisterPlace', county, { id: '510121', facts: { parent: null } })
      .then([{ type: 'PlaceRegistered', data: county }]);
  });

  it('given a registered place, when it is registered with the same name and level, then nothing changes', () => {
    given(place, villageRegistered)
      .when('RegisterPlace', data, { id: village, facts: { parent: standing('town') } })
      .thenNothing();
  });

  it.each([{ name: '谢家坝村' }, { level: 'community' }] as const)(
    'given a registered place, when its code is registered for another (%j), then it is refused',
    (other) => {
      given(place, villageRegistered)
        .when('RegisterPlace', { ...data, ...other }, { id: village, facts: { parent: standing('town') } })
        .thenRefused('registry.place-exists', { place: village, name: '谢杨坝村' });
    },
  );

  it('given no parent, when a place is registered, then it is refused, even if it claims to be a county', () => {
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
  ] as const)('given the code %s, when it is registered as a %s in a %s, then it is refused', (placeId, level, parent) => {
    given(place)
      .when('RegisterPlace', { placeId, name: '某处', level }, { id: placeId, facts: { parent: parent && standing(parent) } })
      .thenRefused('registry.wrong-level', { level });
  });

  it('given a parent that was merged, when a place below it is registered, then it is refused', () => {
    given(place)
      .when('RegisterPlace', data, { id: village, facts: { parent: standing('town', '510121006') } })
      .thenRefused('registry.place-merged', { place: '510121111', into: '510121006' });
  });
});

describe('RegisterHousehold', () => {
  const { placeId, name, area } = unitRegistered.data;

  it('given a building, when a unit is entered with its area, then it is registered', () => {
    given(place)
      .when('RegisterHousehold', { placeId, name, area }, { id: unit, facts: { parent: standing('building') } })
      .then([unitRegistered]);
  });

  it('given a courtyard, when a house without a known area is entered, then it is registered without one', () => {
    const house = { placeId: `${village}.1.7`, name: '蔡家大院7号' };
    given(place)
      .when('RegisterHousehold', house, { id: house.placeId, facts: { parent: standing('courtyard') } })
      .then([{ type: 'PlaceRegistered', data: { ...house, level: 'household' } }]);
  });

  it('given a unit, when it is entered with the same data, then nothing changes', () => {
    given(place, unitRegistered)
      .when('RegisterHousehold', { placeId, name, area }, { id: unit, facts: { parent: standing('building') } })
      .thenNothing();
  });

  it('given a unit, when it is entered with another area or name, then it is refused', () => {
    for (const other of [{ area: 99_00 }, { name: '2栋302' }])
      given(place, unitRegistered)
        .when('RegisterHousehold', { placeId, name, area, ...other }, { id: unit, facts: { parent: standing('building') } })
        .thenRefused('registry.place-exists', { place: unit, name: '2栋301' });
  });

  it('given a parent of the wrong level, none, or a merged one, when a unit is entered, then it is refused', () => {
    const when = (parent: ReturnType<typeof standing> | null) =>
      given(place).when('RegisterHousehold', { placeId, name, area }, { id: unit, facts: { parent } });
    when(standing('village')).thenRefused('registry.wrong-level', { level: 'household' });
    when(null).thenRefused('registry.place-not-found', { place: `${village}.1.2` });
    when(standing('building', `${village}.1.3`)).thenRefused('registry.place-merged', { place: `${village}.1.2`, into: `${village}.1.3` });
  });
});

describe('RenamePlace', () => {
  it('given a place, when it is renamed, then it has the new name', () => {
    given(place, villageRegistered)
      .when('RenamePlace', { name: '三合碑社区' })
      .then([{ type: 'PlaceRenamed', data: { name: '三合碑社区' } }]);
  });

  it('given a place, when it is renamed to the name it has now, then nothing changes', () => {
    given(place, villageRegistered).when('RenamePlace', { name: '谢杨坝村' }).thenNothing();
    given(place, villageRegistered, { type: 'PlaceRenamed', data: { name: '新名' } })
      .when('RenamePlace', { name: '新名' })
      .thenNothing();
  });

  it('given no place, when it is renamed, then it is refused', () => {
    given(place).when('RenamePlace', { name: '新名' }, { id: village }).thenRefused('registry.place-not-found', { place: village });
  });

  it('given a merged place, when it is renamed, then it is refused', () => {
    given(place, villageRegistered, villageMerged)
      .when('RenamePlace', { name: '新名' }, { id: village })
      .thenRefused('registry.place-merged', { place: village, into: elsewhere });
  });
});

describe('MergePlace', () => {
  const living = { into: standing('village'), below: null };

  it('given two places, when one is merged into the other, then it is merged', () => {
    given(place, villageRegistered).when('MergePlace', { into: elsewhere }, { id: village, facts: living }).then([villageMerged]);
  });

  it('given a former town, when it is merged into the community of today, then it is merged', () => {
    given(place, { type: 'PlaceRegistered', data: { placeId: '510121102', name: '清江镇', level: 'town' } })
      .when('MergePlace', { into: '510121002002' }, { id: '510121102', facts: { into: standing('community'), below: null } })
      .then([{ type: 'PlaceMerged', data: { into: '510121002002', level: 'town' } }]);
  });

  it('given a merged place, when it is merged into the same place, then nothing changes; into another, then it is refused', () => {
    const merged = given(place, villageRegistered, villageMerged);
    merged.when('MergePlace', { into: elsewhere }, { id: village, facts: living }).thenNothing();
    merged
      .when('MergePlace', { into: '510121111216' }, { id: village, facts: living })
      .thenRefused('registry.place-merged', { place: village, into: elsewhere });
  });

  it('given no place, when it is merged, then it is refused', () => {
    given(place)
      .when('MergePlace', { into: elsewhere }, { id: village, facts: living })
      .thenRefused('registry.place-not-found', { place: village });
  });

  it('given a place, when it is merged into itself or a place within it, then it is refused', () => {
    for (const into of [village, `${village}.1`, unit]) {
      given(place, villageRegistered)
        .when('MergePlace', { into }, { id: village, facts: living })
        .thenRefused('registry.merge-into-itself');
    }
  });

  it('given a target that was merged itself, when a place is merged into it, then it is refused', () => {
    given(place, villageRegistered)
      .when('MergePlace', { into: elsewhere }, { id: village, facts: { ...living, into: standing('village', '510121111216') } })
      .thenRefused('registry.place-merged', { place: elsewhere, into: '510121111216' });
  });

  it.each([['compound'], ['building'], ['household']] as const)(
    'given a village, when it is merged into a %s, then it is refused',
    (level) => {
      given(place, villageRegistered)
        .when('MergePlace', { into: `${elsewhere}.1` }, { id: village, facts: { into: standing(level), below: null } })
        .thenRefused('registry.merge-across-levels', { level: 'village', into: level });
    },
  );

  it('given a place within that is not merged yet, when the place is merged, then it is refused', () => {
    given(place, villageRegistered)
      .when('MergePlace', { into: elsewhere }, { id: village, facts: { ...living, below: `${village}.1` } })
      .thenRefused('registry.places-below', { place: `${village}.1` });
  });
});

describe('RecordOwners', () => {
  const owned = { type: 'OwnersRecorded', data: { owners: ['cai-xinzhou', 'cai-weicheng'] } } as const;

  it('given a unit, when its owners are recorded, then they are recorded', () => {
    given(place, unitRegistered)
      .when('RecordOwners', owned.data, { id: unit, facts: { unknown: [] } })
      .then([owned]);
  });

  it('given recorded owners, when the same owners are recorded in the same order, then nothing changes', () => {
    given(place, unitRegistered, owned)
      .when('RecordOwners', owned.data, { id: unit, facts: { unknown: [] } })
      .thenNothing();
    given(place, unitRegistered)
      .when('RecordOwners', { owners: [] }, { id: unit, facts: { unknown: [] } })
      .thenNothing();
  });

  it('given recorded owners, when another order or an empty list is recorded, then it is recorded, since the first owner votes', () => {
    for (const owners of [['cai-weicheng', 'cai-xinzhou'], []]) {
      given(place, unitRegistered, owned)
        .when('RecordOwners', { owners }, { id: unit, facts: { unknown: [] } })
        .then([{ type: 'OwnersRecorded', data: { owners } }]);
    }
  });

  it('given a place that is no household, or none, when owners are recorded, then it is refused', () => {
    for (const past of [[villageRegistered], []])
      given(place, ...past)
        .when('RecordOwners', owned.data, { id: village, facts: { unknown: [] } })
        .thenRefused('registry.not-a-household', { place: village });
  });

  it('given an owner who is not registered, when owners are recorded, then it is refused', () => {
    given(place, unitRegistered)
      .when('RecordOwners', owned.data, { id: unit, facts: { unknown: ['cai-weicheng'] } })
      .thenRefused('registry.person-not-found', { person: 'cai-weicheng' });
  });

  it('given a merged unit, when owners are recorded, then it is refused', () => {
    given(place, unitRegistered, { type: 'PlaceMerged', data: { into: `${village}.1.2.302`, level: 'household' } })
      .when('RecordOwners', owned.data, { id: unit, facts: { unknown: [] } })
      .thenRefused('registry.place-merged', { place: unit, into: `${village}.1.2.302` });
  });
});

describe('DescribeUnit', () => {
  const parking = { kind: 'parking', holding: 'undelivered' } as const;
  const described = { type: 'UnitDescribed', data: parking } as const;
  const merged = { type: 'PlaceMerged', data: { into: `${village}.1.2.302`, level: 'household' } } as const;

  it('given a unit, when it is described otherwise than before, then it is recorded; at first it is a home that is sold', () => {
    given(place, unitRegistered).when('DescribeUnit', parking, { id: unit }).then([described]);
    given(place, unitRegistered, described).when('DescribeUnit', parking, { id: unit }).thenNothing();
    given(place, unitRegistered).when('DescribeUnit', { kind: 'home', holding: 'sold' }, { id: unit }).thenNothing();
  });

  it('given a place that is no household, none, or a merged unit, when it is described, then it is refused', () => {
    for (const past of [[villageRegistered], []])
      given(place, ...past)
        .when('DescribeUnit', parking, { id: village })
        .thenRefused('registry.not-a-household', { place: village });
    given(place, unitRegistered, merged)
      .when('DescribeUnit', parking, { id: unit })
      .thenRefused('registry.place-merged', { place: unit, into: `${village}.1.2.302` });
  });
});

describe('CorrectArea', () => {
  const corrected = { type: 'AreaCorrected', data: { area: 89_76 } } as const;

  it('given a unit with or without an area, when the area is corrected, then the event states it as it is now', () => {
    given(place, unitRegistered).when('CorrectArea', corrected.data, { id: unit }).then([corrected]);
    given(place, { ...unitRegistered, data: { placeId: unit, name: '2栋301', level: 'household' } })
      .when('CorrectArea', corrected.data, { id: unit })
      .then([corrected]);
  });

  it('given an area, as entered or as corrected, when the same area is entered, then nothing changes', () => {
    given(place, unitRegistered).when('CorrectArea', { area: 98_76 }, { id: unit }).thenNothing();
    given(place, unitRegistered, corrected).when('CorrectArea', corrected.data, { id: unit }).thenNothing();
    given(place, unitRegistered, corrected)
      .when('CorrectArea', { area: 98_76 }, { id: unit })
      .then([{ type: 'AreaCorrected', data: { area: 98_76 } }]);
  });

  it('given a place that is no household, none, or a merged unit, when the area is corrected, then it is refused', () => {
    for (const past of [[villageRegistered], []])
      given(place, ...past)
        .when('CorrectArea', corrected.data, { id: village })
        .thenRefused('registry.not-a-household', { place: village });
    given(place, unitRegistered, { type: 'PlaceMerged', data: { into: `${village}.1.2.302`, level: 'household' } })
      .when('CorrectArea', corrected.data, { id: unit })
      .thenRefused('registry.place-merged', { place: unit, into: `${village}.1.2.302` });
  });
});
