import { expect, it } from '@jest/globals';
import { votedAtLeast } from '../../../src/domain/voting/turnout.js';

it('tells how many have voted in tens, never more than there are', () => {
  expect([0, 1, 9, 10, 19, 2_553].map(votedAtLeast)).toEqual([0, 0, 0, 10, 10, 2_550]);
});
