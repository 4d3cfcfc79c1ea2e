import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commitTo, draw, drawOrder } from '../../../src/domain/voting/draw.js';

const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 12 });

describe('draws', () => {
  it('can be checked with sha256sum', () => {
    // printf '微:a' | sha256sum gives 99387f…, of b 99478f…, of c f1ad74…
    // the example of FIPS 180
    expect(commitTo('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(drawOrder('微', ['c', 'a', 'b'])).toEqual(['a', 'b', 'c']);
  });

  it('depends on the seed and the set of ids alone', () => {
    fc.assert(
      fc.property(fc.string(), ids, (seed, options) => {
        const drawn = draw(seed, commitTo(seed), options);
        expect(drawn).toEqual(draw(seed, commitTo(seed), [...options].reverse()));
        expect([...(drawn as string[])].sort()).toEqual([...options].sort());
      }),
    );
  });

  it('is another with another seed', () => {
    const options = Array.from({ length: 20 }, (_, i) => `option-${i}`);
    expect(drawOrder('one', options)).not.toEqual(drawOrder('two', options));
  });

  it('refuses a seed that was not committed to', () => {
    const commitment = commitTo('spring');
    expect(draw('autumn', commitment, ['a', 'b'])).toEqual({ refused: 'voting.seed-mismatch', with: { commitment } });
    expect(draw('spring', commitment.toUpperCase(), ['a'])).toHaveProperty('refused');
  });

  it('gives every option every place about equally often', () => {
    const first = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const [winner] = drawOrder(`seed ${i}`, ['a', 'b', 'c']);
      first.set(winner!, (first.get(winner!) ?? 0) + 1);
    }
    for (const times of first.values()) expect(Math.abs(times - 2000)).toBeLessThan(200); // 5.5 standard deviations
    expect(first.size).toBe(3);
  });
});
