import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../src/domain/shared/sha256.js';
import { largestRoll, mostPages, pagesOf } from '../../../src/domain/renovation/roll.js';
import { countRoll, votersInSteps, votersOf } from '../../../src/domain/renovation/voters.js';
import type { Steps } from '../../../src/domain/shared/steps.js';
import { roll, unit } from './scenes.js';

const units = (count: number) => Array.from({ length: count }, (_, i) => unit(i + 1, 100_00, `p${i}`));

describe('the pages of a unit roll', () => {
  it('given a few units, when the roll is cut, then it is one page, whose id is the hash of its data', () => {
    const data = { ballotId: 'r1.1', units: roll };
    expect([...pagesOf('r1.1', roll)]).toEqual([{ id: sha256(JSON.stringify(data)), data }]);
  });

  it.each([
    [200, 1],
    [201, 2],
    [largestRoll, mostPages],
  ])('given %i units, when the roll is cut, then its %i pages hold every unit once and in order', (count, pages) => {
    const all = units(count);
    const cut = [...pagesOf('r1.1', all)];
    expect(cut).toHaveLength(pages);
    expect(cut.flatMap(({ data }) => data.units)).toEqual(all);
    expect(new Set(cut.map(({ id }) => id)).size).toBe(pages);
  });

  it('given the same roll in two ballots, when it is cut, then the pages have other ids', () => {
    expect([...pagesOf('r1.2', roll)][0]!.id).not.toBe([...pagesOf('r1.1', roll)][0]!.id);
  });

  it('given units whose fields are in another order, when the roll is cut, then the ids are the same', () => {
    const turned = roll.map(({ owners, unitId, area }) => ({ owners, area, unitId }));
    expect([...pagesOf('r1.1', turned)]).toEqual([...pagesOf('r1.1', roll)]);
  });
});

describe('a roll of 5,000 units with 20 owners each', () => {
  const many = Array.from({ length: largestRoll }, (_, i) =>
    unit(i + 1, 100_00, ...Array.from({ length: 20 }, (_owner, n) => `owner-${i}-${n}`)),
  );
  /** How many units are looked at between two steps. */
  function unitsInSteps<T>(work: (units: typeof many) => Steps<T>): { readonly most: number; readonly result: T } {
    let [looked, most] = [0, 0];
    const watched = many.map((one) => ({
      ...one,
      get owners() {
        looked++;
        return one.owners;
      },
    }));
    looked = 0; // the copying
    for (const steps = work(watched); ;) {
      const { done, value } = steps.next();
      most = Math.max(most, looked);
      looked = 0;
      if (done) return { most, result: value };
    }
  }

  it('given its voters or its pages, when they are made in steps, then each step looks at 200 units at most, and the result is the same', () => {
    const voters = unitsInSteps((units) => votersInSteps(units));
    expect(voters).toEqual({ most: 200, result: votersOf(many) });
    const counted = unitsInSteps((units) => countRoll('r1.1', units));
    const area = many.reduce((sum, one) => sum + one.area, 0);
    expect(counted.result).toEqual({
      names: largestRoll,
      lines: [{ line: 'known', units: largestRoll, area, heads: largestRoll }],
      pages: [...pagesOf('r1.1', many)].map(({ id }) => id),
    });
  });
});
