import { expect, it } from '@jest/globals';
import { votedAtLeast } from '../../../src/domain/voting/turnout.js';

it('given a number of voters, when it is told, then it is in tens and never more than there are', () => {
  expect([0, 1, 9, 10, 19, 2_553].map(votedAtLeast)).toEqual([0, 0, 0, 10, 10, 2_550]);
});
