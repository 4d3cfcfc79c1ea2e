import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { positionOf } from '../../src/projections/position.js';
import { KeyDestroyed, type PersonalKeys } from '../../src/application/ports/personal-keys.js';

export interface OpenedKeys {
  readonly keys: PersonalKeys;
  /** The same keys, as another process reads them or the next start finds them. */
  readonly again: () => Promise<PersonalKeys>;
  readonly close: () => Promise<void> | void;
}

/** What every keeper of keys must do. `open` gives one without any keys. */
export function personalKeysContract(subject: string, open: () => Promise<OpenedKeys> | OpenedKeys): void {
  describe(`personal keys: ${subject}`, () => {
    let opened: OpenedKeys;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('makes a key of 32 bytes for each person, once, also when many ask at the same time', async () => {
      const asked = await Promise.all(Array.from({ length: 20 }, () => opened.keys.keysOf(['cai', 'wei'])));
      for (const found of asked) expect(found).toEqual(asked[0]);
      const [cai, wei] = [asked[0]!.get('cai')!, asked[0]!.get('wei')!];
      expect([cai.length, wei.length, Buffer.compare(cai, wei) === 0]).toEqual([32, 32, false]);
      expect((await opened.keys.keysOf(['wei'])).get('wei')).toEqual(wei);
    });

    it('finds the keys that there are, and makes none', async () => {
      const { keys } = opened;
      expect(await keys.find(['cai'])).toEqual(new Map([['cai', null]]));
      const made = await keys.keysOf(['cai']);
      expect(await keys.find(['wei', 'cai'])).toEqual(new Map([['wei', null], ...made]));
      expect(await keys.find([])).toEqual(new Map());
    });

    it('keeps keys and the hash of requests beyond its end', async () => {
      const made = await opened.keys.keysOf(['cai']);
      const hash = opened.keys.hashOf('蔡新周 13800000000');
      const again = await opened.again();
      expect(await again.find(['cai'])).toEqual(made);
      expect(again.hashOf('蔡新周 13800000000')).toBe(hash);
    });

    it('destroys the key of one person: it is found no more and never made again, and the others stay', async () => {
      const made = await opened.keys.keysOf(['cai', 'wei']);
      await opened.keys.destroy('cai');
      const left = new Map([['wei', made.get('wei')!]]);
      const isGone = async (keys: PersonalKeys) => {
        expect(await keys.find(['cai', 'wei'])).toEqual(left);
        expect(await keys.destroyed()).toEqual(new Set(['cai']));
        await expect(keys.keysOf(['wei', 'cai'])).rejects.toEqual(new KeyDestroyed('cai'));
        expect(await keys.keysOf(['wei'])).toEqual(left);
      };
      await isGone(opened.keys);
      await opened.keys.destroy('cai');
      await isGone(opened.keys);
      const again = await opened.again();
      await isGone(again);
      await again.destroy('cai');
      await isGone(again);
    });

    it('destroys before there is a key, and while one is made', async () => {
      await opened.keys.destroy('cai');
      await expect(opened.keys.keysOf(['cai'])).rejects.toEqual(new KeyDestroyed('cai'));
      const making = opened.keys.keysOf(['wei', 'li']).catch((error: unknown) => error);
      await opened.keys.destroy('wei');
      await making;
      await expect(opened.keys.keysOf(['wei'])).rejects.toEqual(new KeyDestroyed('wei'));
      expect([...(await opened.keys.keysOf(['li'])).keys()]).toEqual(['li']);
      expect(await (await opened.again()).find(['cai', 'wei'])).toEqual(new Map());
    });

    it('tells who lacks a key: neither who has one nor whose key was destroyed', async () => {
      await opened.keys.keysOf(['cai', 'wei']);
      await opened.keys.destroy('wei');
      expect(await opened.keys.lacking(['li', 'cai', 'wei', 'zhao'])).toEqual(['li', 'zhao']);
      expect(await opened.keys.lacking([])).toEqual([]);
    });

    it('remembers up to where it was compared with the log, beyond its end', async () => {
      let { keys } = opened;
      expect(await keys.compared()).toBeNull();
      for (const at of [
        { position: positionOf(7), eventId: 'seventh' },
        { position: positionOf(9_007_199_254_740_990), eventId: 'last' },
        { position: positionOf(3), eventId: 'of a restored log' },
      ]) {
        await keys.noteCompared(at);
        expect(await keys.compared()).toEqual(at);
        keys = await opened.again();
        expect(await keys.compared()).toEqual(at);
      }
    });

    it('remembers the last event before which lost keys were given up, beyond its end', async () => {
      let { keys } = opened;
      expect(keys.lostUpTo).toBeUndefined();
      for (const [given, last] of [
        ['event-5', 'event-5'],
        ['event-9', 'event-9'],
        ['event-7', 'event-9'],
      ]) {
        await keys.giveUp(given!);
        expect(keys.lostUpTo).toBe(last);
        keys = await opened.again();
        expect(keys.lostUpTo).toBe(last);
      }
    });

    it('tells that it works', async () => {
      expect(await opened.keys.health()).toBe('well');
      await opened.keys.keysOf(['cai']);
      await opened.keys.destroy('cai');
      expect(await opened.keys.health()).toBe('well');
    });

    it('hashes under a key of the installation: another gives another hash', async () => {
      const other = await open();
      const hash = opened.keys.hashOf('蔡新周');
      expect([hash, opened.keys.hashOf('蔡新周')]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/u), hash]);
      expect(other.keys.hashOf('蔡新周')).not.toBe(hash);
      await other.close();
    });
  });
}
