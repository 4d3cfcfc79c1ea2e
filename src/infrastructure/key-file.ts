import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';

/** The key file does not hold a key, other users can read it, or it holds the wrong key. */
export class InvalidKeyFile extends Error {
  override readonly name = 'InvalidKeyFile';
}

/**
 * The key of 32 bytes in a file. A missing file is created with a new key.
 * @param otherwise the error message if the file holds something else
 * @throws InvalidKeyFile
 */
export function keyIn(file: string, otherwise: string): Buffer {
  if (!existsSync(file)) make(file);
  return existingKeyIn(file, otherwise);
}

/** As `keyIn`, but the file must exist. */
export function existingKeyIn(file: string, otherwise: string): Buffer {
  const found = statSync(file);
  if (found.isDirectory())
    throw new InvalidKeyFile(`${file} is a folder: give the path of the key file in it. ${file} 是目录，请填写其中密钥文件的路径。`);
  // other users must not read the key; Windows has no such mode bits
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    throw new InvalidKeyFile(`${file} can be used by others than its owner. Run: chmod 600 ${file}`);
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/u.test(text)) throw new InvalidKeyFile(otherwise);
  return Buffer.from(text, 'hex');
}

/** Creates the key file in one step: a crash, or another process that starts at the same time, must never find half a key. */
function make(file: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster: its key is used
  } finally {
    unlinkSync(draft);
  }
}
