import { LogCorrupt, LogTakenOver, LogUnavailable } from '../../../application/ports/event-log.js';
import { noLongerThere, takenOver } from './writer.js';

/** An error as a thread sends it: error objects lose their class and code in messages. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** SQLite's primary result codes by number. libsql names few extended codes; their low byte is the primary code. */
const primary: Readonly<Record<number, string>> = { 5: 'BUSY', 8: 'READONLY', 10: 'IOERR', 11: 'CORRUPT', 13: 'FULL', 14: 'CANTOPEN' };

/** libsql's error as plain data. Errors from its constructor have SQLite's code in their text only. */
export function failureOf(error: unknown): Failure {
  const { code, message, rawCode } = error as { code?: unknown; message?: unknown; rawCode?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  if (typeof rawCode === 'number' && String(code).startsWith('UNKNOWN_SQLITE_ERROR'))
    return { code: `SQLITE_${primary[rawCode & 0xff] ?? rawCode}`, message: text };
  if (typeof code === 'string' && code !== '') return { code, message: text };
  return { code: text.includes('Unable to open') ? 'SQLITE_CANTOPEN' : 'UNKNOWN', message: text };
}

export const isCorrupt = ({ code }: Failure): boolean => code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';

const forbidden =
  'It cannot be written: give this user the right to write the folder and its files, or mount it writable, then try again. ' +
  '无法写入：请给予当前用户写入此目录及其文件的权限，或以可写方式挂载，然后再试。';
const remedies: readonly (readonly [codes: RegExp, remedy: string])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/u, 'The disk is full: free space, then send it again. 磁盘已满：请腾出空间后重新发送。'],
  [/^(SQLITE_READONLY|EACCES|EPERM|EROFS)/u, forbidden],
  [
    /^SQLITE_CANTOPEN/u,
    'It cannot be opened: see that the folder exists and that this user may read and write it and its files. ' +
      '无法打开：请确认目录存在，且当前用户可以读写该目录及其文件。',
  ],
  [
    /^SQLITE_BUSY/u,
    'Another program holds it locked: end that program, then send it again. 另一程序锁定了此文件：请结束该程序后重新发送。',
  ],
  [
    /^SQLITE_IOERR/u,
    'The disk refused: see the system log, free space and quotas, then send it again. 磁盘拒绝读写：请查看系统日志、剩余空间和配额，然后重新发送。',
  ],
];

/** The port's error for a failure of SQLite: names the file and says what to do. */
export function explain(failure: Failure, file: string): LogCorrupt | LogUnavailable {
  if (failure.code === takenOver)
    return new LogTakenOver(
      `${file}: another process has taken over the data folder (lock.db was removed while this process ran). This request was not ` +
        'recorded, and this process writes nothing more: end it. ' +
        '另一个进程已接管此数据目录（运行中 lock.db 被删除）。本次没有记录，本进程不再写入，请结束本进程。',
    );
  if (failure.code === noLongerThere)
    return new LogUnavailable(
      `${file} was moved, removed or replaced while this process had it open: this request was not recorded. Put it back, or end ` +
        'this process and restore it from a copy. ' +
        '此文件在运行中被移动、删除或替换，本次没有记录。请放回原处，或结束本进程并以备份恢复。',
    );
  const what = `${file}: ${failure.message} (${failure.code}).`;
  if (isCorrupt(failure)) {
    return new LogCorrupt(
      `${what} The file is damaged: keep it as it is, check the disk, and restore it from a copy; \`sqlite3 ${file} .recover\` ` +
        'saves what can be read. ' +
        `文件已损坏：请保持原样，检查磁盘，并以副本恢复；sqlite3 ${file} .recover 可取出尚能读取的内容。`,
    );
  }
  const remedy = remedies.find(([codes]) => codes.test(failure.code))?.[1];
  return new LogUnavailable(remedy ? `${what} ${remedy}` : what);
}

/** Runs an action on a file and maps its errors to those of the port. */
export function explaining<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LogCorrupt || error instanceof LogUnavailable) throw error;
    throw explain(failureOf(error), file);
  }
}
