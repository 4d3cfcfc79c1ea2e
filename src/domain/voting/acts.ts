import type { Moment } from '../shared/decider.js';
import { Int, OneOf } from '../shared/fields.js';

/*
 * Which act of a voter counts. The same rule holds for votes in contests, papers in ballots and votes on renovations (docs/domain.md,
 * Votes). An act is a vote or the withdrawal of a vote.
 */

/** A vote or the withdrawal of a vote. */
export interface Act {
  /** When it happened, as a UTC instant. */
  readonly at: string;
  /** True if somebody else entered it for the voter. */
  readonly isEntered: boolean;
}

/** The act that a command describes. */
export const actOf = ({ at, enteredBy }: Pick<Moment, 'at' | 'enteredBy'>): Act => ({ at, isEntered: enteredBy !== undefined });

/**
 * Why an act that was entered for a voter does not count: the voter has acted in person; a later act is recorded; votes are final; the
 * voter has no vote left; an owner has voted, which takes precedence over a proxy; another proxy has voted first.
 */
export const reasonsNotCounted = ['in-person', 'later-act', 'final', 'limit', 'owner-voted', 'other-proxy'] as const;
/** One of `reasonsNotCounted`. */
export type NotCounted = (typeof reasonsNotCounted)[number];

/**
 * Returns null if the new act replaces the one that counts now (`standing`), or the reason why it does not. An act in person takes
 * precedence over entered acts, whenever they happened. Of two acts of the same kind, the later one counts. If votes are final, the
 * earlier one counts. Acts in person happen when they are recorded, so the log has them in the right order.
 */
export function whyNotCounted(act: Act, standing: Act | null): 'in-person' | 'later-act' | null;
export function whyNotCounted(act: Act, standing: Act | null, isFinal: boolean): 'in-person' | 'later-act' | 'final' | null;
export function whyNotCounted(act: Act, standing: Act | null, isFinal = false): 'in-person' | 'later-act' | 'final' | null {
  if (standing === null || (standing.isEntered && !act.isEntered)) return null;
  if (act.isEntered && !standing.isEntered) return 'in-person';
  if (isFinal) return act.isEntered && act.at < standing.at ? null : 'final';
  return !act.isEntered || act.at >= standing.at ? null : 'later-act';
}

/** Which acts count, as the event that opens a vote declares it. */
export class ActRule {
  /** `in-person`: an act in person takes precedence over acts that were entered for the voter. */
  @OneOf(['in-person']) precedence!: 'in-person';
  /** Which of several acts of one kind counts: the one that happened last, or, if votes are final, the one that happened first. */
  @OneOf(['last', 'first']) ofOneKind!: 'last' | 'first';
  /** The most acts that one person may enter for one voter, per vote of that voter. */
  @Int(1, 100) entriesPerVote!: number;
}

/** The limit for votes opened by earlier versions, which declare no rule. */
const earlierEntriesPerVote = 5;

/** The rule that the opening of a vote declares. */
export const actRule = (isFinal: boolean, entriesPerVote: number): ActRule => ({
  precedence: 'in-person',
  ofOneKind: isFinal ? 'first' : 'last',
  entriesPerVote,
});

/** The most entries that one person may make for one voter, per vote of that voter. */
export const mostEntriesPerVote = ({ acts }: { readonly acts?: Readonly<ActRule> }): number =>
  acts?.entriesPerVote ?? earlierEntriesPerVote;

/** The number of entries for a voter, by the id of the person who entered them. */
export type Entries = Readonly<Record<string, number>>;
/** How many entries this person has made for the voter. */
export const entriesBy = (entries: Entries, person: string): number => (Object.hasOwn(entries, person) ? (entries[person] ?? 0) : 0);
/** The entries with one more, if the act was entered by somebody else. */
export const oneMoreEntry = (entries: Entries, { enteredBy }: Pick<Moment, 'enteredBy'>): Entries =>
  enteredBy === undefined ? entries : { ...entries, [enteredBy]: entriesBy(entries, enteredBy) + 1 };
