import { destructions } from '../../application/contexts.js';
import { withoutDestroyed } from '../../application/kernel/destroyed-keys.js';
import { Opening } from '../../application/kernel/sealing.js';
import type { StoreReaders } from '../upkeep.js';

/** Opens personal texts for the command line. Whose texts cannot be read is printed on standard error. @throws InvalidKeyFile */
export const openingOf = async ({ log, openKeys }: Pick<StoreReaders, 'log' | 'openKeys'>): Promise<Opening> =>
  new Opening(withoutDestroyed(log, await openKeys(), destructions), ({ why }) => {
    process.stderr.write(`wuwei: ${why}; the texts of this owner are shown as unreadable 此人的内容显示为无法读取\n`);
  });
