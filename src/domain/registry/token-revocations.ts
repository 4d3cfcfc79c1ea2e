import { defineDecider } from '../shared/decider.js';
import { Id, PersonId } from '../shared/fields.js';
import { plusDays } from '../shared/time.js';
import { longestTokenDays } from './token-days.js';

/** One token. */
class Token {
  /** The `jti` claim of the token. */
  @Id() tokenId!: string;
}
/** One token and its holder. */
class TokenOfPerson extends Token {
  /** The `sub` claim of the token: its holder. */
  @PersonId() personId!: string;
}
/** All tokens of a person. */
class AllTokens {
  @PersonId() personId!: string;
}

/** An official revokes the token of another person, for example because it was lost or misused. */
export class RevokeToken extends TokenOfPerson {}
/** A person revokes a token of their own. */
export class RevokeOwnToken extends Token {}

/** Given by the system when the erasure of the person was confirmed. */
export class EndTokens extends AllTokens {}

/** From now on the token is refused (ADR 13). */
export class TokenRevoked extends TokenOfPerson {}

/** From now on every token of the person is refused: the person was erased. */
export class TokensEnded extends AllTokens {}

/**
 * By holder and token id: the UTC instant until which the token must be refused. By holder first: nobody can revoke another person's
 * token by its id, and of nearly all holders, who have no revoked token, one look is enough.
 */
type Revocations = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** In the place of a token id: every token of the person. No id is like it. */
const everyToken = '*';
/** Later than any instant. */
const endless = '9999-12-31T23:59:59.999Z';

const holds = (state: Revocations, personId: string, tokenId: string): boolean =>
  Object.hasOwn(state, personId) && Object.hasOwn(state[personId]!, tokenId);

/** Whether the tokens of a person have ended because the person was erased. */
export const isErased = (state: Revocations, personId: string): boolean => holds(state, personId, everyToken);
/** Whether a token is refused. */
export const isRevoked = (state: Revocations, personId: string, tokenId: string): boolean =>
  Object.hasOwn(state, personId) && (holds(state, personId, tokenId) || isErased(state, personId));

const revoke = (state: Revocations, personId: string, tokenId: string) =>
  holds(state, personId, tokenId) ? [] : [{ type: 'TokenRevoked' as const, data: { tokenId, personId } }];

const withRevoked = (state: Revocations, personId: string, tokenId: string, until: string): Revocations => ({
  ...state,
  [personId]: { ...state[personId], [tokenId]: until },
});

/** Without the revocations of tokens that have expired. */
const current = (state: Revocations, now: string): Revocations =>
  Object.fromEntries(
    Object.entries(state).flatMap(([personId, revoked]) => {
      const left = Object.entries(revoked).filter(([, until]) => until > now);
      return left.length === 0 ? [] : [[personId, Object.fromEntries(left)]];
    }),
  );

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
    TokenRevoked: (state, { tokenId, personId }, { now }) =>
      withRevoked(current(state, now), personId, tokenId, plusDays(now, longestTokenDays)),
    TokensEnded: (state, { personId }) => withRevoked(state, personId, everyToken, endless),
  },
});
