import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commitTo, draw, drawOrder } from '../../../src/domain/voting/draw.js';

const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 12 });

describe('draws', () => {
  it('given a seed, when options are drawn, then sha256sum gives the same order', () => {
    // printf '微:a' | sha256sum gives 99387f…, of b 99478f…, of c f1ad74…
    // the example of FIPS 180
    expect(commitTo('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(drawOrder('微', ['c', 'a', 'b'])).toEqual(['a', 'b', 'c']);
  });

  it('given the same seed and ids in another order, when they are drawn, then the draw is the same', () => {
    fc.assert(
      fc.property(fc.string(), ids, (seed, options) => {
        const drawn = draw(seed, commitTo(seed), options);
        expect(drawn).toEqual(draw(seed, commitTo(seed), [...options].reverse()));
        expect([...(drawn as string[])].sort()).toEqual([...options].sort());
      }),
    );
  });

  it('given another seed, when the same options are drawn, then the order is another', () => {
    const options = Array.from({ length: 20 }, (_, i) => `option-${i}`);
    expect(drawOrder('one', options)).not.toEqual(drawOrder('two', options));
  });

  it('given a commitment, when another seed is revealed, then it is refused', () => {
    const commitment = commitTo('spring');
    expect(draw('autumn', commitment, ['a', 'b'])).toEqual({ refused: 'voting.seed-mismatch', with: { commitment } });
    expect(draw('spring', commitment.toUpperCase(), ['a'])).toHaveProperty('refused');
  });

  it('given many seeds, when options are drawn, then each is first about equally often', () => {
    const first = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const [winner] = drawOrder(`seed ${i}`, ['a', 'b', 'c']);
      first.set(winner!, (first.get(winner!) ?? 0) + 1);
    }
    for (const times of first.values()) expect(Math.abs(times - 2000)).toBeLessThan(200); // 5.5 standard deviations
    expect(first.size).toBe(3);
  });
});
