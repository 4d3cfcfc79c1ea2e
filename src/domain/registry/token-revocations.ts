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

/** Given by the system when the erasure of the person was confirmed. */
export class EndTokens {
  @PersonId() personId!: string;
}

/** From now on the token is refused (ADR 13). */
export class TokenRevoked {
  @Id() tokenId!: string;
  @PersonId() personId!: string;
}

/** From now on every token of the person is refused: the person was erased. */
export class TokensEnded {
  @PersonId() personId!: string;
}

/** For each revoked token (`revokedKey`): the UTC instant until which it must be refused. */
type Revocations = Readonly<Record<string, string>>;

/** The key of a revocation: holder and token id. With the holder in it, nobody can revoke another person's token by its id. */
const revokedKey = (personId: string, tokenId: string): string => `${personId} ${tokenId}`;

/** In the place of a token id: every token of the person. No id is like it. */
const everyToken = '*';
/** Later than any instant. */
const endless = '9999-12-31T23:59:59.999Z';

/** Whether the tokens of a person have ended because the person was erased. */
export const isErased = (state: Revocations, personId: string): boolean => revokedKey(personId, everyToken) in state;
/** Whether a token is refused. */
export const isRevoked = (state: Revocations, personId: string, tokenId: string): boolean =>
  revokedKey(personId, tokenId) in state || isErased(state, personId);

const revoke = (state: Revocations, personId: string, tokenId: string) =>
  revokedKey(personId, tokenId) in state ? [] : [{ type: 'TokenRevoked' as const, data: { tokenId, personId } }];

/**
 * All revoked tokens, in one stream. The stream is read with every request that carries a token. This is cheap while nothing is added.
 * When a revocation is added, revocations of tokens that have expired are dropped from the state.
 */
export const tokenRevocations = defineDecider<Revocations>()({
  stream: 'tokenRevocations',
  initial: {},
  commands: { RevokeToken, RevokeOwnToken, EndTokens },
  events: { TokenRevoked, TokensEnded },
  decide: {
    RevokeToken: (state, { tokenId, personId }) => revoke(state, personId, tokenId),
    RevokeOwnToken: (state, { tokenId }, { by }) => revoke(state, by, tokenId),
    EndTokens: (state, { personId }) => (isErased(state, personId) ? [] : [{ type: 'TokensEnded', data: { personId } }]),
  },
  evolve: {
    TokenRevoked: (state, { tokenId, personId }, { now }) => ({
      ...Object.fromEntries(Object.entries(state).filter(([, until]) => until > now)),
      [revokedKey(personId, tokenId)]: plusDays(now, longestTokenDays),
    }),
    TokensEnded: (state, { personId }) => ({ ...state, [revokedKey(personId, everyToken)]: endless }),
  },
});
