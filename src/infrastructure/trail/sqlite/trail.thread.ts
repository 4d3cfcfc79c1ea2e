import { parentPort, workerData } from 'node:worker_threads';
import { TrailUnreadable } from '../../../application/ports/trail.js';
import { failureOf, isCorrupt } from '../../event-log/sqlite/errors.js';
import { openLogReader } from '../../event-log/sqlite/reader.js';
import { keepTrail } from '../keep.js';
import type { FromTrail, ToTrail, TrailData } from '../thread.js';
import { removeTrail, SqliteTrail } from './store.js';

/*
 * Writes trail.db behind the log, in a thread of its own with its own connections. A message names the damage that a reader found, and is
 * then the reason to make the file anew; null: finish what is being written, close and exit.
 */
const port = parentPort!;
const { folder, ...found } = workerData as Extract<TrailData, { readonly folder: string }>;
const send = (message: FromTrail) => port.postMessage(message);
const log = openLogReader(folder);
const closing = new AbortController();
let store: SqliteTrail | null = null;
/** Why the file cannot be used. */
let { damage } = found;
/** Aborted when damage was found. */
let working = new AbortController();

function open(): SqliteTrail {
  close();
  if (damage !== null) {
    removeTrail(folder);
    send({ madeAnew: damage });
    damage = null;
  }
  return (store = SqliteTrail.create(folder));
}

function close(): void {
  store?.close();
  store = null;
}

port.on('message', (message: ToTrail) => {
  if (message === null) closing.abort();
  else damage = message;
  working.abort();
});

while (!closing.signal.aborted) {
  working = new AbortController();
  await keepTrail({
    log,
    open,
    send,
    onTrouble: (error) => {
      const failure = failureOf(error);
      const isDamage = error instanceof TrailUnreadable || isCorrupt(failure);
      if (isDamage) damage = failure.message;
      return !isDamage;
    },
    signal: working.signal,
  });
}
close();
log.close();
port.close(); // the thread then ends by itself; terminate() during a call of libsql aborts the process
