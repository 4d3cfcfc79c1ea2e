import { covenant } from '../../../domain/covenant/covenant.js';
import type { Load } from '../../kernel/command.js';

/** The place of a covenant. @throws Refused (404) if there is none with this id */
export const placeOfCovenant = async (load: Load, id: string): Promise<string> =>
  (await load.existing(covenant, id, 'covenant.not-found')).placeId;
