import { describe, expect, it } from '@jest/globals';
import { type Act, actOf, entriesBy, oneMoreEntry, whyNotCounted } from '../../../src/domain/voting/acts.js';

const [first, second] = ['2026-05-01T08:00:00.000Z', '2026-05-02T08:00:00.000Z'];
const inPerson = (at: string): Act => ({ at, isEntered: false });
const entered = (at: string): Act => ({ at, isEntered: true });

describe('which of two acts counts', () => {
  it.each([
    ['no act counts yet, then the first counts', entered(first), null, false, null],
    ['an entered act counts, then an earlier one in person replaces it', inPerson(first), entered(second), false, null],
    ['an entered act counts and votes are final, then one in person replaces it', inPerson(second), entered(first), true, null],
    ['an act in person counts, then an entered one does not replace it', entered(second), inPerson(first), false, 'in-person'],
    [
      'an act in person counts and votes are final, then an earlier entered one does not replace it',
      entered(first),
      inPerson(second),
      true,
      'in-person',
    ],
    ['an entered act counts, then a later entered one replaces it', entered(second), entered(first), false, null],
    ['an entered act counts, then an earlier entered one does not replace it', entered(first), entered(second), false, 'later-act'],
    ['an entered act counts, then one of the same instant that is entered later replaces it', entered(first), entered(first), false, null],
    ['an entered act counts and votes are final, then an earlier one replaces it', entered(first), entered(second), true, null],
    ['an entered act counts and votes are final, then a later one does not replace it', entered(second), entered(first), true, 'final'],
    [
      'an act in person counts, then the one recorded next replaces it, even if the clock was put back',
      inPerson(first),
      inPerson(second),
      false,
      null,
    ],
    [
      'an entered act counts and votes are final, then one of the same instant does not replace it',
      entered(first),
      entered(first),
      true,
      'final',
    ],
    ['an act in person counts and votes are final, then no other replaces it', inPerson(second), inPerson(first), true, 'final'],
  ] as const)('given %s', (_, act, standing, isFinal, reason) => {
    expect(whyNotCounted(act, standing, isFinal)).toBe(reason);
  });

  it('given votes of which nothing is said, when acts are compared, then votes are not final', () => {
    expect(whyNotCounted(entered(second), entered(first))).toBeNull();
  });

  it('given a moment, when its act is asked for, then it is entered if somebody else entered it', () => {
    expect(actOf({ at: first })).toEqual(inPerson(first));
    expect(actOf({ at: first, enteredBy: 'volunteer' })).toEqual(entered(first));
  });
});

describe('entries for a voter', () => {
  it('given entries, when somebody enters one more, then theirs is one more; when the voter acts, then nothing changes', () => {
    const once = oneMoreEntry({}, { enteredBy: 'volunteer' });
    expect(once).toEqual({ volunteer: 1 });
    expect(oneMoreEntry(once, { enteredBy: 'volunteer' })).toEqual({ volunteer: 2 });
    expect(oneMoreEntry(once, { enteredBy: 'clerk' })).toEqual({ volunteer: 1, clerk: 1 });
    expect(oneMoreEntry(once, {})).toEqual(once);
  });

  it('given entries, when asked how many somebody has made, then it is theirs, and none for a name that objects have of their own', () => {
    const entries = { volunteer: 2 };
    expect(['volunteer', 'clerk', 'constructor'].map((person) => entriesBy(entries, person))).toEqual([2, 0, 0]);
  });
});
