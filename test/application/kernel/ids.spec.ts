import { describe, expect, it } from '@jest/globals';
import { derivedId, newEventId } from '../../../src/application/kernel/ids.js';

describe('ids of events', () => {
  it('are UUIDv7 that follow each other, each other than all before', () => {
    const startedAt = Date.now();
    const ids = Array.from({ length: 20_000 }, newEventId);
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u.test(id))).toBe(true);
    expect(ids.filter((id, i) => i > 0 && id <= ids[i - 1]!)).toEqual([]);
    const times = [ids[0]!, ids.at(-1)!].map((id) => parseInt(id.replace('-', '').slice(0, 12), 16));
    expect(times[0]).toBeGreaterThanOrEqual(startedAt);
    expect(times[1]).toBeLessThanOrEqual(Date.now());
    expect(new Set(ids.map((id) => id.slice(-10))).size).toBeGreaterThan(19_990); // random, and not the same bytes again
  });
});

describe('ids that are derived', () => {
  it('are the same for the same parts, and others for parts that only join alike', () => {
    expect(derivedId('a', 'b')).toBe(derivedId('a', 'b'));
    expect(derivedId('ab', 'c')).not.toBe(derivedId('a', 'bc'));
    expect(derivedId('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  });
});
