import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import { sha256 } from '../../domain/shared/sha256.js';

/** Random bytes are fetched for this many ids at once, because one call per id is slow. */
const pool = new Uint8Array(16 * 256);
let used = pool.length;
let [millisecond, sequence] = [0, 0];

/** A new event id (UUIDv7), greater than all earlier ids of this process: within a millisecond a counter starts at a random value. */
export function newEventId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += 16));
  const now = Date.now();
  if (now > millisecond) [millisecond, sequence] = [now, ((random[6]! << 16) | (random[7]! << 8) | random[8]!) >>> 0];
  else sequence++;
  return v7({ random, msecs: millisecond, seq: sequence });
}

/**
 * A UUID (version 8) that is derived from its parts, so that a retry of the same request gets the same id.
 * The separator is a character that JSON escapes, so that ('ab', 'c') and ('a', 'bc') differ.
 */
export function derivedId(...parts: readonly string[]): string {
  const digits = sha256(parts.join('\u0000'));
  const variant = ((parseInt(digits.charAt(16), 16) & 3) | 8).toString(16);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
