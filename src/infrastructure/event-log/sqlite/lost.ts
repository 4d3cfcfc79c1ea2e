import { statSync } from 'node:fs';
import Database from 'libsql';
import { LogUnavailable } from '../../../application/ports/event-log.js';
import { readModelsFileIn } from '../../read-models/sqlite/store.js';
import { readOnly } from './connection.js';
import { indexFileIn } from './index-file.js';
import { logFileIn } from './log-file.js';

/** What is made from the log, and how far the log had come then. */
const marks = [
  { fileIn: indexFileIn, sql: 'SELECT max(position) FROM checkpoint' },
  { fileIn: readModelsFileIn, sql: 'SELECT max(position) FROM projections' },
];

export const isEmptyFile = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;

/**
 * To be asked before an empty log is begun: positions would begin again at 1, and what was recorded would seem never to have been.
 * An older copy of the log, put back on purpose, is another matter: it holds events, and all else is made anew from it.
 * @throws LogUnavailable when the folder holds what was made from a log with events
 */
export function assertNoLogWasLost(folder: string): void {
  for (const { fileIn, sql } of marks) {
    const reached = positionIn(fileIn(folder), sql);
    if (reached > 0) {
      throw new LogUnavailable(
        `${logFileIn(folder)} is missing or empty, but ${fileIn(folder)} was made from a log that had come to position ${reached}. Restore log.db from a copy; or, to begin with an empty log, move streams.db* and read-models.db* out of the folder. ` +
          `日志 log.db 缺失或为空，但此目录曾记录到第 ${reached} 位。请以备份恢复 log.db；若要从空日志重新开始，请先移走 streams.db* 和 read-models.db*。`,
      );
    }
  }
}

/** 0 where there is none, or none that can be read: it is made anew from the log whatever that holds. */
function positionIn(file: string, sql: string): number {
  if (isEmptyFile(file)) return 0;
  let db: Database.Database | undefined;
  try {
    db = new Database(readOnly(file), { timeout: 5000 });
    return (db.prepare(sql).raw().get() as [number | null])[0] ?? 0;
  } catch {
    return 0;
  } finally {
    db?.close();
  }
}
