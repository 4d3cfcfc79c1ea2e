import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient, eventTypeFilter, jsonEvent, NO_STREAM, START } from '@eventstore/db-client';
import { MongoClient } from 'mongodb';
import { allProjections } from '../src/application/contexts.js';
import { type EventLog, noStream, type NewEvent } from '../src/application/ports/event-log.js';
import type { Write } from '../src/application/ports/projection-store.js';
import { startProjector } from '../src/application/projecting/projector.js';
import { openEventStoreLog } from '../src/infrastructure/event-log/eventstoredb/log.js';
import { openLogReader } from '../src/infrastructure/event-log/sqlite/reader.js';
import { connectMongo } from '../src/infrastructure/read-models/mongodb/connection.js';
import { MongoProjectionStore } from '../src/infrastructure/read-models/mongodb/store.js';
import { MemoryLeases } from '../src/infrastructure/read-models/memory/leases.js';
import { makeMasterKey } from '../src/infrastructure/upkeep.js';
import { beginning, type Position } from '../src/projections/position.js';
import { type Figure, spread } from './figures.js';
import { fill, type Scene } from './fill.js';
import type { HttpOptions } from './http.js';
import { type Load, type Server, startLoad, startServer } from './processes.js';
import { writeLog } from './projections.js';

/*
 * Wuwei on the engines, each figure beside what it is compared with on the same server, in turns. The servers are those of
 * WUWEI_TEST_EVENTSTORE, which must be empty, and WUWEI_TEST_MONGODB.
 */

interface Engines {
  readonly eventstore: string;
  readonly mongodb: string;
}

const inFlight = 64;
const [type, toldType] = ['BenchAppended', 'BenchTold'];

interface EnginesOptions extends HttpOptions {
  readonly quick: boolean;
}

export async function measureEngines(options: EnginesOptions): Promise<Figure[]> {
  const { WUWEI_TEST_EVENTSTORE: eventstore, WUWEI_TEST_MONGODB: server } = process.env;
  if (!eventstore || !server) throw new Error('name the servers by WUWEI_TEST_EVENTSTORE and WUWEI_TEST_MONGODB');
  const mongodb = server.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/u, `$1/bench-${randomUUID()}`);
  const log = openEventStoreLog(eventstore);
  const isEmpty = (await log.position()) === beginning;
  await log.close(); // the end of one client of EventStoreDB disturbs the others of its process: there is one at a time
  if (!isEmpty) throw new Error('WUWEI_TEST_EVENTSTORE must be an empty server');
  try {
    return [
      ...(await votes(options, { eventstore, mongodb })),
      ...(await appendsAndSubscription(options, eventstore)),
      ...(await catchUp(options, mongodb)),
    ];
  } finally {
    const client = await MongoClient.connect(mongodb);
    await client.db().dropDatabase();
    await client.close();
  }
}

/** Votes a second, each of a voter of its own. */
async function cast(load: Load, { url }: Server, scene: Scene, connections: number, seconds: number): Promise<number> {
  const prepared = Math.ceil(seconds * 6_000);
  const votesUrl = `${url}/v1/contests/${scene.contestId}/votes`;
  return (await load.run({ url: votesUrl, method: 'POST', connections, seconds, votes: { scene, prepared } }, 201)).rate;
}

async function votes({ root, rounds, seconds, profile }: HttpOptions, engines: Engines): Promise<Figure[]> {
  const embedded = await fill(join(root, `embedded-${Date.now()}`), 0);
  const folder = join(root, `engines-${Date.now()}`);
  mkdirSync(folder, { mode: 0o700 });
  makeMasterKey(folder);
  const alive = setInterval(() => undefined, 1000); // what waits for the engines does not keep a process alive
  const onEngines = await fill(folder, 0, engines);
  clearInterval(alive);
  const loads = [await startLoad(), await startLoad()] as const;
  const seen = { embedded: [] as number[], engines: [] as number[], one: [] as number[], two: [] as number[], cpu: [] as number[] };
  try {
    const servers = [await startServer(embedded.folder), await startServer(folder, profile, engines)] as const;
    for (let round = -1; round < rounds; round++) {
      const [ofEmbedded, ofEngines] = [
        await cast(loads[0], servers[0], embedded, inFlight, seconds),
        await cast(loads[0], servers[1], onEngines, inFlight, seconds),
      ];
      if (round < 0) continue; // warm up
      seen.embedded.push(ofEmbedded);
      seen.engines.push(ofEngines);
    }
    for (const server of servers) await server.end();

    const [projector, first, second] = [
      await startServer(folder, undefined, engines, 'projector'),
      await startServer(folder, undefined, engines, 'api'),
      await startServer(folder, undefined, engines, 'api'),
    ];
    for (let round = -1; round < rounds; round++) {
      const before = await first.stats();
      const begun = performance.now();
      const one = await cast(loads[0], first, onEngines, inFlight, seconds);
      const cpu = (await first.stats()).cpuMilliseconds - before.cpuMilliseconds;
      const answers = (one * (performance.now() - begun)) / 1000;
      const both = await Promise.all([first, second].map((server, i) => cast(loads[i]!, server, onEngines, inFlight / 2, seconds)));
      if (round < 0) continue;
      seen.one.push(one);
      seen.two.push(both[0]! + both[1]!);
      seen.cpu.push(cpu / answers);
    }
    for (const server of [first, second, projector]) await server.end();
  } finally {
    for (const load of loads) await load.end();
  }
  const ratio = (of: readonly number[], to: readonly number[]) => spread(of.map((rate, round) => rate / to[round]!));
  return [
    { what: 'POST …/votes, 64 connections, data folder', unit: 'requests/s', measured: spread(seen.embedded) },
    { what: 'POST …/votes, 64 connections, EventStoreDB and MongoDB, one process', unit: 'requests/s', measured: spread(seen.engines) },
    { what: '– to the data folder', unit: 'ratio', measured: ratio(seen.engines, seen.embedded), bar: { atLeast: 0.5 } },
    { what: 'POST …/votes, 64 connections to one API process, a projector beside it', unit: 'requests/s', measured: spread(seen.one) },
    { what: '– CPU time of the API process for one vote', unit: 'ms', measured: spread(seen.cpu) },
    { what: 'POST …/votes, 32 connections to each of two API processes', unit: 'requests/s', measured: spread(seen.two) },
    { what: '– to one API process', unit: 'ratio', measured: ratio(seen.two, seen.one) },
  ];
}

function newVote(): NewEvent {
  const now = new Date().toISOString();
  return {
    id: randomUUID(),
    type,
    schemaVersion: 1,
    occurredAt: now,
    recordedAt: now,
    data: JSON.stringify({ contestId: 'c2026', entryId: randomUUID(), placeId: '510121111219', note: 'x'.repeat(150) }),
    meta: JSON.stringify({ actor: randomUUID(), correlation: randomUUID(), key: randomUUID() }),
  };
}

/** Appends a second by 64 callers, each to streams of its own. */
async function callers(milliseconds: number, append: (stream: string, event: NewEvent) => Promise<unknown>): Promise<number> {
  let done = 0;
  const begun = performance.now();
  const caller = async () => {
    while (performance.now() - begun < milliseconds) {
      await append(`bench-${randomUUID()}`, newVote());
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return (done * 1000) / (performance.now() - begun);
}

async function appendsAndSubscription({ rounds, seconds, quick }: EnginesOptions, eventstore: string): Promise<Figure[]> {
  const client = EventStoreDBClient.connectionString(eventstore.replace(/^kurrentdb(?=[:+])/u, 'esdb'));
  const log = openEventStoreLog(eventstore);
  const begin = await log.position();
  const bare = (stream: string, { id, data, meta }: NewEvent) =>
    client.appendToStream(
      stream,
      jsonEvent({ id, type, data: JSON.parse(data) as Record<string, string>, metadata: JSON.parse(meta) as Record<string, string> }),
      { expectedRevision: NO_STREAM },
    );
  const own = (stream: string, event: NewEvent) => log.append(stream, noStream, [event]);
  const seen = { bare: [] as number[], own: [] as number[], bareRead: [] as number[], ownRead: [] as number[] };
  for (let round = -1; round < rounds; round++) {
    // each is first in every other round: the server slows down when it writes its index
    const order = [bare, own];
    if (round % 2 === 0) order.reverse();
    for (const append of order) {
      const rate = await callers(seconds * 1000, append);
      if (round >= 0) seen[append === bare ? 'bare' : 'own'].push(rate);
    }
  }
  const wanted = inFlight * (quick ? 50 : 400);
  for (let written = 0; written < wanted; written += inFlight)
    await Promise.all(Array.from({ length: inFlight }, () => own(`bench-${randomUUID()}`, { ...newVote(), type: toldType })));
  for (let round = -1; round < rounds; round++) {
    const [ofBare, ofOwn] = [await subscribedBare(client, wanted), await subscribed(log, begin, wanted)];
    if (round < 0) continue;
    seen.bareRead.push(ofBare);
    seen.ownRead.push(ofOwn);
  }
  await log.close();
  await client.dispose();
  const ratio = (of: readonly number[], to: readonly number[]) => spread(of.map((rate, round) => rate / to[round]!));
  return [
    { what: 'append, 64 in flight, the bare client', unit: 'events/s', measured: spread(seen.bare) },
    { what: 'append, 64 in flight, the adapter', unit: 'events/s', measured: spread(seen.own) },
    { what: '– to the bare client', unit: 'ratio', measured: ratio(seen.own, seen.bare), bar: { atLeast: 0.8 } },
    { what: `subscription to ${wanted.toLocaleString('en')} events, the bare client`, unit: 'events/s', measured: spread(seen.bareRead) },
    { what: `subscription to ${wanted.toLocaleString('en')} events, the adapter`, unit: 'events/s', measured: spread(seen.ownRead) },
    { what: '– to the bare client', unit: 'ratio', measured: ratio(seen.ownRead, seen.bareRead), bar: { atLeast: 0.8 } },
  ];
}

async function subscribedBare(client: EventStoreDBClient, wanted: number): Promise<number> {
  const begun = performance.now();
  const subscription = client.subscribeToAll({ fromPosition: START, filter: eventTypeFilter({ regex: `^${toldType}$` }) });
  let told = 0;
  for await (const { event } of subscription) if (event && ++told === wanted) break;
  return (wanted * 1000) / (performance.now() - begun);
}

async function subscribed(log: EventLog, begin: Position, wanted: number): Promise<number> {
  const stop = new AbortController();
  const begun = performance.now();
  let told = 0;
  for await (const { events } of log.subscribe(begin, { types: [toldType] }, stop.signal)) {
    told += events.length;
    if (told >= wanted) break;
  }
  stop.abort();
  return (wanted * 1000) / (performance.now() - begun);
}

/** After each page that the projector has committed, a bare loop writes the same rows and the checkpoint by the same kind of bulk. */
async function catchUp({ rounds, root, quick }: EnginesOptions, mongodb: string): Promise<Figure[]> {
  const events = quick ? 5_000 : 20_000;
  const folder = join(root, `catch-up-${Date.now()}`);
  mkdirSync(folder, { mode: 0o700 });
  writeLog(folder, events);
  const seen = { own: [] as number[], bare: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const { db, close } = await connectMongo(mongodb.replace('/bench-', `/bench-${round}-`));
    const reader = openLogReader(folder);
    const store = await MongoProjectionStore.open(db);
    let bareTime = 0;
    const commit = store.commit.bind(store);
    const bareWrite = async ({ build, rows, position }: Write) => {
      const collection = db.collection<{ _id: string; row: string | null; position: number }>(`bare_${build}`);
      if (rows.length > 0)
        await collection.bulkWrite(
          rows.map(({ key, row, position: at }) => ({
            replaceOne: { filter: { _id: key, position: { $lt: at } }, replacement: { row, position: at }, upsert: true },
          })),
          { ordered: false },
        );
      await db
        .collection<{ _id: string; position: number }>('bare_builds')
        .updateOne({ _id: build }, { $set: { position } }, { upsert: true });
    };
    // one at a time, so that each time is that of one of the two
    let turn = Promise.resolve();
    store.commit = async (write: Write) => {
      turn = turn.then(async () => {
        await commit(write);
        const begun = performance.now();
        await bareWrite(write);
        bareTime += performance.now() - begun;
      });
      await turn;
    };
    const begun = performance.now();
    let trouble: unknown = null;
    const projector = await startProjector({
      log: reader,
      store,
      leases: new MemoryLeases(),
      projections: allProjections,
      onCommit: () => undefined,
      onTrouble: (error) => ((trouble = error), sleep(1000)),
    });
    while (trouble === null && projector.builds().some(({ position, failure }) => position < events && !failure)) await sleep(5);
    const time = performance.now() - begun - bareTime;
    await projector.close();
    reader.close();
    await db.dropDatabase();
    await close();
    if (trouble !== null) throw trouble as Error;
    seen.own.push((events * 1000) / time);
    seen.bare.push((events * 1000) / bareTime);
  }
  return [
    { what: 'catching up on the log into MongoDB with all projections', unit: 'events/s', measured: spread(seen.own) },
    { what: 'a bare loop that writes the same rows and checkpoints', unit: 'events/s', measured: spread(seen.bare) },
    {
      what: '– the first to the second',
      unit: 'ratio',
      measured: spread(seen.own.map((rate, round) => rate / seen.bare[round]!)),
      bar: { atLeast: 0.6 },
    },
  ];
}
