import { defineDecider, refuse, type Refusal, type Immutable } from '../shared/decider.js';
import { Id, One, OneOf, Optional, Sha256 } from '../shared/fields.js';
import { VoterCount } from '../voting/threshold.js';
import { ballotOpenAt, voterOf, type Ballot, type BallotRefusal, type Voter } from './ballot.js';
import type { Proxy } from './proxy.js';
import type { Renovation } from './renovation.js';

export const ballotChoices = ['approve', 'reject', 'abstain'] as const;
/** On what right somebody casts: as the name on the roll, as its co-owner, or by its written proxy. */
export const ballotBases = ['owner', 'co-owner', 'proxy'] as const;
type Basis = (typeof ballotBases)[number];

export class CastRenovationBallot {
  @Id() ballotId!: string;
  @OneOf(ballotChoices) choice!: (typeof ballotChoices)[number];
  /** The name on the roll under which the vote is cast, when it is not one's own: a co-owner's, or that of who gave a proxy. */
  @Optional() @Id() owner?: string;
  /** `proxy`: the one that the caster holds in this ballot. */
  declare static readonly facts: { renovation: Pick<Renovation, 'id' | 'placeId' | 'ballot'>; proxy: Proxy | null };
}

export class RenovationBallotCast {
  @Id() renovationId!: string;
  @Id() ballotId!: string;
  /** The name on the roll whose vote it is. */
  @Id() voterId!: string;
  @OneOf(ballotChoices) choice!: (typeof ballotChoices)[number];
  /** The choice that counted until now, where this vote replaces one. */
  @Optional() @OneOf(ballotChoices) replaces?: (typeof ballotChoices)[number];
  /** One head, with the area and the number of all units of this name. */
  @One(() => VoterCount) weight!: VoterCount;
  @Id() castBy!: string;
  @OneOf(ballotBases) basis!: Basis;
  /** The written proxy, where it was cast by proxy. */
  @Optional() @Sha256() proxyDocument?: string;
}

export interface BallotPaper {
  readonly choice: (typeof ballotChoices)[number];
  readonly castBy: string;
  readonly basis: Basis;
}

export type BallotPaperRefusal =
  | BallotRefusal
  | 'renovation.not-on-roll'
  | 'renovation.co-owner-is-the-name'
  | 'renovation.no-proxy'
  | 'renovation.voted-in-person'
  | 'renovation.voted-by-other-proxy'
  | 'renovation.already-voted';

/**
 * The vote of one name on the roll in one ballot: stream `renovation-vote-<ballot>.<owner>`. Whoever casts it, owner, co-owner or proxy,
 * writes to the owner's stream, so that nobody is counted twice: in person goes before proxy, the first proxy to vote keeps others
 * out, and a replaced vote is named by the one that replaces it. That a proxy covers one owner only is the rule of proxy.ts.
 */
export const renovationVote = defineDecider<BallotPaper | null, BallotPaperRefusal>()({
  stream: 'renovation-vote',
  initial: null,
  commands: { CastRenovationBallot },
  events: { RenovationBallotCast },
  decide: {
    CastRenovationBallot: (state, { ballotId, choice, owner }, { at, by, facts: { renovation, proxy } }) => {
      const ballot = ballotOpenAt(renovation.ballot, ballotId, at);
      if ('refused' in ballot) return ballot;
      const ownerId = owner ?? by;
      const voter = voterOf(ballot, ownerId);
      if (voter === null) return refuseStranger(ballot, ownerId);
      const basis = basisOf(voter, ownerId, by, proxy);
      if (basis === null) return refuse('renovation.no-proxy', { owner: ownerId });
      if (state !== null) {
        if (state.choice === choice && state.castBy === by && state.basis === basis) return [];
        if (basis === 'proxy' && state.basis !== 'proxy') return refuse('renovation.voted-in-person', { owner: ownerId });
        if (basis === 'proxy' && state.castBy !== by) return refuse('renovation.voted-by-other-proxy', { owner: ownerId });
        if (!ballot.replaceable) return refuse('renovation.already-voted', { owner: ownerId });
      }
      return [
        {
          type: 'RenovationBallotCast',
          data: {
            renovationId: renovation.id,
            ballotId,
            voterId: ownerId,
            choice,
            ...(state && { replaces: state.choice }),
            weight: { heads: 1, area: voter.area, households: voter.units },
            castBy: by,
            basis,
            ...(basis === 'proxy' && proxy && { proxyDocument: proxy.document }),
          },
        },
      ];
    },
  },
  evolve: { RenovationBallotCast: (_, { choice, castBy, basis }) => ({ choice, castBy, basis }) },
});

function refuseStranger(ballot: Immutable<Ballot>, person: string): Refusal<'renovation.not-on-roll' | 'renovation.co-owner-is-the-name'> {
  const name = Object.entries(ballot.voters).find(([, { coOwners }]) => coOwners.includes(person))?.[0];
  return name === undefined
    ? refuse('renovation.not-on-roll', { owner: person })
    : refuse('renovation.co-owner-is-the-name', { owner: name });
}

function basisOf({ coOwners }: Voter, ownerId: string, by: string, proxy: Proxy | null): Basis | null {
  if (by === ownerId) return 'owner';
  if (coOwners.includes(by)) return 'co-owner';
  return proxy?.owner === ownerId && !proxy.hasEnded ? 'proxy' : null;
}
