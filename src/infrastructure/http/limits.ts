import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Token } from '../auth/issuer.js';
import type { HttpSettings } from '../settings.js';
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
  write(token: Token): void;
  /** Whether a refusal of this request may still be logged. */
  isLogged(request: FastifyRequest): Promise<boolean>;
}

const remembered = 5_000;

/** Counts by key, within a minute that begins with the first count. Every command is counted: the plugin would take 4 µs of it. */
class Counts {
  private readonly minutes = new LRUCache<string, { count: number; readonly endsAt: number }>({ max: remembered });

  constructor(private readonly most: number) {}

  /** Counts once more. @returns in how many seconds it may be done again; 0 if that is now */
  take(key: string): number {
    const now = performance.now();
    let current = this.minutes.get(key);
    if (current === undefined || current.endsAt <= now) {
      current = { count: 0, endsAt: now + minute };
      this.minutes.set(key, current);
    }
    current.count++;
    return current.count > this.most ? Math.ceil((current.endsAt - now) / 1000) : 0;
  }
}

export async function limitsOf(instance: FastifyInstance, { wrongTokens, writes }: HttpSettings): Promise<Limits> {
  await instance.register(rateLimit, { global: false, cache: remembered });
  const limit = (max: number, keyGenerator?: (request: FastifyRequest) => string) =>
    instance.createRateLimit({ max, timeWindow: minute, ...(keyGenerator && { keyGenerator }) });
  const isWithin = async (take: ReturnType<typeof limit>, request: FastifyRequest) => {
    const taken = await take(request);
    return taken.isAllowed || !taken.isExceeded;
  };
  const [ofWrongTokens, ofWrites] = [limit(wrongTokens), new Counts(writes)];
  const [ofOneAddress, inAll] = [limit(logged.ofOneAddress), limit(logged.inAll, () => 'all')];
  return {
    wrongToken: async (request) => {
      const taken = await ofWrongTokens(request);
      if (!taken.isAllowed && taken.isExceeded) throw tooMany(taken.ttlInSeconds);
    },
    write: ({ id }) => {
      const seconds = ofWrites.take(id);
      if (seconds > 0) throw tooMany(seconds);
    },
    isLogged: async (request) => (await isWithin(ofOneAddress, request)) && isWithin(inAll, request),
  };
}

const tooMany = (seconds: number): Problem => new Problem('request.too-many', { with: { seconds } });
