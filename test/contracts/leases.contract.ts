import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Leases } from '../../src/application/ports/leases.js';

export interface OpenedLeases {
  readonly leases: Leases;
  /** Ends the holder without releasing anything, and opens the leases again, as another process does. */
  readonly restart: () => Promise<Leases> | Leases;
  /** Lets the time pass, in milliseconds; null for leases that do not run out. */
  readonly pass: ((ms: number) => void) | null;
  readonly close: () => Promise<void> | void;
}

/** What all leases must do. `open` gives new ones, none of which is held. */
export function leasesContract(subject: string, open: () => Promise<OpenedLeases> | OpenedLeases): void {
  describe(`leases: ${subject}`, () => {
    let opened: OpenedLeases;
    let leases: Leases;
    beforeEach(async () => {
      opened = await open();
      ({ leases } = opened);
    });
    afterEach(() => opened.close());

    it('given many who ask at the same time, when a lease is free, then one gets it', async () => {
      const given = await Promise.all(Array.from({ length: 20 }, () => leases.acquire('names@1')));
      expect(given.filter((lease) => lease !== null)).toEqual([{ name: 'names@1', epoch: 1 }]);
    });

    it('given a lease that is held, when others are asked for, then they are given', async () => {
      await leases.acquire('names@1');
      expect(await leases.acquire('names@2')).toEqual({ name: 'names@2', epoch: 1 });
    });

    it('given a lease that was released, when it is given again, then with a higher epoch', async () => {
      for (const epoch of [1, 2, 3]) {
        const lease = await leases.acquire('runner');
        expect(lease).toEqual({ name: 'runner', epoch });
        expect(await leases.renew(lease!)).toBe(true);
        await leases.release(lease!);
        expect(await leases.renew(lease!)).toBe(false);
      }
    });

    it('given leases that are held and one that was released, when the held ones are asked for, then they are named', async () => {
      const other = await opened.restart();
      for (const name of ['names@1', 'names@2', 'runner']) await leases.acquire(name);
      await leases.release({ name: 'names@2', epoch: 1 });
      expect([...(await leases.held())].sort()).toEqual(['names@1', 'runner']);
      if (opened.pass === null) return expect(leases.lastsMs).toBe(Infinity);
      expect([...(await other.held())].sort()).toEqual(['names@1', 'runner']);
      opened.pass(leases.lastsMs + 1);
      expect([...(await other.held())]).toEqual([]);
    });

    it('given a holder that lost its lease, when it renews or releases, then the new holder keeps it', async () => {
      const first = (await leases.acquire('runner'))!;
      await leases.release(first);
      const second = (await leases.acquire('runner'))!;
      await leases.release(first);
      expect([await leases.renew(first), await leases.renew(second), await leases.acquire('runner')]).toEqual([false, true, null]);
    });

    it('given a holder that ended, when the lease is given again, then with a higher epoch', async () => {
      const first = (await leases.acquire('runner'))!;
      const again = await opened.restart();
      opened.pass?.(again.lastsMs);
      const second = (await again.acquire('runner'))!;
      expect(second.epoch).toBeGreaterThan(first.epoch);
      expect([await again.renew(first), await again.renew(second)]).toEqual([false, true]);
    });

    it('given a lease that runs out, when it is not renewed in time, then the next one who asks gets it', async () => {
      if (opened.pass === null) return expect(leases.lastsMs).toBe(Infinity);
      const first = (await leases.acquire('runner'))!;
      opened.pass(leases.lastsMs * 0.6);
      expect(await leases.renew(first)).toBe(true);
      opened.pass(leases.lastsMs * 0.6);
      expect(await leases.acquire('runner')).toBeNull();
      opened.pass(leases.lastsMs * 0.6);
      const second = await leases.acquire('runner');
      expect(second).toEqual({ name: 'runner', epoch: first.epoch + 1 });
      expect(await leases.renew(first)).toBe(false);
    });
  });
}
