import { describe, expect, it } from '@jest/globals';
import { lotsOf } from '../../../src/domain/voting/outcome.js';

describe('lotsOf', () => {
  it('given a drawn order, when lots are taken, then every option has its place in the draw', () => {
    expect(lotsOf(['a', 'b', 'c'], ['c', 'a', 'b'])).toEqual([1, 2, 0]);
    expect(lotsOf([], [])).toEqual([]);
  });
  it.each([
    ['too few', ['a', 'b'], ['a']],
    ['too many', ['a', 'b'], ['a', 'b', 'c']],
    ['one twice', ['a', 'b'], ['a', 'b', 'a']],
    ['one twice and one missing', ['a', 'b'], ['a', 'a']],
  ])('given a draw that names %s, when lots are taken, then it throws', (_, options, drawn) => {
    expect(() => lotsOf(options, drawn)).toThrow(new RangeError('the draw must name every option once'));
  });
  it('given a draw of another option, when lots are taken, then it throws and names the missing one', () => {
    expect(() => lotsOf(['a', 'b'], ['a', 'c'])).toThrow(new RangeError('the draw does not name "b"'));
  });
});
