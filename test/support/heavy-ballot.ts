import process from 'node:process';
import type { Declared } from '../../src/domain/platform/counting.js';
import type { Paper } from '../../src/domain/platform/papers.js';

export type HeavyBallot = ReturnType<typeof heavyBallot>;

/**
 * Projects and papers, always the same, that Equal Shares takes long to count: each yuan by which shares are raised buys something
 * else.
 */
function heavyBallot(voters: number, projects: number, budget: number, approval: number) {
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647; // Park and Miller
  const options = Array.from({ length: projects }, (_, i) => ({
    optionId: `p${i}`,
    name: `项目 ${i}`,
    cost: Math.floor(budget * (0.03 + 0.4 * random())),
  }));
  const papers = Array.from({ length: voters }, (): Paper => ({
    approved: options.filter(() => random() < approval).map(({ optionId }) => optionId),
  }));
  return { options, papers, budget };
}

/** Takes seconds to count by Equal Shares, also on a fast machine. */
export const seconds = () => heavyBallot(64, 200, 2_000_000_000, 0.3);
/** Takes minutes. */
export const minutes = () => heavyBallot(200, 300, 10_000_000_000, 0.3);

/** How many threads run beside this one. */
export const threads = (): number => (process.report.getReport() as unknown as { workers: unknown[] }).workers.length;

export const equalShares = { rule: 'equal-shares', completion: 'add1', unit: 100 } as const satisfies Declared['rule'];
