import { describe, it } from '@jest/globals';
import { place } from '../../../src/domain/registry/place.js';
import { given } from '../../support/given.js';

const village = '510121111219';
const villageRegistered = { type: 'PlaceRegistered', data: { placeId: village, name: '谢杨坝村', level: 'village' } } as const;
const town = { parent: { level: 'town' } } as const;
const elsewhere = '510121111220';
const living = { into: { level: 'village', mergedInto: null } } as const;

describe('RegisterPlace', () => {
  it('registers a village below its town', () => {
    given(place).when('RegisterPlace', villageRegistered.data, { id: village, facts: town }).then([villageRegistered]);
  });

  it('registers a household with its area', () => {
    const household = { placeId: `${village}.1.2.301`, name: '3-1', level: 'household', area: 98_76 } as const;
    given(place)
      .when('RegisterPlace', household, { id: household.placeId, facts: { parent: { level: 'building' } } })
      .then([{ type: 'PlaceRegistered', data: household }]);
  });

  it('registers a historical town whose county is no longer told', () => {
    const historical = { placeId: '510121104', name: '清江镇', level: 'town' } as const;
    given(place).when('RegisterPlace', historical, { id: historical.placeId, facts: { parent: null } }).then([{ type: 'PlaceRegistered', data: historical }]);
  });

  it('refuses a place that exists', () => {
    given(place, villageRegistered)
      .when('RegisterPlace', villageRegistered.data, { id: village, facts: town })
      .thenRefused('registry.place-exists', { place: village, name: '谢杨坝村' });
  });

  it.each([
    ['village', null],
    ['village', { level: 'village' }],
    ['county', { level: 'town' }],
    ['building', { level: 'village' }],
    ['household', { level: 'community' }],
  ] as const)('refuses a %s under %j', (level, parent) => {
    given(place)
      .when('RegisterPlace', { placeId: village, name: '某处', level }, { id: village, facts: { parent } })
      .thenRefused('registry.wrong-level', { level });
  });

  it('refuses an area for anything but a household', () => {
    given(place)
      .when('RegisterPlace', { ...villageRegistered.data, area: 1 }, { id: village, facts: town })
      .thenRefused('registry.area-only-for-households');
  });
});

describe('RenamePlace', () => {
  it('renames', () => {
    given(place, villageRegistered).when('RenamePlace', { name: '三合碑社区' }).then([{ type: 'PlaceRenamed', data: { name: '三合碑社区' } }]);
  });

  it('says nothing new about the name it has, also after an earlier change', () => {
    given(place, villageRegistered).when('RenamePlace', { name: '谢杨坝村' }).thenNothing();
    given(place, villageRegistered, { type: 'PlaceRenamed', data: { name: '新名' } }).when('RenamePlace', { name: '新名' }).thenNothing();
  });

  it('refuses a place that was merged into another', () => {
    given(place, villageRegistered, { type: 'PlaceMerged', data: { into: elsewhere } })
      .when('RenamePlace', { name: '新名' })
      .thenRefused('registry.place-merged', { into: elsewhere });
  });
});

describe('MergePlace', () => {
  it('merges into another place', () => {
    given(place, villageRegistered).when('MergePlace', { into: elsewhere }, { id: village, facts: living }).then([{ type: 'PlaceMerged', data: { into: elsewhere } }]);
  });

  it('says nothing new when it is merged there already, and refuses another place', () => {
    const merged = given(place, villageRegistered, { type: 'PlaceMerged', data: { into: elsewhere } });
    merged.when('MergePlace', { into: elsewhere }, { id: village, facts: living }).thenNothing();
    merged.when('MergePlace', { into: '510121111221' }, { id: village, facts: living }).thenRefused('registry.place-merged', { into: elsewhere });
  });

  it('refuses to merge into itself or into a place that lies in it', () => {
    for (const into of [village, `${village}.1`]) {
      given(place, villageRegistered).when('MergePlace', { into }, { id: village, facts: living }).thenRefused('registry.merge-into-itself');
    }
  });

  it('refuses a place that is itself merged', () => {
    given(place, villageRegistered)
      .when('MergePlace', { into: elsewhere }, { id: village, facts: { into: { level: 'village', mergedInto: '510121111221' } } })
      .thenRefused('registry.place-merged', { into: '510121111221' });
  });
});
