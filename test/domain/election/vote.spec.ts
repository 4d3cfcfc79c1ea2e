import { describe, it } from '@jest/globals';
import { textOfChoice } from '../../../src/domain/election/counting.js';
import { electionVote } from '../../../src/domain/election/vote.js';
import { given } from '../../support/given.js';

const election = {
  electors: { a: true, b: true },
  candidates: ['a', 'b'],
  seats: 1,
  opensAt: '2026-05-21T16:00:00.000Z',
  closesAt: '2026-05-22T16:00:00.000Z',
  stage: 'voting',
} as const;
const facts = { electionId: 'e-1', election };
const at = election.opensAt;
const voted = (chosen: number[], code?: string) =>
  ({ type: 'ElectorVoted', data: { electionId: 'e-1', paper: textOfChoice({ chosen, ...(code !== undefined && { code }) }) } }) as const;
const cast = (chosen: number[], circumstances: object = {}, code?: string) =>
  given(electionVote).when('CastElectionPaper', { chosen, ...(code !== undefined && { code }) }, { at, by: 'a', facts, ...circumstances });

describe('CastElectionPaper', () => {
  it('given open voting, when an elector chooses, abstains or adds a code, then the paper is recorded', () => {
    cast([2]).then([voted([2])]);
    cast([]).then([voted([])]);
    cast([1], {}, 'k7m2q9x4w8p3t6z1').then([voted([1], 'k7m2q9x4w8p3t6z1')]);
  });

  it('given who is not on the roll, or who enters it for another, when they vote, then it is refused', () => {
    cast([1], { by: 'stranger' }).thenRefused('election.not-on-roll');
    cast([1], { enteredBy: 'volunteer' }).thenRefused('election.in-person-only');
  });

  it('given the time before and after, or no list of candidates, when an elector votes, then it is refused', () => {
    const refusal = { from: election.opensAt, until: election.closesAt };
    cast([1], { at: '2026-05-21T15:59:59.999Z' }).thenRefused('election.voting-not-open', refusal);
    cast([1], { at: election.closesAt }).thenRefused('election.voting-not-open', refusal);
    for (const change of [{ candidates: null }, { stage: 'decided' }, { stage: 'sealed' }] as const)
      cast([1], { facts: { ...facts, election: { ...election, ...change } } }).thenRefused('election.voting-not-open', refusal);
  });

  it('given a paper of the last moment, when the voting was closed meanwhile, then it is recorded: the box is opened later', () => {
    cast([1], { facts: { ...facts, election: { ...election, stage: 'closed' } } }).then([voted([1])]);
  });

  it('given a paper, when the voter votes again, also with the same choice, then it is refused', () => {
    for (const chosen of [[1], [2]])
      given(electionVote, voted([1]))
        .when('CastElectionPaper', { chosen }, { at, by: 'a', facts })
        .thenRefused('election.voted-already');
  });

  it('given one seat and two candidates, when a paper names more, an unknown one or one twice, then it is refused', () => {
    cast([1, 2]).thenRefused('election.too-many-chosen', { seats: 1 });
    cast([3]).thenRefused('election.no-such-number', { number: 3, candidates: 2 });
    cast([1, 1], { facts: { ...facts, election: { ...election, seats: 2 } } }).thenRefused('election.chosen-twice');
  });

  it('given a code that is short or could hold a name, when a paper is cast with it, then it is refused', () => {
    for (const code of ['k7m2q9x4w8p3t6z', 'k'.repeat(41), 'li-si.1980.chengdu']) cast([1], {}, code).thenRefused('election.code-unfit');
  });
});
