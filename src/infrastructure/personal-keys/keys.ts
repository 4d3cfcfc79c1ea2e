import { randomBytes } from 'node:crypto';
import { hmacSha256 } from '../hmac.js';

/** A new key of 256 bits. */
export const newKey = (): Buffer => randomBytes(32);

/** HMAC-SHA-256 under a key, as 64 lower-case hexadecimal digits. */
export function keyedHash(key: Uint8Array): (text: string) => string {
  const hmac = hmacSha256(key);
  return (text) => hmac(text, 'hex');
}
