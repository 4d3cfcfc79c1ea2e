import { renovation } from '../../../domain/renovation/renovation.js';
import type { Load } from '../../kernel/command.js';

/** The place of a renovation. @throws Refused (404) if there is none with this id */
export const placeOfRenovation = async (load: Load, id: string): Promise<string> =>
  (await load.existing(renovation, id, 'renovation.not-found')).placeId;
