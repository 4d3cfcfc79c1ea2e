import type { EventReader } from '../../../application/ports/event-log.js';
import type { Checked, OnReplay } from '../../../application/projecting/rebuild.js';
import { lockFolder } from '../../event-log/sqlite/lock.js';
import { openLogReader } from '../../event-log/sqlite/reader.js';
import { checkIndex, make, stateOf, type TrailState } from '../maintenance.js';
import { removeTrail, SqliteTrail } from './store.js';

/** How far the index of the audit trail of a folder has come. Changes nothing in the folder. */
export const trailState = (folder: string): Promise<TrailState> => withFiles(folder, stateOf);

/** Makes the index of the audit trail again from the whole log. No server may be running. @throws DataFolderInUse if one is */
export async function rebuildTrail(folder: string, onReplay: OnReplay): Promise<TrailState> {
  const unlock = lockFolder(folder);
  try {
    const log = openLogReader(folder);
    removeTrail(folder);
    const trail = SqliteTrail.create(folder);
    try {
      return await make(log, trail, onReplay);
    } finally {
      trail.close();
      log.close();
    }
  } finally {
    unlock();
  }
}

/** Compares the index with the log (`checkIndex`). A server may be running. */
export const checkTrail = (folder: string, onReplay: OnReplay): Promise<Checked | null> =>
  withFiles(folder, async (log, trail) => {
    const unpin = trail?.pin();
    try {
      return await checkIndex(log, trail, onReplay);
    } finally {
      unpin?.();
    }
  });

async function withFiles<T>(folder: string, work: (log: EventReader, trail: SqliteTrail | null) => Promise<T>): Promise<T> {
  const log = openLogReader(folder);
  try {
    const trail = SqliteTrail.existing(folder);
    try {
      return await work(log, trail);
    } finally {
      trail?.close();
    }
  } finally {
    log.close();
  }
}
