import { parentPort } from 'node:worker_threads';
import { type BallotCount, countBallot } from '../../domain/platform/counting.js';

/*
 * Counts ballots, one after another. A message is a BallotCount as JSON. It keeps no state and never calls libsql, so it may be ended at
 * any time.
 */
const port = parentPort!;
port.on('message', (count: string) => port.postMessage(countBallot(JSON.parse(count) as BallotCount)));
