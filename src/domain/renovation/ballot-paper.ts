import { defineDecider, type Moment, refuse, type Refusal, type Immutable } from '../shared/decider.js';
import { Id, One, OneOf, Optional, PersonId, Sha256 } from '../shared/fields.js';
import {
  type Act,
  actOf,
  type Entries,
  entriesBy,
  mostEntriesPerVote,
  type NotCounted,
  oneMoreEntry,
  reasonsNotCounted,
  whyNotCounted,
} from '../voting/acts.js';
import { VoterCount } from '../voting/threshold.js';
import { ballotOpenAt, voterOf, type BallotRefusal, type BallotWithRoll, type RenovationWithRoll } from './ballot.js';
import type { Voter } from './voters.js';
import type { Proxy } from './proxy.js';

/* Longer than other files: commands, events and decisions of a paper are read together. */

/** The choices of an owner. */
export const ballotChoices = ['approve', 'reject', 'abstain'] as const;
type Choice = (typeof ballotChoices)[number];
/** The right by which a vote is cast: as the name on the roll, as a co-owner, or by written proxy. */
const ballotBases = ['owner', 'co-owner', 'proxy'] as const;
type Basis = (typeof ballotBases)[number];

/** `proxies`: those that the person who acts holds in this ballot. */
interface VoteFacts {
  renovation: RenovationWithRoll;
  proxies: Proxy[];
}

/** One ballot on a renovation. */
class OfBallot {
  @Id() ballotId!: string;
}
/** What was chosen in a ballot. */
class BallotChoice extends OfBallot {
  @OneOf(ballotChoices) choice!: Choice;
}

/** Votes under a name on the roll. */
export class CastRenovationBallot extends BallotChoice {
  /** The name on the roll, if it is not the person who votes: the co-owner's name, or the owner who gave the proxy. */
  @Optional() @PersonId() owner?: string;
  declare static readonly facts: VoteFacts;
}
/** Withdraws the vote under a name on the roll. */
export class WithdrawRenovationBallot extends OfBallot {
  /** The name on the roll, if it is not the person who withdraws. */
  @Optional() @PersonId() owner?: string;
  declare static readonly facts: VoteFacts;
}

export class RenovationBallotCast extends BallotChoice {
  @Id() renovationId!: string;
  /** The name on the roll under which the vote counts. */
  @PersonId() voterId!: string;
  /** The choice that this vote replaces. */
  @Optional() @OneOf(ballotChoices) replaces?: Choice;
  /** One head, with the area in 0.01 m² and the number of all units of this name. */
  @One(() => VoterCount) weight!: VoterCount;
  @PersonId() castBy!: string;
  @OneOf(ballotBases) basis!: Basis;
  /** The SHA-256 of the written proxy, if the vote was cast by proxy. */
  @Optional() @Sha256() proxyDocument?: string;
  /** Why the vote does not count: it was entered for the voter, and another act takes precedence. */
  @Optional() @OneOf(reasonsNotCounted) notCounted?: NotCounted;
}
export class RenovationBallotWithdrawn extends OfBallot {
  @Id() renovationId!: string;
  /** The name on the roll under which the vote counted. */
  @PersonId() voterId!: string;
  /** The choice that counted until now. Absent if there was none, or if the withdrawal does not count. */
  @Optional() @OneOf(ballotChoices) withdraws?: Choice;
  /** One head, with the area in 0.01 m² and the number of all units of this name. */
  @One(() => VoterCount) weight!: VoterCount;
  @PersonId() withdrawnBy!: string;
  @OneOf(ballotBases) basis!: Basis;
  /** Why the withdrawal does not count: it was entered for the voter, and another act takes precedence. */
  @Optional() @OneOf(reasonsNotCounted) notCounted?: NotCounted;
}

/** An act under a name on the roll, with the person and the right. */
interface ActUnderName extends Act {
  readonly by: string;
  readonly basis: Basis;
}

/** The vote of one name on the roll. */
export interface BallotPaper {
  /** Null before the vote and after a withdrawal. */
  readonly choice: Choice | null;
  /** The act that counts. */
  readonly act: ActUnderName | null;
  readonly entries: Entries;
  /** How often each person has voted or withdrawn in person. */
  readonly own: Readonly<Record<string, number>>;
}

/** The most acts in person under one name. It keeps the stream short. It is counted by person, so that a proxy never stops the owner. */
const mostOwnActs = 100;
/** The acts in person with one more, unless it was entered by somebody else. */
const oneMoreOwn = ({ own }: Immutable<BallotPaper>, { by, enteredBy }: Pick<Moment, 'by' | 'enteredBy'>) =>
  enteredBy === undefined ? oneMoreEntry(own, { enteredBy: by }) : own;

/** Refusal codes of votes on a renovation. */
export type BallotPaperRefusal =
  | BallotRefusal
  | 'renovation.not-on-roll'
  | 'renovation.co-owner-is-the-name'
  | 'renovation.no-proxy'
  | 'renovation.voted-in-person'
  | 'renovation.voted-by-other-proxy'
  | 'renovation.already-voted'
  | 'renovation.entry-limit'
  | 'renovation.change-limit'
  | 'renovation.no-vote-to-withdraw';

/** Refusals for acts in person. All other reasons mean that the vote is final. */
const refusals: { readonly [R in NotCounted]?: BallotPaperRefusal } = {
  'owner-voted': 'renovation.voted-in-person',
  'other-proxy': 'renovation.voted-by-other-proxy',
};

/** Why an act does not replace the one that counts now, or null. Owners take precedence over proxies, the first proxy over others. */
export function whyNot(
  { choice, act: standing }: Immutable<Pick<BallotPaper, 'choice' | 'act'>>,
  next: Choice | null,
  act: ActUnderName,
  replaceable: boolean,
): NotCounted | null {
  if (next === null && act.isEntered && !replaceable) return 'final';
  if (standing === null) return null;
  const isByProxy = act.basis === 'proxy';
  const isFinal = !replaceable && choice !== null;
  if (isByProxy && standing.basis !== 'proxy') return 'owner-voted';
  if (!isByProxy && standing.basis === 'proxy') return isFinal ? 'final' : null;
  const isOtherProxy = isByProxy && standing.by !== act.by && choice !== null;
  const reason = whyNotCounted(act, standing, isFinal || isOtherProxy);
  return reason === 'final' && isOtherProxy ? 'other-proxy' : reason;
}

const isSoAlready = ({ choice, act }: Immutable<BallotPaper>, next: Choice | null, { by, basis }: ActUnderName): boolean =>
  choice === next && (next === null || (act?.by === by && act.basis === basis && !act.isEntered));

/** The name, the act, and why it does not count. Null if nothing changes. */
function judge(
  state: Immutable<BallotPaper>,
  next: Choice | null,
  { ballotId, owner }: { readonly ballotId: string; readonly owner?: string | undefined },
  moment: Moment & { readonly facts: Immutable<VoteFacts> },
) {
  const { at, by, enteredBy, facts } = moment;
  const ballot = ballotOpenAt(facts.renovation.ballot, ballotId, at);
  if ('refused' in ballot) return ballot;
  const voterId = owner ?? by;
  const voter = voterOf(ballot, voterId);
  if (voter === null) return refuseStranger(ballot, voterId);
  const basis = basisOf(voter, voterId, by, facts.proxies);
  if (basis === null) return refuse('renovation.no-proxy', { owner: voterId });
  const act = { ...actOf(moment), by, basis };
  if (enteredBy === undefined && next === null && state.act === null) return refuse('renovation.no-vote-to-withdraw', { owner: voterId });
  if (enteredBy === undefined && isSoAlready(state, next, act)) return null;
  const limit = mostEntriesPerVote(ballot);
  if (enteredBy !== undefined && entriesBy(state.entries, enteredBy) >= limit)
    return refuse('renovation.entry-limit', { limit, owner: voterId });
  const reason = whyNot(state, next, act, ballot.replaceable);
  if (reason !== null && enteredBy === undefined) return refuse(refusals[reason] ?? 'renovation.already-voted', { owner: voterId });
  if (enteredBy === undefined && entriesBy(state.own, by) >= mostOwnActs)
    return refuse('renovation.change-limit', { limit: mostOwnActs, owner: voterId });
  return { voterId, basis, weight: { heads: 1, area: voter.area, households: voter.units }, notCounted: reason };
}

/**
 * The vote of one name on the roll in one ballot: stream `renovationVote-<ballot>.<owner>`. Owner, co-owner and proxy all write to the
 * owner's stream, so no name is counted twice. Owners take precedence over proxies, the first proxy to vote excludes others, and between
 * acts with the same right voting/acts.ts decides. A vote names the one that it replaces. Entered acts are always recorded, because a
 * refusal would show how the owner has voted. proxy.ts ensures that a proxy covers only one owner.
 */
export const renovationVote = defineDecider<BallotPaper, BallotPaperRefusal>()({
  stream: 'renovationVote',
  initial: { choice: null, act: null, entries: {}, own: {} },
  commands: { CastRenovationBallot, WithdrawRenovationBallot },
  events: { RenovationBallotCast, RenovationBallotWithdrawn },
  decide: {
    CastRenovationBallot: (state, data, moment) => {
      const verdict = judge(state, data.choice, data, moment);
      if (verdict === null) return [];
      if ('refused' in verdict) return verdict;
      const { voterId, basis, weight, notCounted } = verdict;
      const { renovation, proxies } = moment.facts;
      const proxy = proxies.find((one) => one.owner === voterId);
      return [
        {
          type: 'RenovationBallotCast',
          data: {
            renovationId: renovation.id,
            ballotId: data.ballotId,
            voterId,
            choice: data.choice,
            ...(notCounted === null && state.choice && { replaces: state.choice }),
            weight,
            castBy: moment.by,
            basis,
            ...(basis === 'proxy' && proxy && { proxyDocument: proxy.document }),
            ...(notCounted !== null && { notCounted }),
          },
        },
      ];
    },
    WithdrawRenovationBallot: (state, data, moment) => {
      const verdict = judge(state, null, data, moment);
      if (verdict === null) return [];
      if ('refused' in verdict) return verdict;
      const { voterId, basis, weight, notCounted } = verdict;
      return [
        {
          type: 'RenovationBallotWithdrawn',
          data: {
            renovationId: moment.facts.renovation.id,
            ballotId: data.ballotId,
            voterId,
            ...(notCounted === null && state.choice && { withdraws: state.choice }),
            weight,
            withdrawnBy: moment.by,
            basis,
            ...(notCounted !== null && { notCounted }),
          },
        },
      ];
    },
  },
  evolve: {
    RenovationBallotCast: (state, { choice, castBy, basis, notCounted }, moment) => ({
      ...(notCounted ? state : { choice, act: { ...actOf(moment), by: castBy, basis } }),
      entries: oneMoreEntry(state.entries, moment),
      own: oneMoreOwn(state, moment),
    }),
    RenovationBallotWithdrawn: (state, { withdrawnBy, basis, notCounted }, moment) => ({
      ...(notCounted ? state : { choice: null, act: { ...actOf(moment), by: withdrawnBy, basis } }),
      entries: oneMoreEntry(state.entries, moment),
      own: oneMoreOwn(state, moment),
    }),
  },
});

function refuseStranger(
  ballot: Immutable<BallotWithRoll>,
  person: string,
): Refusal<'renovation.not-on-roll' | 'renovation.co-owner-is-the-name'> {
  const name = Object.entries(ballot.voters).find(([, { coOwners }]) => coOwners.includes(person))?.[0];
  return name === undefined
    ? refuse('renovation.not-on-roll', { owner: person })
    : refuse('renovation.co-owner-is-the-name', { owner: name });
}

function basisOf({ coOwners }: Voter, ownerId: string, by: string, proxies: Immutable<Proxy[]>): Basis | null {
  if (by === ownerId) return 'owner';
  if (coOwners.includes(by)) return 'co-owner';
  return proxies.some(({ owner, hasEnded }) => owner === ownerId && !hasEnded) ? 'proxy' : null;
}
