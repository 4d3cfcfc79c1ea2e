import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/* AES-256-GCM (NIST SP 800-38D). Encrypted bytes are nonce (12 bytes), ciphertext and tag (16 bytes). */

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * @param key 32 bytes
 * @param boundTo associated data: decryption needs the same text
 */
export function encrypt(plain: Uint8Array, key: Uint8Array, boundTo: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(boundTo));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error if the bytes were changed, or encrypted with another key or associated data */
export function decrypt(encrypted: Uint8Array, key: Uint8Array, boundTo: string): Buffer {
  const [nonce, tag] = [encrypted.subarray(0, nonceBytes), encrypted.subarray(-tagBytes)];
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(boundTo)).setAuthTag(tag);
  return Buffer.concat([decipher.update(encrypted.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}
