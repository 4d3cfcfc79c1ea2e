/** The key of this person was destroyed: nothing can be sealed for them any more. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';
  constructor(readonly personId: string) {
    super(`the key of ${personId} was destroyed`);
  }
}

/** Reads the keys that personal data is sealed with. */
export interface PersonalKeyReader {
  /** The keys of these persons, 32 bytes each. Persons without a key, or whose key was destroyed, are left out. */
  find(personIds: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** The keys that personal data is sealed with, one for each person, and the key of the installation. */
export interface PersonalKeys extends PersonalKeyReader {
  /**
   * The keys of these persons; missing ones are created. They are durable when the promise resolves, before an event uses them.
   * @throws KeyDestroyed if one of them was destroyed: it is never created again
   */
  keysOf(personIds: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
  /**
   * Destroys the key of a person for ever, also if there is none yet. When the promise resolves, this is durable and no file of the
   * adapter holds the key. Doing it again changes nothing, and completes what a crash interrupted.
   */
  destroy(personId: string): Promise<void>;
  /**
   * The HMAC-SHA-256 of a text under the key of the installation, as 64 lower-case hexadecimal digits. A reader of the log who does
   * not have that key cannot test guesses against it.
   */
  hashOf(text: string): string;
}
