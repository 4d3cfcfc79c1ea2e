import { describe, expect, it } from '@jest/globals';
import { place } from '../../src/domain/registry/place.js';
import { given } from './given.js';

const registered = { type: 'PlaceRegistered', data: { placeId: '510121111219', name: '谢杨坝村', level: 'village' } } as const;
const renamed = (name: string) => ({ type: 'PlaceRenamed', data: { name } }) as const;

describe('given', () => {
  const outcome = given(place, registered).when('RenamePlace', { name: '新名' });

  it('tells another outcome apart', () => {
    outcome.then([renamed('新名')]);
    expect(() => outcome.then([renamed('别名')])).toThrow();
    expect(() => outcome.then([renamed('新名'), renamed('新名')])).toThrow();
    expect(() => outcome.then([])).toThrow();
    expect(() => outcome.thenNothing()).toThrow();
    expect(() => outcome.thenRefused('registry.place-merged')).toThrow();
  });

  it('tells another refusal and other figures apart', () => {
    const refused = given(place, registered).when('RegisterPlace', { ...registered.data, name: '别名' }, { facts: { parent: null } });
    refused.thenRefused('registry.place-exists');
    refused.thenRefused('registry.place-exists', { place: '510121111219', name: '谢杨坝村' });
    expect(() => refused.thenRefused('registry.wrong-level')).toThrow();
    expect(() => refused.thenRefused('registry.place-exists', { place: '510121111219' })).toThrow();
    expect(() => refused.then([])).toThrow();
  });

  it('refuses data that has not the shape of its class', () => {
    expect(() => given(place, renamed(''))).toThrow('PlaceRenamed');
    expect(() => given(place).when('RenamePlace', { name: 'x'.repeat(61) })).toThrow('RenamePlace');
    expect(() => given(place).when('RenamePlace', { name: 'x', area: 1 } as { name: string })).toThrow('/area');
  });
});
