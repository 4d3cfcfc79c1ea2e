import { accessSync, constants, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { failureOf } from '../../event-log/sqlite/errors.js';
import { readModelsFileIn, SqliteProjectionStore } from './store.js';

/** Damaged read models that were kept under another name. */
export interface SetAside {
  readonly file: string;
  readonly keptAs: string;
  readonly reason: string;
}

/** Files up to this size, in bytes, are read completely at the start, which takes 40 ms. Damage in larger files is found later. */
const checkedWhole = 20_000_000;
/** Errors that say nothing about the content of the file. */
const notDamage = /^(?:SQLITE_(?:BUSY|LOCKED|FULL|IOERR(?!_SHORT_READ)|NOMEM|CANTOPEN|INTERRUPT)|E[A-Z]+$)/u;

/** Name of the note that damage was found while a server ran. */
const noteIn = (folder: string): string => `${readModelsFileIn(folder)}.damaged`;

/** Leaves a note, so that the next start sets the read models aside. */
export function noteDamage(folder: string, reason: string): void {
  try {
    writeFileSync(noteIn(folder), reason, { mode: 0o600 });
  } catch {
    // the disk cannot be written: the damage will be found again
  }
}

/**
 * Creates the read models of a folder if missing. Damaged ones are first renamed, not deleted; everything is then built again from the
 * log. Only for the holder of the folder's lock.
 * @returns the renamed file; null if nothing was damaged
 */
export async function readyReadModels(folder: string): Promise<SetAside | null> {
  const file = readModelsFileIn(folder);
  const reason = existsSync(file) ? await damageOf(folder, file) : null;
  let setAside: SetAside | null = null;
  if (reason !== null) {
    const keptAs = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/gu, '-')}`;
    for (const ending of ['', '-wal', '-shm']) if (existsSync(file + ending)) renameSync(file + ending, keptAs + ending);
    setAside = { file, keptAs, reason };
  }
  rmSync(noteIn(folder), { force: true });
  new SqliteProjectionStore(file).close();
  return setAside;
}

async function damageOf(folder: string, file: string): Promise<string | null> {
  if (existsSync(noteIn(folder))) return readFileSync(noteIn(folder), 'utf8');
  const { size } = statSync(file);
  if (size === 0) return 'it is empty';
  let store: SqliteProjectionStore | undefined;
  try {
    store = new SqliteProjectionStore(file);
    await store.assertReadable(size <= checkedWhole);
    return null;
  } catch (error) {
    const { code, message } = failureOf(error);
    if (notDamage.test(code) || (code.startsWith('SQLITE_READONLY') && !isWritable(folder, file))) throw error;
    return message.replaceAll('\n', ' ');
  } finally {
    store?.close();
  }
}

/** Whether this user may write the file. If so, "read-only" errors come from damage of the file. */
function isWritable(...paths: readonly string[]): boolean {
  try {
    for (const path of paths) accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
