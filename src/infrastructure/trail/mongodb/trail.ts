import { connectMongo } from '../../read-models/mongodb/connection.js';
import { threadFile } from '../../threads.js';
import type { OpenTrail } from '../sqlite/trail.js';
import { startTrailThread, type TrailLogger } from '../thread.js';
import { MongoTrail } from './store.js';

interface MongoTrailOptions {
  readonly eventstore: string;
  readonly mongodb: string;
  readonly logger: TrailLogger;
  /** False: this process only reads what others write. */
  readonly writes: boolean;
  /** Milliseconds after which the work of a process that was killed goes to another. */
  readonly leaseMs: number;
}

/** Opens the index of the audit trail in MongoDB. One process at a time keeps it up to date, in a thread of its own. */
export async function openMongoTrail({ eventstore, mongodb, logger, writes, leaseMs }: MongoTrailOptions): Promise<OpenTrail> {
  const { db, close: disconnect } = await connectMongo(mongodb);
  const entry = threadFile(import.meta.url, './trail.thread.js');
  const thread = writes ? startTrailThread(entry, { eventstore, mongodb, leaseMs }, logger) : null;
  const close = async () => {
    await thread?.close();
    await disconnect();
  };
  return { trail: new MongoTrail(db), isFailing: () => thread?.isFailing() ?? false, close };
}
