import { defineDecider, type Immutable, refuse } from '../shared/decider.js';
import { Id, OneOf, Optional, PersonId, Sha256 } from '../shared/fields.js';
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
  /** `votedFor`: the owners whose vote the holder has cast by a proxy that has ended. */
  declare static readonly facts: { renovation: RenovationWithRoll; votedFor: string[] };
}

/** Ends a proxy. The owner ends it with the holder's id, the holder with their own id. */
export class EndRenovationProxy extends ProxyOfBallot {
  /** Whose proxy the holder ends. Default: all that they hold. */
  @Optional() @PersonId() owner?: string;
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

/** A proxy that a person holds in a ballot. */
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
  | 'renovation.proxy-barred'
  | 'renovation.proxy-covers-another'
  | 'renovation.no-proxy-to-end';

/**
 * The written proxies that a person holds in one ballot: stream `renovationProxy-<ballot>.<holder>`. The owner gives one, or a volunteer
 * enters the owner's form, but it is recorded in the holder's stream. So this stream alone can enforce how many owners a person
 * represents: as many as the ballot says, by default one (domain.md row 15). An owner who gave two proxies is still counted once, because
 * both holders vote in the owner's one stream (ballot-paper.ts). Either side may end a proxy at any time (Civil Code art. 933). A vote
 * already cast by it stays valid until the owner replaces it, and it still counts as one that the holder has.
 */
export const renovationProxy = defineDecider<readonly Proxy[], ProxyRefusal>()({
  stream: 'renovationProxy',
  initial: [],
  commands: { GiveRenovationProxy, EndRenovationProxy },
  events: { RenovationProxyGiven, RenovationProxyEnded },
  decide: {
    GiveRenovationProxy: (state, { ballotId, to, document }, { at, by, facts: { renovation, votedFor } }) => {
      const ballot = ballotNotClosedAt(renovation.ballot, ballotId, at);
      if ('refused' in ballot) return ballot;
      if (to === by) return refuse('renovation.proxy-for-oneself');
      if (ballot.barredProxies.includes(to)) return refuse('renovation.proxy-barred', { holder: to });
      if (voterOf(ballot, by) === null) return refuse('renovation.not-on-roll', { owner: by });
      const others = state.filter(({ owner, hasEnded }) => owner !== by && (!hasEnded || votedFor.includes(owner)));
      if (others.length >= ballot.mostProxies) return refuse('renovation.proxy-covers-another', { holder: to, most: ballot.mostProxies });
      if (state.some((proxy) => proxy.owner === by && proxy.document === document && !proxy.hasEnded)) return [];
      return [{ type: 'RenovationProxyGiven', data: { renovationId: renovation.id, ballotId, voterId: by, to, document } }];
    },
    EndRenovationProxy: (state, { ballotId, to, owner }, { at, by, event, facts: { renovation } }) => {
      const ballot = ballotNotClosedAt(renovation.ballot, ballotId, at);
      if ('refused' in ballot) return ballot;
      const isNamed = (proxy: Immutable<Proxy>) => (by === to ? owner === undefined || proxy.owner === owner : proxy.owner === by);
      const ending = state.filter((proxy) => !proxy.hasEnded && isNamed(proxy));
      if (ending.length === 0) return refuse('renovation.no-proxy-to-end', { holder: to });
      const how = by === to ? 'declined' : 'withdrawn';
      return ending.map((proxy) => event('RenovationProxyEnded', { renovationId: renovation.id, ballotId, voterId: proxy.owner, to, how }));
    },
  },
  evolve: {
    RenovationProxyGiven: (state, { voterId, document }) => [
      ...state.filter(({ owner }) => owner !== voterId),
      { owner: voterId, document, hasEnded: false },
    ],
    RenovationProxyEnded: (state, { voterId }) => state.map((proxy) => (proxy.owner === voterId ? { ...proxy, hasEnded: true } : proxy)),
  },
});
