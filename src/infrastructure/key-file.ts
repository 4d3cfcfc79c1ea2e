import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, unlinkSync, writeFileSync } from 'node:fs';
import { InvalidSecretFile, secretIn } from './secret-file.js';

/** The key file does not hold a key, or it holds the wrong key. */
export class InvalidKeyFile extends InvalidSecretFile {
  override readonly name = 'InvalidKeyFile';
}

/**
 * The key of 32 bytes in a file. A missing file is created with a new key.
 * @param otherwise the error message if the file holds something else
 * @throws InvalidKeyFile
 * @throws InvalidSecretFile if other users can use the file
 */
export function keyIn(file: string, otherwise: string): Buffer {
  if (!existsSync(file)) make(file);
  return existingKeyIn(file, otherwise);
}

/** As `keyIn`, but the file must exist. */
export function existingKeyIn(file: string, otherwise: string): Buffer {
  const text = secretIn(file);
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
