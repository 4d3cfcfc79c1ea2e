/** The number of voters is rounded down to a multiple of this while votes are secret. */
const step = 10;

/**
 * The number of voters that may be public while votes are secret, rounded down to tens. A figure that changes with every vote would show
 * who has just voted. The area of a home would even identify its owner, so areas are not published (domain.md, Votes).
 */
export const votedAtLeast = (voters: number): number => voters - (voters % step);
