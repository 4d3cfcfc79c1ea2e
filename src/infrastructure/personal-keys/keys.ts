import { createHmac, randomBytes } from 'node:crypto';

/** A new key of 256 bits. */
export const newKey = (): Buffer => randomBytes(32);

/** HMAC-SHA-256 as 64 lower-case hexadecimal digits. */
export const keyedHash = (text: string, key: Uint8Array): string => createHmac('sha256', key).update(text).digest('hex');
