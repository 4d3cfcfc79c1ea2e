/* What upkeep.ts and engine-upkeep.ts have in common. */

import type { EventReader } from '../application/ports/event-log.js';
import type { PersonalKeyReader } from '../application/ports/personal-keys.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { StoredKeys } from './personal-keys/stored-keys.js';
import type { StoreSettings } from './store-settings.js';

/** Where an installation is kept: in a data folder, or in engines. */
export type Place = Pick<StoreSettings, 'folder' | 'engines' | 'masterKeyFile'>;

/** The stores, open for reading while a server may write them. */
export interface StoreReaders {
  readonly log: EventReader;
  readonly readModels: Pick<ReadModels, 'get' | 'list' | 'atLeast'>;
  /** Opens the keys, for those who may see personal data. @throws InvalidKeyFile */
  readonly openKeys: () => Promise<PersonalKeyReader>;
  readonly close: () => Promise<void>;
}

/** An installation that is copied. */
export interface CopySource {
  readonly log: EventReader;
  readonly keys: StoredKeys;
  readonly close: () => Promise<void>;
}

/** Does what needs something that is open, and closes that after an error. */
export async function closingAfterError<T>(close: () => Promise<void>, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await close();
    throw error;
  }
}
