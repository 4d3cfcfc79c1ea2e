import { accessSync, constants, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { failureOf } from '../../event-log/sqlite/errors.js';
import { readModelsFileIn, SqliteProjectionStore } from './store.js';

/** Read models that were found damaged, and kept under another name. */
export interface SetAside {
  readonly file: string;
  readonly keptAs: string;
  readonly reason: string;
}

/** Files up to this size, in bytes, are read as a whole at the start: it takes 40 ms. Damage of a larger one is met later. */
const checkedWhole = 20_000_000;
/** What says nothing about the content of the file. */
const notDamage = /^(?:SQLITE_(?:BUSY|LOCKED|FULL|IOERR(?!_SHORT_READ)|NOMEM|CANTOPEN|INTERRUPT)|E[A-Z]+$)/u;

/** Says that damage was met while a server ran. */
const noteIn = (folder: string): string => `${readModelsFileIn(folder)}.damaged`;

/** Leaves a note for the next start, which sets the read models aside. */
export function noteDamage(folder: string, reason: string): void {
  try {
    writeFileSync(noteIn(folder), reason, { mode: 0o600 });
  } catch {
    // the disk refuses: then the damage is met again
  }
}

/**
 * Makes the read models of a folder where there are none. Damaged ones are set aside first, and not deleted: all of it is made anew
 * from the log. Only for whoever holds the folder's lock.
 * @returns what was set aside; null where all is well
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

/** Whether the system lets this user write it: then it is the file that says otherwise. */
function isWritable(...paths: readonly string[]): boolean {
  try {
    for (const path of paths) accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
