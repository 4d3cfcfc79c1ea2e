import type { Position } from '../../projections/position.js';
import type { Health } from './event-log.js';

/** The key of this owner was destroyed: nothing can be sealed for it any more. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';
  constructor(readonly owner: string) {
    super(`the key of ${owner} was destroyed`);
  }
}

/** The key of this owner is damaged: nothing can be sealed for it. */
export class KeyDamaged extends Error {
  override readonly name = 'KeyDamaged';
  constructor(readonly owner: string) {
    super(`the key of ${owner} is damaged: put the keys back from a backup`);
  }
}

/** The store of the keys does not answer now. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/**
 * Keys of 32 bytes by owner. Null: the key is missing or damaged, so what it sealed cannot be read. Owners whose key was destroyed are left
 * out.
 */
export type FoundKeys = ReadonlyMap<string, Uint8Array | null>;

/** An event of the log up to which keys and log were compared: the keys that it needs are there, and those that it destroys are gone. */
export interface Compared {
  readonly position: Position;
  readonly eventId: string;
}

/** Reads the keys that personal data is sealed with. The owner of a key is a person, or a thing such as a kept file (`ballotId/…`). */
export interface PersonalKeyReader {
  /** The id of the last event that was in the log when lost keys were given up; absent if none ever were. */
  readonly lostUpTo?: string | undefined;
  /** The keys of these owners. */
  find(owners: Iterable<string>): Promise<FoundKeys>;
  /** Null if they were never compared. An older copy of the keys answers what was noted in it. */
  compared(): Promise<Compared | null>;
}

/** The keys that personal data is sealed with, one for each owner, and the key of the installation. */
export interface PersonalKeys extends PersonalKeyReader {
  /**
   * The keys of these owners; missing ones are created. They are durable when the promise resolves, before an event uses them.
   * @throws KeyDestroyed if one of them was destroyed: it is never created again
   * @throws KeyDamaged if one of them is damaged
   * @throws KeysUnavailable if they cannot be read or made now
   */
  keysOf(owners: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>>;
  /** The owners whose keys were destroyed. */
  destroyed(): Promise<ReadonlySet<string>>;
  /** Those of the owners who have no key, and for whom none was destroyed. */
  lacking(owners: Iterable<string>): Promise<readonly string[]>;
  /** Remembers up to where keys and log were compared. */
  noteCompared(at: Compared): Promise<void>;
  /** Records that keys are lost: what cannot be read in events up to this one is taken for absent, and new keys may be made. */
  giveUp(upToEvent: string): Promise<void>;
  /**
   * Destroys the key of an owner for ever, also if there is none yet. When the promise resolves, this is durable and no file of the
   * adapter holds the key. Doing it again changes nothing, and completes what a crash interrupted.
   */
  destroy(owner: string): Promise<void>;
  /**
   * The HMAC-SHA-256 of a text under the key of the installation, as 64 lower-case hexadecimal digits. A reader of the log who does
   * not have that key cannot test guesses against it.
   */
  hashOf(text: string): string;
  /** `failing`: keys cannot be read or made at present, or some of them were found damaged. */
  health(): Promise<Health>;
}
