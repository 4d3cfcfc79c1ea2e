import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../application/kernel/actor.js';
import { isRevoked, tokenRevocations } from '../../domain/registry/token-revocations.js';
import { county } from '../../domain/shared/place-id.js';
import type { Token } from '../auth/issuer.js';
import type { AppContext } from './app-context.js';
import { Problem } from './problem.js';

const token = Symbol('token');
type Signed = FastifyRequest & { [token]?: Token };
/** A token that was found valid. */
export const tokenOf = (request: Signed): Token | null => request[token] ?? null;
/** Who sends the request; null without a token. */
export const actorOf = (request: FastifyRequest): Actor | null => tokenOf(request)?.actor ?? null;

/**
 * Reads the bearer token; null if there is none. A long-lived stream reads it again, so that an expired or revoked token ends it.
 * @throws Problem (401) if it is not genuine, has expired or was revoked
 */
export async function readToken(request: Signed, { issuer, aggregates }: Pick<AppContext, 'issuer' | 'aggregates'>): Promise<Token | null> {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const text = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
  const verified = text === undefined ? 'auth.invalid-token' : issuer.verify(text);
  const found = verified instanceof Promise ? await verified : verified;
  if (typeof found === 'string') throw new Problem(found);
  request[token] = found;
  const { state: revoked } = await aggregates.load(tokenRevocations, county);
  if (isRevoked(revoked, found.actor.id, found.id)) throw new Problem('auth.revoked-token');
  return found;
}
