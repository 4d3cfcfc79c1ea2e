import type { EventReader } from '../../../application/ports/event-log.js';
import type { Checked, OnReplay } from '../../../application/projecting/rebuild.js';
import { underLeases } from '../../../application/projecting/under-leases.js';
import type { Mongo } from '../../read-models/mongodb/connection.js';
import { MongoLeases } from '../../read-models/mongodb/leases.js';
import { checkIndex, make, stateOf, type TrailState } from '../maintenance.js';
import { MongoTrail, trailLease } from './store.js';

type Db = Mongo['db'];

export const trailState = (log: EventReader, db: Db): Promise<TrailState> => stateOf(log, new MongoTrail(db));

/** Makes the index of the audit trail again from the whole log. @throws ProjectionInUse if a server writes it */
export const rebuildTrail = (log: EventReader, db: Db, onReplay: OnReplay): Promise<TrailState> =>
  underLeases(new MongoLeases(db), [trailLease], async () => {
    const trail = new MongoTrail(db);
    await trail.prepare();
    await trail.clear();
    return make(log, trail, onReplay);
  });

/** Compares the index with the log (`checkIndex`). @throws ProjectionInUse if a server writes it */
export const checkTrail = (log: EventReader, db: Db, onReplay: OnReplay): Promise<Checked | null> =>
  underLeases(new MongoLeases(db), [trailLease], () => checkIndex(log, new MongoTrail(db), onReplay));
