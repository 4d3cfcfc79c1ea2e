import { v7 } from 'uuid';
import { sha256 } from '../domain/shared/sha256.js';

/** A new event id, ordered by time. */
export const newEventId = (): string => v7();

/**
 * A UUID (version 8) that follows from its parts: a retry of the same request comes to the same id.
 * Parts are joined by a character that JSON escapes, so that ('ab', 'c') and ('a', 'bc') differ.
 */
export function derivedId(...parts: readonly string[]): string {
  const digits = sha256(parts.join('\u0000'));
  const variant = ((parseInt(digits.charAt(16), 16) & 3) | 8).toString(16);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
