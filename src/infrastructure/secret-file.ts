import { readFileSync, type Stats, statSync } from 'node:fs';

/** A file that must hold a secret does not, or cannot be read, or other users can use it. */
export class InvalidSecretFile extends Error {
  override readonly name: string = 'InvalidSecretFile';
}

/**
 * The text of a file that only its owner may use, without the white space around it.
 * @throws InvalidSecretFile
 */
export function secretIn(file: string): string {
  const found = accessing(file, () => statSync(file));
  if (found.isDirectory())
    throw new InvalidSecretFile(`${file} is a folder: give the path of the file in it. ${file} 是目录，请填写其中文件的路径。`);
  assertPrivate(file, found);
  const text = accessing(file, () => readFileSync(file, 'utf8')).trim();
  if (text === '') throw new InvalidSecretFile(`${file} is empty. ${file} 是空文件。`);
  return text;
}

/** Windows has no such mode bits. */
function assertPrivate(file: string, { mode }: Stats): void {
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new InvalidSecretFile(
      `${file} can be used by others than its owner. Run: chmod 600 ${file} 他人可以使用 ${file}，请运行上述命令。`,
    );
}

function accessing<T>(file: string, access: () => T): T {
  try {
    return access();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new InvalidSecretFile(`${file} does not exist. ${file} 不存在。`);
    throw new InvalidSecretFile(`${file} cannot be read (${message}). 无法读取 ${file}。`);
  }
}
