/** Reads the keys that personal data is sealed with. */
export interface PersonalKeyReader {
  /** The keys of these persons, 32 bytes each. Persons without a key are left out. */
  find(personIds: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** The keys that personal data is sealed with, one for each person, and the key of the installation. */
export interface PersonalKeys extends PersonalKeyReader {
  /** The keys of these persons; missing ones are created. They are durable when the promise resolves, before an event uses them. */
  keysOf(personIds: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
  /**
   * The HMAC-SHA-256 of a text under the key of the installation, as 64 lower-case hexadecimal digits. A reader of the log who does
   * not have that key cannot test guesses against it.
   */
  hashOf(text: string): string;
}
