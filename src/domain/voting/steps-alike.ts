import type { Purchase } from './market.js';
import { greatestCommonDivisor, type Rational } from './rational.js';
import type { Supporters } from './supporters.js';

/** Money that grows by `rise` per raised unit of the share. */
interface Linear {
  readonly money: bigint;
  readonly rise: bigint;
}

/**
 * How many units the share can be raised at least while the same options are bought in the same order and the same voters pay in full.
 * Until the first change, all money and payments are linear in the share, so the share at which a comparison changes is found by one
 * division. Here an entry of `purses` is money + rise × (raise of the share).
 * @param share what every voter has when these options are bought and ruled out
 */
export function stepsAlike(
  supporters: Supporters,
  costs: readonly number[],
  share: bigint,
  unit: bigint,
  { bought, ruledOut }: Pick<Purchase, 'bought' | 'ruledOut'>,
): bigint {
  const { levels, weights, votes } = supporters;
  const level = new Int32Array(supporters.counts.length).fill(1);
  let purses: Linear[] = [
    { money: 0n, rise: 0n },
    { money: share, rise: 1n },
  ];
  let parts = 1n; // money is in parts of one unit
  let nearest: Rational = { n: costs.reduce((sum, cost) => sum + BigInt(cost), 0n), d: 1n }; // a larger raise buys everything
  const turns = (gap: bigint, closing: bigint) => {
    if (closing > 0n && gap * nearest.d < nearest.n * closing) nearest = { n: gap, d: closing };
  };
  let open = supporters.supported;
  for (const [i, chosen] of [...bought, null].entries()) {
    open = open.filter((option) => !ruledOut[i]!.includes(option));
    const offers: { option: number; of: bigint; pays: bigint; falls: bigint; cost: bigint }[] = [];
    for (const option of open) {
      let n = supporters.gather(option, level, purses.length);
      const cost = BigInt(costs[option]!) * parts;
      let [together, rising] = [0n, 0n];
      for (let k = 0; k < n; k++) {
        together += BigInt(weights[k]!) * purses[levels[k]!]!.money;
        rising += BigInt(weights[k]!) * purses[levels[k]!]!.rise;
      }
      if (together < cost) {
        turns(cost - together, rising);
        continue;
      }
      let [of, pays, falls] = [BigInt(votes[option]!), cost, 0n];
      const poor: Linear[] = [];
      for (let before = -1; before !== n;) {
        before = n;
        const [ofAll, paysAll] = [of, pays];
        for (let k = 0; k < n;) {
          const here = purses[levels[k]!]!;
          if (here.money * ofAll >= paysAll) k++;
          else {
            of -= BigInt(weights[k]!);
            pays -= BigInt(weights[k]!) * here.money;
            falls += BigInt(weights[k]!) * here.rise;
            poor.push(here);
            n--;
            levels[k] = levels[n]!;
            weights[k] = weights[n]!;
          }
        }
      }
      for (const { money, rise } of poor) turns(pays - money * of, rise * of + falls); // those who can pay in full stay able to
      offers.push({ option, of, pays, falls, cost: BigInt(Math.max(costs[option]!, 1)) });
    }
    if (nearest.n <= nearest.d * unit) return 0n;
    if (chosen === null) break;
    const best = offers.find(({ option }) => option === chosen)!;
    for (const other of offers) {
      const [ours, theirs] = [other.of * other.cost, best.of * best.cost];
      turns(other.pays * theirs - best.pays * ours, other.falls * theirs - best.falls * ours);
    }
    open = offers.flatMap(({ option }) => (option === chosen ? [] : [option]));
    const divisor = greatestCommonDivisor(best.of, greatestCommonDivisor(best.pays, best.falls));
    const [payment, fall, finer] = [best.pays / divisor, best.falls / divisor, best.of / divisor];
    parts *= finer;
    purses = purses.map(({ money, rise }) => ({ money: money * finer, rise: rise * finer }));
    const after = new Map<number, number>();
    for (const i of supporters.of[chosen]!) {
      const was = level[i]!;
      let now = after.get(was);
      if (now === undefined) {
        const { money, rise } = purses[was]!;
        now = money >= payment ? purses.push({ money: money - payment, rise: rise + fall }) - 1 : 0;
        after.set(was, now);
      }
      level[i] = now;
    }
  }
  return (nearest.n - 1n) / (nearest.d * unit);
}
