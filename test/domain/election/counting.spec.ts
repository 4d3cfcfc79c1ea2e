import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Choice, countElection, inPublishedOrder, standAgain, textOfChoice } from '../../../src/domain/election/counting.js';
import { furtherRule, offices } from '../../../src/domain/election/offices.js';

const { rule } = offices['villagers-committee'];
const papersOf = (...chosen: readonly number[][]): Choice[] => chosen.map((numbers) => ({ chosen: numbers }));
const times = (count: number, ...chosen: number[]): number[][] => Array.from({ length: count }, () => chosen);

describe('the count of an election', () => {
  it('given ten electors, when five vote, then it is void; when six vote, then who has four of six is elected and who has three is not', () => {
    const terms = { rule, seats: 1, electors: 10, candidates: 2 };
    expect(countElection(terms, papersOf(...times(5, 1)))).toMatchObject({ outcome: 'void', elected: [], votes: [5, 0] });
    expect(countElection(terms, papersOf(...times(4, 1), ...times(2, 2)))).toMatchObject({ outcome: 'elected', elected: [1] });
    expect(countElection(terms, papersOf(...times(3, 1), ...times(3, 2)))).toMatchObject({ outcome: 'seats-open', elected: [], tied: [] });
  });

  it('given abstentions, when papers are counted, then they count among the papers that a majority is taken of', () => {
    const terms = { rule, seats: 1, electors: 9, candidates: 2 };
    expect(countElection(terms, papersOf(...times(4, 1), ...times(4)))).toEqual({
      papers: 8,
      abstentions: 4,
      votes: [4, 0],
      elected: [],
      tied: [],
      outcome: 'seats-open',
    });
  });

  it('given more with a majority than seats, when the last seat is tied, then the tied are not elected and are named', () => {
    const terms = { rule, seats: 2, electors: 5, candidates: 3 };
    const papers = papersOf([1, 2], [1, 2], [1, 3], [1, 3], [2, 3]);
    expect(countElection(terms, papers)).toMatchObject({ votes: [4, 3, 3], elected: [1], tied: [2, 3], outcome: 'seats-open' });
    expect(countElection({ ...terms, seats: 3 }, papers)).toMatchObject({ elected: [1, 2, 3], tied: [], outcome: 'elected' });
  });

  it('given a villagers’ group, when it votes, then two thirds of its electors must take part', () => {
    const terms = { rule: offices['villagers-group-leader'].rule, seats: 1, electors: 6, candidates: 2 };
    expect(countElection(terms, papersOf(...times(3, 1))).outcome).toBe('void');
    expect(countElection(terms, papersOf(...times(4, 1))).outcome).toBe('elected');
  });

  it('given a further election, when one third of the papers names a candidate, then that is enough; a vote less is not', () => {
    const terms = { rule: furtherRule(rule), seats: 1, electors: 9, candidates: 3 };
    expect(countElection(terms, papersOf(...times(3, 1), ...times(2, 2), ...times(2, 3), ...times(2)))).toMatchObject({ elected: [1] });
    expect(countElection(terms, papersOf(...times(2, 1), [2], [3], ...times(5)))).toMatchObject({ elected: [], outcome: 'seats-open' });
  });

  it('given no papers and a quorum of none, when it is counted, then it is void', () => {
    const none = { ...rule, quorum: { numerator: 1, denominator: 100, strict: false } };
    expect(countElection({ rule: none, seats: 1, electors: 1, candidates: 2 }, []).outcome).toBe('void');
  });

  it('given any papers, when they are counted, then a naive count gives the same', () => {
    const papers = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }), { maxLength: 12 });
    fc.assert(
      fc.property(papers, fc.integer({ min: 0, max: 6 }), (chosen, absent) => {
        const electors = chosen.length + absent;
        const count = countElection({ rule, seats: 2, electors: Math.max(1, electors), candidates: 4 }, papersOf(...chosen));
        const votes = [1, 2, 3, 4].map((number) => chosen.filter((paper) => paper.includes(number)).length);
        const isValid = chosen.length * 2 > electors;
        const isElected = (number: number): boolean =>
          isValid &&
          votes[number - 1]! * 2 > chosen.length &&
          // fewer than two others have at least as many votes
          votes.filter((other, i) => i !== number - 1 && other >= votes[number - 1]!).length < 2;
        expect(count.votes).toEqual(votes);
        expect(count.elected.toSorted()).toEqual([1, 2, 3, 4].filter(isElected));
      }),
    );
  });
});

describe('who stands again', () => {
  it('given votes, when a seat stayed open, then the two with the most votes of who were not elected stand, and who equals the second', () => {
    expect(standAgain({ votes: [9, 3, 5, 1], elected: [1] }, 1)).toEqual([3, 2]);
    expect(standAgain({ votes: [9, 3, 5, 3], elected: [1] }, 1)).toEqual([3, 2, 4]);
    expect(standAgain({ votes: [4, 4], elected: [] }, 1)).toEqual([1, 2]);
  });
});

describe('what is sealed and what is published', () => {
  it('given any two choices, when they are made a text, then both are equally long', () => {
    const all = Array.from({ length: 20 }, (_, i) => 81 + i);
    const texts = [{ chosen: [] }, { chosen: [1] }, { chosen: all, code: 'k'.repeat(40) }].map(textOfChoice);
    expect(texts.map(({ length }) => length)).toEqual([240, 240, 240]);
    expect(inPublishedOrder([texts[2]!])).toEqual([{ chosen: all, code: 'k'.repeat(40) }]);
  });

  it('given papers in any order, when they are published, then their order is the same', () => {
    const texts = [[2, 1], [1], [], [1, 2], [3]].map((chosen) => textOfChoice({ chosen }));
    const published = inPublishedOrder(texts);
    expect(published.map(({ chosen }) => chosen)).toEqual([[1, 2], [1, 2], [1], [3], []]);
    fc.assert(
      fc.property(fc.shuffledSubarray(texts, { minLength: 5 }), (shuffled) => expect(inPublishedOrder(shuffled)).toEqual(published)),
    );
  });
});
