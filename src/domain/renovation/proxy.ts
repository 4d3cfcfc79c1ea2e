import { defineDecider, refuse } from '../shared/decider.js';
import { Id, OneOf, Sha256 } from '../shared/fields.js';
import { ballotOpenAt, voterOf, type BallotRefusal } from './ballot.js';
import type { Renovation } from './renovation.js';

/** By its owner, or by its holder. */
export const proxyEnds = ['withdrawn', 'declined'] as const;

export class GiveRenovationProxy {
  @Id() ballotId!: string;
  /** Who is to cast the vote. */
  @Id() to!: string;
  /** SHA-256 of the written proxy as it was scanned. */
  @Sha256() document!: string;
  /** `votedBefore`: whether the holder has cast a vote by the proxy held before, which has ended. */
  declare static readonly facts: { renovation: Pick<Renovation, 'id' | 'placeId' | 'ballot'>; votedBefore: boolean };
}

export class EndRenovationProxy {
  @Id() ballotId!: string;
  /** Who holds the proxy: somebody else where its owner withdraws it, oneself where its holder declines it. */
  @Id() to!: string;
  declare static readonly facts: { renovation: Pick<Renovation, 'id' | 'placeId' | 'ballot'> };
}

export class RenovationProxyGiven {
  @Id() renovationId!: string;
  @Id() ballotId!: string;
  @Id() voterId!: string;
  @Id() to!: string;
  @Sha256() document!: string;
}

export class RenovationProxyEnded {
  @Id() renovationId!: string;
  @Id() ballotId!: string;
  @Id() voterId!: string;
  @Id() to!: string;
  @OneOf(proxyEnds) how!: (typeof proxyEnds)[number];
}

export interface Proxy {
  readonly owner: string;
  readonly document: string;
  readonly hasEnded: boolean;
}

export type ProxyRefusal =
  | BallotRefusal
  | 'renovation.proxy-for-oneself'
  | 'renovation.not-on-roll'
  | 'renovation.proxy-covers-another'
  | 'renovation.no-proxy-to-end';

/**
 * The written proxy that somebody holds in one ballot: stream `renovation-proxy-<ballot>.<holder>`. It is the owner who gives it (on
 * paper: whose form is entered), and it is written to the holder's stream, so that "a written proxy covers at most one other owner"
 * (domain.md row 15) is this stream's own rule. Giving it is not yet voting: an owner who gave two is counted once all the same,
 * since both holders would vote in that owner's one stream (ballot-paper.ts). Either side may end it at any time (Civil Code 933).
 * A vote that was cast by it stands, until the owner replaces it in person; who has cast one takes no other owner's proxy any more.
 */
export const renovationProxy = defineDecider<Proxy | null, ProxyRefusal>()({
  stream: 'renovation-proxy',
  initial: null,
  commands: { GiveRenovationProxy, EndRenovationProxy },
  events: { RenovationProxyGiven, RenovationProxyEnded },
  decide: {
    GiveRenovationProxy: (state, { ballotId, to, document }, { at, by, facts: { renovation, votedBefore } }) => {
      const ballot = ballotOpenAt(renovation.ballot, ballotId, at);
      if ('refused' in ballot) return ballot;
      if (to === by) return refuse('renovation.proxy-for-oneself');
      if (voterOf(ballot, by) === null) return refuse('renovation.not-on-roll', { owner: by });
      if (state !== null && state.owner !== by && (!state.hasEnded || votedBefore))
        return refuse('renovation.proxy-covers-another', { holder: to });
      if (state?.document === document && !state.hasEnded && state.owner === by) return [];
      return [{ type: 'RenovationProxyGiven', data: { renovationId: renovation.id, ballotId, voterId: by, to, document } }];
    },
    EndRenovationProxy: (state, { ballotId, to }, { at, by, facts: { renovation } }) => {
      const ballot = ballotOpenAt(renovation.ballot, ballotId, at);
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
