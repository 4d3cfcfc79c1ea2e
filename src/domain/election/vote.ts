import { defineDecider, refuse } from '../shared/decider.js';
import { ownerIn } from '../shared/field-marks.js';
import { Id, Personal, Text } from '../shared/fields.js';
import { Choice, textOfChoice } from './counting.js';
import type { Election } from './messages.js';

/** Casts the paper. It cannot be changed afterwards. */
export class CastElectionPaper extends Choice {
  declare static readonly facts: {
    electionId: string;
    election: Pick<Election, 'electors' | 'candidates' | 'seats' | 'opensAt' | 'closesAt' | 'stage'>;
  };
}

/**
 * The voter is signed off the roll. The paper is sealed with the key of the election, which is destroyed when the box has been opened
 * (ADR 20). All papers have the same length.
 */
export class ElectorVoted {
  @Id() electionId!: string;
  @Personal('electionId') @Text(1, 400) paper!: string;
}

/** The owner of the key that the papers of an election are sealed with. */
export const electionBoxOwner = (electionId: string): string => ownerIn(ElectorVoted, 'electionId', electionId);

/** A code that nobody finds by trying, and that says nothing of the voter. */
const codeForm = /^[0-9a-z]{16,40}$/u;

/** Refusal codes of a vote in an election. */
export type ElectionVoteRefusal =
  | 'election.voting-not-open'
  | 'election.not-on-roll'
  | 'election.in-person-only'
  | 'election.voted-already'
  | 'election.too-many-chosen'
  | 'election.chosen-twice'
  | 'election.no-such-number'
  | 'election.code-unfit';

/** One stream per voter and election, `electionVote-<election>.<voter>`. The state does not hold the paper: nothing is decided by it. */
export const electionVote = defineDecider<{ readonly voted: boolean }, ElectionVoteRefusal>()({
  stream: 'electionVote',
  initial: { voted: false },
  commands: { CastElectionPaper },
  events: { ElectorVoted },
  decide: {
    CastElectionPaper: ({ voted }, choice, { at, by, enteredBy, facts: { electionId, election }, event }) => {
      const { electors, candidates, seats, opensAt, closesAt, stage } = election;
      if (!Object.hasOwn(electors, by)) return refuse('election.not-on-roll');
      if (enteredBy !== undefined) return refuse('election.in-person-only');
      // by the time, not by the stage: the box is opened later, and takes every paper of this time
      if (candidates === null || at < opensAt || at >= closesAt || stage === 'decided' || stage === 'sealed')
        return refuse('election.voting-not-open', { from: opensAt, until: closesAt });
      if (voted) return refuse('election.voted-already');
      const { chosen, code } = choice;
      if (chosen.length > seats) return refuse('election.too-many-chosen', { seats });
      if (new Set(chosen).size < chosen.length) return refuse('election.chosen-twice');
      const unknown = chosen.find((number) => number > candidates.length);
      if (unknown !== undefined) return refuse('election.no-such-number', { number: unknown, candidates: candidates.length });
      if (code !== undefined && !codeForm.test(code)) return refuse('election.code-unfit');
      return [event('ElectorVoted', { electionId, paper: textOfChoice(choice) })];
    },
  },
  evolve: { ElectorVoted: () => ({ voted: true }) },
});
