import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';

/** A key file holds something else, is open to others, or is the wrong one. */
export class InvalidKeyFile extends Error {
  override readonly name = 'UnfitKey';
}

/**
 * The key of 32 bytes in a file, which is made with a new one where it is missing.
 * @param otherwise what to tell where the file holds something else
 * @throws InvalidKeyFile
 */
export function keyIn(file: string, otherwise: string): Buffer {
  if (!existsSync(file)) make(file);
  return existingKeyIn(file, otherwise);
}

/** As `keyIn`, of a file that is there. */
export function existingKeyIn(file: string, otherwise: string): Buffer {
  // who reads it can be anybody; Windows keeps its permissions elsewhere
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw new InvalidKeyFile(`${file} can be used by others than its owner. Run: chmod 600 ${file}`);
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/u.test(text)) throw new InvalidKeyFile(otherwise);
  return Buffer.from(text, 'hex');
}

/** Makes a key, whole from the first moment: a process that ends, or another that begins, meanwhile must not find half of one. */
function make(file: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster: its key holds
  } finally {
    unlinkSync(draft);
  }
}
