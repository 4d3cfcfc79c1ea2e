import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The data folder holds names, contacts and secret votes: only the user who runs the program may read it. The mode is given when a file is
 * created, because the umask is shared by the whole process. SQLite gives files beside a database the mode of the database.
 */

/** Other users can read the data, and this cannot be changed. */
export class DataFolderNotPrivate extends Error {
  override readonly name = 'DataFolderNotPrivate';
}

/** A path that others could read, and its former mode in octal digits. */
export interface Corrected {
  readonly path: string;
  readonly mode: string;
}

const othersRights = 0o077;
/** The sticky bit: set for folders like /tmp, which all users share. */
const sticky = 0o1000;
/**
 * Files that the program makes in a data folder. The issuer's key and the master key are not among them: if other users could read those,
 * they may have copied them, so such a key is refused.
 */
const ownFiles = /^(?:(?:log|streams|read-models|trail|keys|lock)\.db|owner\.json$)/u;

/** Creates a folder that only its owner may use, and missing folders above it. */
export const makePrivateFolder = (folder: string): void => void mkdirSync(folder, { recursive: true, mode: 0o700 });

/**
 * Creates an empty file that only its owner may use, if missing. An existing file is not opened: closing it again would release all locks
 * that SQLite holds on it in this process.
 */
export function makePrivateFile(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

/**
 * Removes the access of other users to a data folder and its files.
 * @returns the paths that they had access to
 * @throws DataFolderNotPrivate if the access cannot be removed
 */
export function closeToOthers(folder: string): readonly Corrected[] {
  if (process.platform === 'win32') return []; // Windows has no such mode bits
  if ((statSync(folder).mode & sticky) !== 0)
    throw new DataFolderNotPrivate(
      `${folder} is shared by all users of this machine. Choose a folder of its own with --data, such as ${join(folder, 'wuwei-data')}. ` +
        `${folder} 为本机所有用户共用，请用 --data 另选专用目录。`,
    );
  const files = readdirSync(folder).filter((name) => ownFiles.test(name));
  return [folder, ...files.map((name) => join(folder, name))].flatMap((path) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0; // the file may have been removed meanwhile
    if ((mode & othersRights) === 0) return [];
    close(path, mode & 0o7777, folder);
    return { path, mode: (mode & 0o777).toString(8) };
  });
}

function close(path: string, mode: number, folder: string): void {
  try {
    chmodSync(path, mode & ~othersRights);
  } catch (error) {
    throw new DataFolderNotPrivate(
      `${path} can be used by other users of this machine (mode ${(mode & 0o777).toString(8)}), and this user cannot change that (` +
        `${(error as Error).message}). ` +
        `Run as its owner: chmod -R go= '${folder}'; or choose another folder with --data. ` +
        '本机其他用户可以读取数据，且当前用户无权更改。请以文件所有者身份运行上述命令，或用 --data 另选目录。',
    );
  }
}
