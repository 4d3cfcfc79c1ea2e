import { randomUUID, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { Actor } from '../../application/kernel/actor.js';
import { type Grant, system } from '../../application/kernel/actor.js';
import { grantable } from '../../domain/shared/capacity.js';
import { formats } from '../../domain/shared/fields.js';
import { isPlaceId } from '../../domain/shared/place-id.js';
import { settings } from '../settings.js';
import { hmacSha256, type Hmac } from '../hmac.js';
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
  const signatureOf = hmacSha256(key);
  return {
    issue: ({ id, grants }, expiresInSeconds) => {
      if (expiresInSeconds > longestLife) throw new RangeError(`a token is valid for at most ${longestDays} days`);
      const now = Math.floor(Date.now() / 1000);
      const claims: Claims = {
        sub: id,
        roles: grants.map((grant) => `${grant.capacity}@${grant.placeId}`),
        jti: randomUUID(),
        aud: audience,
        iat: now,
        exp: now + expiresInSeconds,
      };
      const signed = firstPart + encoded(claims);
      return `${signed}.${signatureOf(signed, 'base64url')}`;
    },
    verify: (text) => {
      const claims = genuineClaims(text, signatureOf);
      const actor = claims && actorOf(claims);
      if (!claims || !actor) return 'auth.invalid-token';
      const expires = Math.min(claims.exp, claims.iat + longestLife);
      return expires * 1000 > Date.now() ? { id: claims.jti, actor } : 'auth.expired-token';
    },
  };
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** What every token begins with. It names the algorithm; no other is accepted. */
const firstPart = `${encoded({ alg: 'HS256', typ: 'JWT' })}.`;

/** The claims of a token; null if it was not signed with this key (RFC 7515, 5.2), or lacks a claim. */
function genuineClaims(text: string, signatureOf: Hmac): Claims | null {
  const end = text.lastIndexOf('.');
  const [signed, signature] = [text.slice(0, end), Buffer.from(text.slice(end + 1))];
  const expected = Buffer.from(signatureOf(signed, 'base64url'));
  if (!signed.startsWith(firstPart) || signature.length !== expected.length || !timingSafeEqual(signature, expected)) return null;
  const claims = JSON.parse(Buffer.from(signed.slice(firstPart.length), 'base64url').toString()) as Partial<Claims>;
  const isComplete = claims.aud === audience && formats.isId(claims.jti) && Number.isInteger(claims.iat) && Number.isInteger(claims.exp);
  return isComplete ? (claims as Claims) : null;
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
