/** How finely turnout is told while votes are secret. */
const step = 10;

/**
 * How many have voted at least, as it is told to everybody while votes are secret. It is in tens, and of people only: a figure that moves
 * with each vote would tell whoever watches it who has just voted, and the area of a home names its owner.
 */
export const votedAtLeast = (voters: number): number => voters - (voters % step);
