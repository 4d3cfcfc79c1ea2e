/** The age from which on people vote and elect (Villagers' Law, 2018 text, art. 13 and 21; Residents' Law, 2018 text, art. 8 and 9). */
const votingAge = 18;

/** True if somebody born on this day is old enough on that calendar day. */
export const isOfAge = (bornOn: string, day: string): boolean => `${Number(bornOn.slice(0, 4)) + votingAge}${bornOn.slice(4)}` <= day;
