import { describe, expect, it } from '@jest/globals';
import { type Act, whyNotCounted } from '../../../src/domain/voting/acts.js';

const [first, second] = ['2026-05-01T08:00:00.000Z', '2026-05-02T08:00:00.000Z'];
const inPerson = (at: string): Act => ({ at, isEntered: false });
const entered = (at: string): Act => ({ at, isEntered: true });

describe('which of two acts counts', () => {
  it.each([
    ['whatever comes first', entered(first), null, false, null],
    ['in person before entered, though it happened earlier', inPerson(first), entered(second), false, null],
    ['in person before entered, also where votes are final', inPerson(second), entered(first), true, null],
    ['never entered before in person', entered(second), inPerson(first), false, 'in-person'],
    ['never entered before in person, though it happened earlier and votes are final', entered(first), inPerson(second), true, 'in-person'],
    ['the later of two that were entered', entered(second), entered(first), false, null],
    ['not the earlier of two that were entered', entered(first), entered(second), false, 'later-act'],
    ['of two that happened at once the one that was entered last', entered(first), entered(first), false, null],
    ['where votes are final the first that happened', entered(first), entered(second), true, null],
    ['where votes are final none that happened later', entered(second), entered(first), true, 'final'],
    ['in person the one that is recorded last, also where the clock was put back', inPerson(first), inPerson(second), false, null],
    ['in person none after the first where votes are final', inPerson(second), inPerson(first), true, 'final'],
  ] as const)('%s', (_, act, standing, isFinal, reason) => {
    expect(whyNotCounted(act, standing, isFinal)).toBe(reason);
  });
});
