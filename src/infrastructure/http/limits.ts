import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpSettings } from '../settings.js';
import { tokenOf } from './token.js';
import { Problem } from './problem.js';

const minute = 60_000;
/** Refusals that are logged per minute, per address and in total, so that an attacker cannot fill the disk with log lines. */
const logged = { ofOneAddress: 20, inAll: 300 };

/**
 * Limits per minute. The counters are in memory, so a restart clears them. At most 5,000 addresses or tokens are remembered; those that
 * were not seen for longest are dropped.
 */
export interface Limits {
  /** Counts an invalid token, by the address that sent it. @throws Problem (429) */
  wrongToken(request: FastifyRequest): Promise<void>;
  /** Counts a command, by its token. @throws Problem (429) */
  write(request: FastifyRequest): Promise<void>;
  /** Whether a refusal of this request may still be logged. */
  isLogged(request: FastifyRequest): Promise<boolean>;
}

export async function limitsOf(instance: FastifyInstance, { wrongTokens, writes }: HttpSettings): Promise<Limits> {
  await instance.register(rateLimit, { global: false });
  const limit = (max: number, keyGenerator?: (request: FastifyRequest) => string) =>
    instance.createRateLimit({ max, timeWindow: minute, ...(keyGenerator && { keyGenerator }) });
  const demand = (take: ReturnType<typeof limit>) => async (request: FastifyRequest) => {
    const taken = await take(request);
    if (!taken.isAllowed && taken.isExceeded) throw new Problem('request.too-many', { with: { seconds: taken.ttlInSeconds } });
  };
  const isWithin = async (take: ReturnType<typeof limit>, request: FastifyRequest) => {
    const taken = await take(request);
    return taken.isAllowed || !taken.isExceeded;
  };
  const [ofOneAddress, inAll] = [limit(logged.ofOneAddress), limit(logged.inAll, () => 'all')];
  return {
    wrongToken: demand(limit(wrongTokens)),
    write: demand(limit(writes, (request) => tokenOf(request)?.id ?? request.ip)),
    isLogged: async (request) => (await isWithin(ofOneAddress, request)) && isWithin(inAll, request),
  };
}
