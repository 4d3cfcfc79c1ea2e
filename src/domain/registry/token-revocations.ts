import { defineDecider } from '../shared/decider.js';
import { Id } from '../shared/fields.js';
import { plusDays } from '../shared/time.js';

/** No token is valid for longer, so that a revocation needs no longer memory either. */
export const longestTokenDays = 366;

/** An official ends a token of somebody else: it was lost, or is misused. */
export class RevokeToken {
  /** The token's `jti`. */
  @Id() tokenId!: string;
  /** Whose token it is: its `sub`. */
  @Id() personId!: string;
}
/** Somebody ends a token of their own. */
export class RevokeOwnToken {
  @Id() tokenId!: string;
}

export class TokenRevoked {
  @Id() tokenId!: string;
  @Id() personId!: string;
}

/** Until when each revoked token must be refused, by `revokedKey`. */
type Revocations = Readonly<Record<string, string>>;

/** A token is known by its holder and its id: whoever revokes an id that is not theirs revokes nothing. */
export const revokedKey = (personId: string, tokenId: string): string => `${personId} ${tokenId}`;

const revoke = (state: Revocations, personId: string, tokenId: string) =>
  revokedKey(personId, tokenId) in state ? [] : [{ type: 'TokenRevoked' as const, data: { tokenId, personId } }];

/**
 * The tokens that were revoked, one stream for the county: it is read with every request that carries a token, and that costs nothing as
 * long as nothing was added to it. Revocations that have outlived every token they could concern are forgotten when another is added.
 */
export const tokenRevocations = defineDecider<Revocations>()({
  stream: 'token-revocations',
  initial: {},
  commands: { RevokeToken, RevokeOwnToken },
  events: { TokenRevoked },
  decide: {
    RevokeToken: (state, { tokenId, personId }) => revoke(state, personId, tokenId),
    RevokeOwnToken: (state, { tokenId }, { by }) => revoke(state, by, tokenId),
  },
  evolve: {
    TokenRevoked: (state, { tokenId, personId }, { now }) => ({
      ...Object.fromEntries(Object.entries(state).filter(([, until]) => until > now)),
      [revokedKey(personId, tokenId)]: plusDays(now, longestTokenDays),
    }),
  },
});
