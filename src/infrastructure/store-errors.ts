/* Errors of the stores, in a file of their own: every command needs them, and loading the stores takes 0.1 s. */

import { failureOf, isCorrupt } from './event-log/sqlite/errors.js';

export { DataFolderInUse } from './event-log/sqlite/lock.js';

/** What an error of a store means to the user, if it is not one of the application's; null if the error is none of a store. */
export function storeErrorText(error: Error): string | null {
  const failure = failureOf(error); // log and lock throw their own errors, so a raw SQLite error is from the read models
  if (!failure.code.startsWith('SQLITE_')) return null;
  const remedy = isCorrupt(failure)
    ? ' The file is damaged, but nothing is lost: the next start of the server renames it and rebuilds the read models from the log. ' +
      '文件已损坏，但没有丢失内容：服务器下次启动时会将其改名，并由日志重建。'
    : '';
  return `read-models.db: ${error.message} (${failure.code}).${remedy}`;
}
