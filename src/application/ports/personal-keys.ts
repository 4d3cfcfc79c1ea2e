/** Reads the keys that personal data is sealed with. */
export interface PersonalKeyReader {
  /** The keys of these persons, 32 bytes each. Who has none is left out. */
  find(personIds: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** The keys that personal data is sealed with, one for each person, and the key of the installation. */
export interface PersonalKeys extends PersonalKeyReader {
  /** The keys of these persons, made where there are none. They are durable when this answers: what is sealed can be opened again. */
  keysOf(personIds: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
  /**
   * The HMAC-SHA-256 of a text under the key of the installation, as 64 lower-case hexadecimal digits. Who reads the log, but does not
   * hold that key, cannot test guesses against it.
   */
  hashOf(text: string): string;
}
