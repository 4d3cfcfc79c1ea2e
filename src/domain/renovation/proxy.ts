import { defineDecider, refuse } from '../shared/decider.js';
import { Id, OneOf, PersonId, Sha256 } from '../shared/fields.js';
import { ballotNotClosedAt, voterOf, type BallotRefusal, type RenovationWithRoll } from './ballot.js';

/** Ended by the owner, or by the holder. */
export const proxyEnds = ['withdrawn', 'declined'] as const;

/** A proxy in one ballot. */
class ProxyOfBallot {
  @Id() ballotId!: string;
  /** The holder: the person who votes. */
  @PersonId() to!: string;
}

/** A written proxy as it is given and as it is recorded. */
class WrittenProxy extends ProxyOfBallot {
  /** SHA-256 of the scanned written proxy. */
  @Sha256() document!: string;
}

/** An owner gives a written proxy. */
export class GiveRenovationProxy extends WrittenProxy {
  /** `votedBefore`: true if the holder voted by an earlier proxy, which has ended. */
  declare static readonly facts: { renovation: RenovationWithRoll; votedBefore: boolean };
}

/** Ends a proxy. The owner ends it with the holder's id, the holder with their own id. */
export class EndRenovationProxy extends ProxyOfBallot {
  declare static readonly facts: { renovation: RenovationWithRoll };
}

export class RenovationProxyGiven extends WrittenProxy {
  @Id() renovationId!: string;
  @PersonId() voterId!: string;
}

export class RenovationProxyEnded extends ProxyOfBallot {
  @Id() renovationId!: string;
  @PersonId() voterId!: string;
  @OneOf(proxyEnds) how!: (typeof proxyEnds)[number];
}

/** The proxy that a person holds in a ballot. */
export interface Proxy {
  readonly owner: string;
  readonly document: string;
  readonly hasEnded: boolean;
}

/** Refusal codes of proxies. */
export type ProxyRefusal =
  | BallotRefusal
  | 'renovation.proxy-for-oneself'
  | 'renovation.not-on-roll'
  | 'renovation.proxy-covers-another'
  | 'renovation.no-proxy-to-end';

/**
 * The written proxy that a person holds in one ballot: stream `renovationProxy-<ballot>.<holder>`. The owner gives it, or a volunteer
 * enters the owner's form, but it is recorded in the holder's stream. So this stream alone can enforce that a written proxy covers at
 * most one other owner (domain.md row 15). An owner who gave two proxies is still counted once, because both holders vote in the owner's
 * one stream (ballot-paper.ts). Either side may end a proxy at any time (Civil Code art. 933). A vote already cast by it stays valid until
 * the owner replaces it. A holder who has voted by proxy cannot take the proxy of another owner.
 */
export const renovationProxy = defineDecider<Proxy | null, ProxyRefusal>()({
  stream: 'renovationProxy',
  initial: null,
  commands: { GiveRenovationProxy, EndRenovationProxy },
  events: { RenovationProxyGiven, RenovationProxyEnded },
  decide: {
    GiveRenovationProxy: (state, { ballotId, to, document }, { at, by, facts: { renovation, votedBefore } }) => {
      const ballot = ballotNotClosedAt(renovation.ballot, ballotId, at);
      if ('refused' in ballot) return ballot;
      if (to === by) return refuse('renovation.proxy-for-oneself');
      if (voterOf(ballot, by) === null) return refuse('renovation.not-on-roll', { owner: by });
      if (state !== null && state.owner !== by && (!state.hasEnded || votedBefore))
        return refuse('renovation.proxy-covers-another', { holder: to });
      if (state?.document === document && !state.hasEnded) return [];
      return [{ type: 'RenovationProxyGiven', data: { renovationId: renovation.id, ballotId, voterId: by, to, document } }];
    },
    EndRenovationProxy: (state, { ballotId, to }, { at, by, facts: { renovation } }) => {
      const ballot = ballotNotClosedAt(renovation.ballot, ballotId, at);
      if ('refused' in ballot) return ballot;
      if (state === null || state.hasEnded || (by !== to && by !== state.owner))
        return refuse('renovation.no-proxy-to-end', { holder: to });
      return [
        {
          type: 'RenovationProxyEnded',
          data: { renovationId: renovation.id, ballotId, voterId: state.owner, to, how: by === to ? 'declined' : 'withdrawn' },
        },
      ];
    },
  },
  evolve: {
    RenovationProxyGiven: (_, { voterId, document }) => ({ owner: voterId, document, hasEnded: false }),
    RenovationProxyEnded: (state) => state && { ...state, hasEnded: true },
  },
});
