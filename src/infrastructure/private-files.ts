import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The data folder holds names, contacts and secret votes: only the user who runs the program may read it. The mode is given where a
 * file is made, since the umask belongs to the whole process. SQLite gives what it makes beside a database the mode of that file.
 */

/** Others can read the data, and that cannot be changed. */
export class DataFolderNotPrivate extends Error {
  override readonly name = 'DataFolderNotPrivate';
}

/** Something that others could read, and its mode then, in octal digits. */
export interface Corrected {
  readonly path: string;
  readonly mode: string;
}

const othersRights = 0o077;
/** Set for folders like /tmp, which all users share. */
const sticky = 0o1000;
/** What the program makes in a data folder, but for the issuer's key and the master key: who could read those may have kept them, so they are refused. */
const ownFiles = /^(?:(?:log|streams|read-models|keys|lock)\.db|owner\.json$)/u;

/** Makes a folder that only its owner may use, and those above it, where they are missing. */
export const makePrivateFolder = (folder: string): void => void mkdirSync(folder, { recursive: true, mode: 0o700 });

/**
 * Makes an empty file that only its owner may use, where there is none. One that is there is not opened: to close it again would end
 * all locks that SQLite holds on it in this process.
 */
export function makePrivateFile(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

/**
 * Takes the rights of other users from a data folder and the files in it.
 * @returns what they had rights to
 * @throws DataFolderNotPrivate when the rights cannot be taken from them
 */
export function closeToOthers(folder: string): readonly Corrected[] {
  if (process.platform === 'win32') return []; // it keeps permissions elsewhere
  if ((statSync(folder).mode & sticky) !== 0)
    throw new DataFolderNotPrivate(
      `${folder} is shared by all users of this machine. Choose a folder of its own with --data, such as ${join(folder, 'wuwei-data')}. ` +
        `${folder} 为本机所有用户共用，请用 --data 另选专用目录。`,
    );
  const files = readdirSync(folder).filter((name) => ownFiles.test(name));
  return [folder, ...files.map((name) => join(folder, name))].flatMap((path) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0; // what was there a moment ago may be gone
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
      `${path} can be used by other users of this machine (mode ${(mode & 0o777).toString(8)}), and this user cannot change that (${(error as Error).message}). ` +
        `Run as its owner: chmod -R go= '${folder}'; or choose another folder with --data. ` +
        '本机其他用户可以读取数据，且当前用户无权更改。请以文件所有者身份运行上述命令，或用 --data 另选目录。',
    );
  }
}
