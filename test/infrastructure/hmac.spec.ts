import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hmacSha256 } from '../../src/infrastructure/hmac.js';

describe('hmacSha256', () => {
  it('is the HMAC of node:crypto, for every key of at most 64 bytes and every text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string({ unit: 'binary', maxLength: 300 }), (key, text) => {
        const hmac = hmacSha256(key);
        for (const encoding of ['hex', 'base64url'] as const) {
          expect(hmac(text, encoding)).toBe(createHmac('sha256', key).update(text).digest(encoding));
        }
      }),
    );
  });

  it('refuses a longer key', () => {
    expect(() => hmacSha256(new Uint8Array(65))).toThrow('a key of 65 bytes would have to be hashed first');
  });
});
