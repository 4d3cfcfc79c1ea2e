import type { Moment } from '../shared/decider.js';

/*
 * Which of a voter's acts counts: one rule for votes of contests, papers of ballots and votes on renovations (docs/domain.md, Votes).
 * An act is a vote or the withdrawal of one.
 */

export interface Act {
  /** When it happened. */
  readonly at: string;
  /** Whether somebody else entered it for the voter. */
  readonly isEntered: boolean;
}

export const actOf = ({ at, enteredBy }: Pick<Moment, 'at' | 'enteredBy'>): Act => ({ at, isEntered: enteredBy !== undefined });

/**
 * Why an act that was entered for a voter does not count: the voter acted in person, a later act stands, votes are final, the voter has
 * no vote left, the owner voted and so the proxy does not, or another proxy voted first.
 */
export const reasonsNotCounted = ['in-person', 'later-act', 'final', 'limit', 'owner-voted', 'other-proxy'] as const;
export type NotCounted = (typeof reasonsNotCounted)[number];

/**
 * Whether an act counts in place of the one that stands: null, or why not. What a voter did in person stands before what others entered
 * for them, whenever either happened. Of two acts of the same kind the one that happened later counts, and where votes are final the one
 * that happened first. Acts in person happen when they are recorded, so that the order of the log is theirs.
 */
export function whyNotCounted(act: Act, standing: Act | null): 'in-person' | 'later-act' | null;
export function whyNotCounted(act: Act, standing: Act | null, isFinal: boolean): 'in-person' | 'later-act' | 'final' | null;
export function whyNotCounted(act: Act, standing: Act | null, isFinal = false): 'in-person' | 'later-act' | 'final' | null {
  if (standing === null || (standing.isEntered && !act.isEntered)) return null;
  if (act.isEntered && !standing.isEntered) return 'in-person';
  if (isFinal) return act.isEntered && act.at < standing.at ? null : 'final';
  return !act.isEntered || act.at >= standing.at ? null : 'later-act';
}

/** How often one person may enter something for one voter, for each vote that the voter has: enough for a paper and its corrections. */
export const entriesPerVote = 5;

/** How much each person has entered for the voter, by their id. */
export type Entries = Readonly<Record<string, number>>;
export const entriesBy = (entries: Entries, person: string): number => (Object.hasOwn(entries, person) ? (entries[person] ?? 0) : 0);
export const oneMoreEntry = (entries: Entries, { enteredBy }: Pick<Moment, 'enteredBy'>): Entries =>
  enteredBy === undefined ? entries : { ...entries, [enteredBy]: entriesBy(entries, enteredBy) + 1 };
