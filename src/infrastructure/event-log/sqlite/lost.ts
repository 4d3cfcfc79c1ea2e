import { rmSync, statSync } from 'node:fs';
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
 * To be asked before a log is written: positions behind its end would be given out again, and what was recorded there would seem never
 * to have been.
 * @param end the position of its last event, 0 where there is none
 * @throws LogUnavailable when the folder holds what was made from a log that had come further
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
        `${what}, but ${fileIn(folder)} was made from a log that had come to position ${reached}. Restore log.db from a copy; or, to go on without what is missing, run \`wuwei serve --accept-loss\` once. ` +
          `${zh}，但此目录曾记录到第 ${reached} 位。请以备份恢复 log.db；若确认接受缺失，请运行一次 wuwei serve --accept-loss。`,
      );
    }
  }
}

/**
 * Lets the log go on from its end though more was recorded: the read models are found to be of another log, and made anew, by who runs
 * them.
 */
export function acceptLoss(folder: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(indexFileIn(folder) + end, { force: true });
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
