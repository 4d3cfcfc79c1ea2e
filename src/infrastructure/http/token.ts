import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../application/kernel/actor.js';
import type { Token } from '../auth/issuer.js';
import type { AppContext } from './app-context.js';
import { Problem } from './problem.js';

const token = Symbol('token');
type Signed = FastifyRequest & { [token]?: Token };
/** A token that was found valid. */
export const tokenOf = (request: Signed): Token | null => request[token] ?? null;
/** Who sends the request; null without a token. */
export const actorOf = (request: FastifyRequest): Actor | null => tokenOf(request)?.actor ?? null;

/** The scheme of the Authorization header (RFC 6750 2.1). Its letters may be of either case (RFC 9110 11.1). */
const scheme = 'bearer ';

/**
 * Reads the bearer token; null if there is none. A long-lived stream reads it again, so that an expired or revoked token ends it.
 * @throws Problem (401) if it is not genuine, has expired or was revoked
 */
export async function readToken(
  request: Signed,
  { issuer, revocations }: Pick<AppContext, 'issuer' | 'revocations'>,
): Promise<Token | null> {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const isBearer = authorization.slice(0, scheme.length).toLowerCase() === scheme;
  const verified = isBearer ? issuer.verify(authorization.slice(scheme.length)) : 'auth.invalid-token';
  const found = verified instanceof Promise ? await verified : verified;
  if (typeof found === 'string') throw new Problem(found);
  request[token] = found;
  if (await revocations.isRevoked(found.actor.id, found.id, { isRead: request.method === 'GET' })) throw new Problem('auth.revoked-token');
  return found;
}
