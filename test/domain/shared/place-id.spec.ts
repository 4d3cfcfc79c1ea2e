import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPlaceId, isWithin, lineage, parentOf, prefixBelow } from '../../../src/domain/shared/place-id.js';

const household = '510121111219.1.2.301';
const digits = (n: number) => fc.integer({ min: 0, max: 10 ** n - 1 }).map((value) => String(value).padStart(n, '0'));
const below = fc.array(fc.integer({ min: 1, max: 999_999 }), { maxLength: 3 });
const places = fc.oneof(
  digits(6),
  digits(9),
  fc.tuple(digits(12), below).map(([village, path]) => [village, ...path].join('.')),
);

describe('place ids', () => {
  it('given counties, towns, villages and places within, when they are checked, then they are place ids', () => {
    expect(lineage(household).every(isPlaceId)).toBe(true);
    fc.assert(fc.property(places, isPlaceId));
  });

  it.each([
    '',
    '51012',
    '5101211',
    '510121111.1',
    '510121111219.',
    '510121111219.0',
    '510121111219.01',
    '510121111219.1.2.3.4',
    '510121111219.1234567',
    '510121111219\n',
    '５１０１２１',
    510121,
    null,
  ])('given %j, when it is checked, then it is no place id', (value) => {
    expect(isPlaceId(value)).toBe(false);
  });

  it('given a household, when its lineage is asked for, then it goes up to the county', () => {
    expect(lineage(household)).toEqual([household, '510121111219.1.2', '510121111219.1', '510121111219', '510121111', '510121']);
    expect(parentOf('510121')).toBeNull();
  });

  it('given ids of which one begins with the other, when asked, then a longer number is no place within', () => {
    expect(isWithin('510121111219.10', '510121111219.1')).toBe(false);
    expect(isWithin('510121111219.1', '510121111219.10')).toBe(false);
    expect(isWithin('510121111219.1.2', '510121111219.1')).toBe(true);
  });

  it('given any two places, when asked, then one is within the other exactly if its lineage has it', () => {
    fc.assert(
      fc.property(places, places, fc.nat(), (place, other, pick) => {
        const all = lineage(place);
        expect(isWithin(place, all[pick % all.length]!)).toBe(true);
        expect(isWithin(place, other)).toBe(all.includes(other));
      }),
    );
  });
});

describe('prefixBelow', () => {
  it('given a place, when its prefix is asked for, then it begins the ids below it and of no neighbour', () => {
    expect('510121111219.1').toMatch(new RegExp(`^${prefixBelow('510121')}`, 'u'));
    expect('510121111219.1.7'.startsWith(prefixBelow('510121111219.1'))).toBe(true);
    expect('510121111219.10.7'.startsWith(prefixBelow('510121111219.1'))).toBe(false);
  });
});
