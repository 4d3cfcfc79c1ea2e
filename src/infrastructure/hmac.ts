import { hash } from 'node:crypto';

const blockBytes = 64;

/** Computes the HMAC-SHA-256 of the UTF-8 bytes of a text under one key. */
export type Hmac = (text: string, encoding: 'hex' | 'base64url') => string;

/**
 * HMAC-SHA-256 (RFC 2104) by two one-shot hashes. Node's `createHmac` makes an object for each text, which costs several times as much
 * with the garbage that it leaves.
 * @param key at most 64 bytes
 */
export function hmacSha256(key: Uint8Array): Hmac {
  if (key.length > blockBytes) throw new RangeError(`a key of ${key.length} bytes would have to be hashed first`);
  const padded = (byte: number) => Buffer.alloc(blockBytes, byte).map((pad, i) => pad ^ (key[i] ?? 0));
  const [inner, outer] = [padded(0x36), padded(0x5c)];
  return (text, encoding) => {
    const digest = hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'binary');
    return hash('sha256', Buffer.concat([outer, Buffer.from(digest, 'binary')]), encoding);
  };
}
