import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/* Keys as they are kept: each wrapped by the master key with AES-256-GCM, bound to its owner. */

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

export const newKey = (): Buffer => randomBytes(32);

/** The owner's key, as nonce, ciphertext and tag: 60 bytes. */
export function wrap(key: Uint8Array, owner: string, master: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, master, nonce).setAAD(Buffer.from(owner));
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when another master key wrapped it, or for another owner */
export function unwrap(wrapped: Uint8Array, owner: string, master: Uint8Array): Buffer {
  const [nonce, tag] = [wrapped.subarray(0, nonceBytes), wrapped.subarray(-tagBytes)];
  const decipher = createDecipheriv(algorithm, master, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(owner)).setAuthTag(tag);
  return Buffer.concat([decipher.update(wrapped.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}

export const keyedHash = (text: string, key: Uint8Array): string => createHmac('sha256', key).update(text).digest('hex');
