import { rmSync, statSync } from 'node:fs';
import Database from 'libsql';
import { LogUnavailable } from '../../../application/ports/event-log.js';
import { readModelsFileIn } from '../../read-models/sqlite/store.js';
import { readOnly } from './connection.js';
import { indexFileIn } from './index-file.js';
import { logFileIn } from './log-file.js';

/** A file that is derived from the log, and the position up to which the log had been read. */
const marks = [
  { fileIn: indexFileIn, sql: 'SELECT max(position) FROM checkpoint' },
  { fileIn: readModelsFileIn, sql: 'SELECT max(position) FROM projections' },
];

export const isEmptyFile = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;

/**
 * Checks that no events were lost at the end of the log. Call it before writing: lost positions would be given to new events.
 * @param end position of the last event, 0 if the log is empty
 * @throws LogUnavailable if a derived file of the folder has read the log beyond `end`
 */
export function assertNothingWasLost(folder: string, end: number): void {
  for (const { fileIn, sql } of marks) {
    const reached = positionIn(fileIn(folder), sql);
    if (reached > end) {
      const log = logFileIn(folder);
      const [what, zh] =
        end === 0
          ? [`${log} is missing or empty`, '日志 log.db 缺失或为空']
          : [
              `${log} ends at position ${end} (its write-ahead log was deleted or cut short, or it is an older copy)`,
              `日志 log.db 止于第 ${end} 位（预写日志被删除或截断，或此为旧备份）`,
            ];
      throw new LogUnavailable(
        `${what}, but ${fileIn(folder)} was made from a log that had reached position ${reached}. Restore log.db from a copy; or, ` +
          `to continue without the missing events, run \`wuwei serve --accept-loss\` once. ` +
          `${zh}，但此目录曾记录到第 ${reached} 位。请以备份恢复 log.db；若确认接受缺失，请运行一次 wuwei serve --accept-loss。`,
      );
    }
  }
}

/** Accepts the loss, so that the log continues from its end. The read models are recognised as of another log and built again. */
export function acceptLoss(folder: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(indexFileIn(folder) + end, { force: true });
}

/** The checkpoint; 0 if there is no file or it cannot be read: it is then built again from the log in any case. */
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
