import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createSigner, createVerifier, TokenError, TOKEN_ERROR_CODES } from 'fast-jwt';
import type { Actor } from '../../application/kernel/actor.js';
import { type Grant, system } from '../../application/kernel/actor.js';
import { grantable } from '../../domain/shared/capacity.js';
import { formats } from '../../domain/shared/fields.js';
import { isPlaceId } from '../../domain/shared/place-id.js';
import { settings } from '../settings.js';
import { existingKeyIn, keyIn } from '../key-file.js';
import { makePrivateFolder } from '../private-files.js';

/** Claims of a token. `sub`: id of the person; `roles`: capacities that the issuer states, each as `capacity@place`. */
interface Claims {
  readonly sub: string;
  readonly roles: readonly string[];
  /** The token's own id, by which it can be revoked. */
  readonly jti: string;
  /** Audience: this program, and no other that might share the key. */
  readonly aud: typeof audience;
  /** Time of issue and of expiry, in seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
}
const audience = 'wuwei';

/** A token that is genuine and not expired. */
export interface Token {
  readonly id: string;
  readonly actor: Actor;
}

type TokenProblem = 'auth.invalid-token' | 'auth.expired-token';

/** Issues and verifies bearer tokens (JWT, HS256). */
export interface Issuer {
  /** @throws RangeError if it would be valid longer than allowed */
  issue(actor: Actor, expiresInSeconds: number): string;
  /**
   * Verifies signature and time. The issuer does not know whether the token was revoked. An issuer outside this program may answer with a
   * promise, because it fetches the keys that it does not have yet.
   */
  verify(token: string): Token | TokenProblem | Promise<Token | TokenProblem>;
}

/**
 * The embedded issuer: its key is made at the first start and kept in the data folder, readable only by its owner. A key file that is named
 * must exist: a new key would refuse the tokens of the other processes.
 * HS256, because issuer and verifier are one program, and a voter who comes once must cost microseconds (docs/adr). It answers at once: it
 * has its key.
 *
 * A token is refused `longestDays` after it was issued, whatever it says.
 */
export function openIssuer(folder: string, longestDays: number = settings.tokenDays.default, keyFile = ''): Issuer {
  const longestLife = longestDays * 86_400; // seconds
  makePrivateFolder(folder);
  const file = keyFile === '' ? join(folder, 'issuer.key') : keyFile;
  const key = (keyFile === '' ? keyIn : existingKeyIn)(
    file,
    `${file} is no issuer key (64 hexadecimal digits). Delete it to have a new one made; tokens issued before end with it.`,
  );
  const sign = createSigner({ key, algorithm: 'HS256' });
  const check = createVerifier({
    key,
    algorithms: ['HS256'],
    allowedAud: audience,
    requiredClaims: ['sub', 'aud', 'jti', 'iat', 'exp'],
    maxAge: longestLife * 1000,
  });
  return {
    issue: ({ id, grants }, expiresInSeconds) => {
      if (expiresInSeconds > longestLife) throw new RangeError(`a token is valid for at most ${longestDays} days`);
      const now = Math.floor(Date.now() / 1000);
      return sign({
        sub: id,
        roles: grants.map((grant) => `${grant.capacity}@${grant.placeId}`),
        jti: randomUUID(),
        aud: audience,
        iat: now,
        exp: now + expiresInSeconds,
      } satisfies Claims);
    },
    verify: (text) => {
      try {
        const claims = check(text) as Claims;
        const actor = actorOf(claims);
        if (actor === null || !formats.isId(claims.jti)) return 'auth.invalid-token';
        return { id: claims.jti, actor };
      } catch (error) {
        return error instanceof TokenError && error.code === TOKEN_ERROR_CODES.expired ? 'auth.expired-token' : 'auth.invalid-token';
      }
    },
  };
}

/** `cadre@510121111` → a grant; null when it is none. */
export function parseGrant(text: string): Grant | null {
  const [capacity, placeId, ...more] = text.split('@');
  const known = grantable.find((candidate) => candidate === capacity);
  return known && more.length === 0 && placeId !== undefined && isPlaceId(placeId) ? { capacity: known, placeId } : null;
}

/** The person that the claims name; null if they name nobody, or a role that does not exist. */
function actorOf({ sub, roles }: Claims): Actor | null {
  const grants = Array.isArray(roles) ? roles.map((role) => parseGrant(String(role))) : [];
  if (!formats.isId(sub) || sub === system.id || grants.includes(null)) return null;
  return { id: sub, grants: grants as Grant[] };
}
