import type { Wuwei, WuweiOptions } from './assembly.js';
import { closeToOthers, makePrivateFolder } from './private-files.js';
import { does } from './settings.js';
import { openStores } from './stores.js';

export type { Wuwei, WuweiOptions } from './assembly.js';

/**
 * Opens a data folder and everything that runs on it. The modules of the application are loaded while the stores open, which wait for their
 * threads: this file must not load them earlier.
 * @throws DataFolderInUse if another process has it open
 * @throws DataFolderNotPrivate if other users can read it
 * @throws LogUnavailable if events were lost and that is not accepted
 * @throws InvalidKeyFile if a key file is missing or is not the one that belongs to the log
 */
export async function openWuwei(options: WuweiOptions): Promise<Wuwei> {
  const { folder, logger, role = 'all' } = options;
  makePrivateFolder(folder);
  const corrected = closeToOthers(folder);
  if (corrected.length > 0)
    logger.warn(
      { corrected },
      'other users of this machine could read the data: their access was removed 本机其他用户曾可读取数据，现已收回权限',
    );
  const opening = openStores({ ...options, projects: does(role, 'projector'), opensKeys: role !== 'projector' });
  const [stores, { assemble }] = await Promise.all([opening, import('./assembly.js')]);
  try {
    return await assemble(stores, options);
  } catch (error) {
    await stores.close();
    throw error;
  }
}
