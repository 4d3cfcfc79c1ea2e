/**
 * Why personal data is erased: the cases of the Personal Information Protection Law (PIPL) art. 47, and the relatives of somebody who
 * died (art. 49). It is a code, not words: it says for ever why the data is gone, and tells nothing about the person.
 */
export const erasureReasons = ['purpose-ended', 'retention-ended', 'consent-withdrawn', 'unlawful', 'relatives-asked'] as const;
/** One of `erasureReasons`. */
export type ErasureReason = (typeof erasureReasons)[number];
