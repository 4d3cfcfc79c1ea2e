import { defineDecider } from '../shared/decider.js';
import { Id, PersonId } from '../shared/fields.js';
import { plusDays } from '../shared/time.js';

/** The longest validity of a token in days, whatever is set. A revocation is therefore kept no longer than this. */
export const longestTokenDays = 366;

/** An official revokes the token of another person, for example because it was lost or misused. */
export class RevokeToken {
  /** The `jti` claim of the token. */
  @Id() tokenId!: string;
  /** The `sub` claim of the token: its holder. */
  @PersonId() personId!: string;
}
/** A person revokes a token of their own. */
export class RevokeOwnToken {
  @Id() tokenId!: string;
}

/** From now on the token is refused (ADR 13). */
export class TokenRevoked {
  @Id() tokenId!: string;
  @PersonId() personId!: string;
}

/** For each revoked token (`revokedKey`): the UTC instant until which it must be refused. */
type Revocations = Readonly<Record<string, string>>;

/** The key of a revocation: holder and token id. With the holder in it, nobody can revoke another person's token by its id. */
export const revokedKey = (personId: string, tokenId: string): string => `${personId} ${tokenId}`;

const revoke = (state: Revocations, personId: string, tokenId: string) =>
  revokedKey(personId, tokenId) in state ? [] : [{ type: 'TokenRevoked' as const, data: { tokenId, personId } }];

/**
 * All revoked tokens, in one stream. The stream is read with every request that carries a token. This is cheap while nothing is added.
 * When a revocation is added, revocations of tokens that have expired are dropped from the state.
 */
export const tokenRevocations = defineDecider<Revocations>()({
  stream: 'tokenRevocations',
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
