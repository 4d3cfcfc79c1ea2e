/**
 * The longest validity of a token in days, whatever is set. A revocation is therefore kept no longer than this. In a file of its own: the
 * settings need it before the domain is loaded.
 */
export const longestTokenDays = 366;
