import { existsSync } from 'node:fs';
import type { EventReader } from '../../../application/ports/event-log.js';
import type { TrailReader } from '../../../application/ports/trail.js';
import { beginning } from '../../../projections/position.js';
import { threadFile } from '../../threads.js';
import { startTrailThread, type TrailLogger, type TrailThread } from '../thread.js';
import { SqliteTrailReader } from './reader.js';
import { SqliteTrail, trailFileIn } from './store.js';

export interface OpenTrail extends Pick<TrailThread, 'isFailing' | 'close'> {
  readonly trail: TrailReader;
}

/** Opens `trail.db` of a data folder, and keeps it up to date in a thread of its own. Only for the holder of the folder's lock. */
export async function openSqliteTrail(folder: string, log: Pick<EventReader, 'at' | 'position'>, logger: TrailLogger): Promise<OpenTrail> {
  const isMade = existsSync(trailFileIn(folder));
  const isMissing = !isMade && (await log.position()) > beginning;
  // the thread begins later: if this process ends before, the file would be missing at the next start
  if (!isMade && !isMissing) SqliteTrail.create(folder).close();
  const data = { folder, damage: isMissing ? 'trail.db is missing' : null };
  const thread = startTrailThread(threadFile(import.meta.url, './trail.thread.js'), data, logger);
  const reader = new SqliteTrailReader(folder, log, thread.makeAnew);
  const close = async () => {
    reader.close();
    await thread.close();
  };
  return { trail: reader, isFailing: thread.isFailing, close };
}
