import { reaches } from '../shared/fraction.js';
import type { Immutable } from '../shared/decider.js';
import { Id, Ints, Optional } from '../shared/fields.js';
import type { ElectionRule } from './offices.js';

/** What a voter chose: numbers of candidates on the published list, from 1 on. None: an abstention. */
export class Choice {
  @Ints(0, 20, 1, 100) chosen!: number[];
  /** Text that only the voter knows. It stands in the published paper, so the voter finds that paper. */
  @Optional() @Id() code?: string;
}

/** What an election says about its papers. */
export interface Counting {
  readonly rule: Immutable<ElectionRule>;
  readonly seats: number;
  readonly electors: number;
  /** How many stand. */
  readonly candidates: number;
}

/** All seats are taken; some stay open; or too few electors voted, and the election is void. */
export const electionOutcomes = ['elected', 'seats-open', 'void'] as const;

/** The count of all papers. Candidates are numbers on the list, from 1 on. */
export interface Count {
  readonly papers: number;
  readonly abstentions: number;
  /** By candidate, in the order of the list. */
  readonly votes: readonly number[];
  /** Most votes first. */
  readonly elected: readonly number[];
  /** Have the majority and equally many votes, but not all of them find a seat. */
  readonly tied: readonly number[];
  readonly outcome: (typeof electionOutcomes)[number];
}

/**
 * Counts the papers of an election. Elected is who reaches the majority of the papers; of more than there are seats, those with the most
 * votes. Whom a tie at the last seat concerns is not elected: they are voted on again (Villagers' Law, 2018 text, art. 15).
 */
export function countElection({ rule, seats, electors, candidates }: Counting, papers: readonly Immutable<Choice>[]): Count {
  const votes = new Array<number>(candidates).fill(0);
  for (const { chosen } of papers) for (const number of chosen) votes[number - 1]! += 1;
  const votesOf = (number: number): number => votes[number - 1]!;
  const { quorum, majority } = rule;
  const isValid = papers.length > 0 && reaches(papers.length, electors, quorum, quorum.strict);
  const enough = votes
    .map((_, i) => i + 1)
    .filter((number) => isValid && votesOf(number) > 0 && reaches(votesOf(number), papers.length, majority, majority.strict))
    .sort((a, b) => votesOf(b) - votesOf(a) || a - b);
  const next = enough[seats];
  const isTied = (number: number): boolean => next !== undefined && votesOf(number) === votesOf(next);
  const isCutInTie = next !== undefined && isTied(enough[seats - 1]!);
  const elected = enough.slice(0, seats).filter((number) => !isCutInTie || !isTied(number));
  return {
    papers: papers.length,
    abstentions: papers.filter(({ chosen }) => chosen.length === 0).length,
    votes,
    elected,
    tied: isCutInTie ? enough.filter(isTied) : [],
    outcome: outcomeOf(isValid, elected.length === seats),
  };
}

function outcomeOf(isValid: boolean, isFull: boolean): Count['outcome'] {
  if (!isValid) return 'void';
  return isFull ? 'elected' : 'seats-open';
}

/**
 * Who stands in a further election for the seats that stayed open: those not elected with the most votes, one more than seats, and all who
 * have as many votes as the last of them.
 */
export function standAgain({ votes, elected }: Pick<Count, 'votes' | 'elected'>, seatsOpen: number): readonly number[] {
  const left = votes.map((_, i) => i + 1).filter((number) => !elected.includes(number));
  const ranked = left.toSorted((a, b) => votes[b - 1]! - votes[a - 1]! || a - b);
  const last = ranked[Math.min(seatsOpen, ranked.length - 1)];
  return last === undefined ? [] : ranked.filter((number) => votes[number - 1]! >= votes[last - 1]!);
}

/** Every paper is as long as this before it is sealed: the length of what is sealed must not tell what was chosen. */
const paperLength = 240;

/** What a voter chose as the text that is sealed: the numbers in order, filled up with spaces. */
export const textOfChoice = ({ chosen, code }: Immutable<Choice>): string =>
  JSON.stringify({ chosen: chosen.toSorted((a, b) => a - b), ...(code !== undefined && { code }) }).padEnd(paperLength);

/**
 * The papers in the order in which they are published: by what they say and by nothing else. So the order of the papers tells nothing of
 * the order in which people voted, and needs no chance that somebody would have to trust.
 */
export const inPublishedOrder = (texts: readonly string[]): readonly Immutable<Choice>[] =>
  texts.toSorted().map((text) => JSON.parse(text) as Choice);
