import { exec } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { allProjections } from '../../src/application/contexts.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import { check } from '../../src/application/projecting/rebuild.js';
import { openEventStoreLog } from '../../src/infrastructure/event-log/eventstoredb/log.js';
import { connectMongo } from '../../src/infrastructure/read-models/mongodb/connection.js';
import { MemoryProjectionStore } from '../../src/infrastructure/read-models/memory/store.js';
import { MongoProjectionStore } from '../../src/infrastructure/read-models/mongodb/store.js';
import { actor, official } from '../support/application.js';
import { withEngine } from '../support/engines.js';
import { installation, type Installation, type Process } from '../support/processes.js';
import { proxyTo, type Proxy } from '../support/proxy.js';
import { until } from '../support/until.js';
import { courtyard, village } from '../system/life.js';

/*
 * Several processes on the engines: killed, stopped, cut off from an engine. `WUWEI_TEST_ROUNDS` (3) says how often something is killed,
 * `WUWEI_TEST_AWAY` (5) for how many seconds an engine is away. `WUWEI_TEST_EVENTSTORE_KILL` is a shell command that kills the event store
 * with SIGKILL and starts it again on the same files; without it the event store is not killed.
 */

jest.setTimeout(600_000);
const rounds = Number(process.env['WUWEI_TEST_ROUNDS'] ?? 3);
const awayMs = 1000 * Number(process.env['WUWEI_TEST_AWAY'] ?? 5);
const killEventStore = process.env['WUWEI_TEST_EVENTSTORE_KILL'] ?? '';
const callers = 8;
const resident = (id: string) => actor(id, { capacity: 'resident', placeId: courtyard });
const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

withEngine('WUWEI_TEST_EVENTSTORE', (eventstore) => {
  withEngine('WUWEI_TEST_MONGODB', (mongodb) => {
    const log = openEventStoreLog(eventstore);
    let begin: Awaited<ReturnType<typeof log.position>>;
    let one: Installation;
    let toLog: Proxy;
    let toRows: Proxy;
    beforeAll(async () => {
      begin = await log.position();
      one = await installation(eventstore, mongodb);
      const of = (connection: string) => new URL(connection.replace(/^[\w+]+:/u, 'http:'));
      toLog = await proxyTo(Number(of(eventstore).port), of(eventstore).hostname);
      toRows = await proxyTo(Number(of(one.connection).port), of(one.connection).hostname);
    });
    afterAll(async () => {
      await one.close();
      await Promise.all([toLog.close(), toRows.close(), log.close()]);
    });
    const throughProxies = () => ({
      eventstore: eventstore.replace(/(?<=\/\/[^/]*)[^/@]+:\d+/u, `127.0.0.1:${toLog.port}`),
      mongodb: one.connection.replace(/(?<=\/\/[^/]*)[^/@]+:\d+/u, `127.0.0.1:${toRows.port}`),
    });

    /** What an official does must succeed. */
    const done = async (node: Process, path: string, body: object) => {
      const { status, body: answer } = await one.post(node, path, body, official);
      expect([path, [200, 201].includes(status) ? 'done' : answer]).toEqual([path, 'done']);
      return answer;
    };
    /** A contest with entries, and how many votes each voter has. */
    async function contest(node: Process, entries: number, votesPerVoter: number, votingUntil = days(2)) {
      for (const [placeId, name, level] of [
        ['510121', '金堂县', 'county'],
        ['510121111', '金龙镇', 'town'],
        [village, '谢杨坝村', 'village'],
        [courtyard, '蔡家大院', 'courtyard'],
        ...Array.from({ length: 14 }, (_, n) => [`${village}.${n + 20}`, `${n}院`, 'compound']),
      ])
        await one.post(node, 'places', { placeId, name, level }, official);
      const { id } = await done(node, 'contests', {
        placeId: village,
        category: 'compound',
        title: '最美小区',
        entriesUntil: votingUntil,
        votingFrom: days(-1),
        votingUntil,
        votesPerVoter,
        formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['earlier-entry'] },
      });
      let position = 0;
      for (let n = 0; n < entries; n++)
        ({ position } = await done(node, `contests/${id}/entries`, { placeId: `${village}.${n + 20}`, label: `${n}院` }));
      const read = () => one.get(node, `v1/contests/${id}/entries?atLeast=${position}&limit=100`);
      await until(async () => (await read()).status === 200); // a projector that has just begun reads the whole log
      const ids: string[] = (await read()).body.items.map(({ entryId }: { entryId: string }) => entryId);
      for (const entryId of ids) ({ position } = await done(node, `contests/${id}/screenings`, { entryId, decision: 'accepted' }));
      return { id: id as string, entries: ids, position };
    }
    type Contest = Awaited<ReturnType<typeof contest>>;

    /** Votes that were acknowledged, by voter. */
    class Voting {
      readonly acknowledged = new Map<string, { readonly position: number; readonly event: string }>();
      /** Answers that were not 201. */
      readonly others = new Map<string, number>();
      private voters = 0;
      constructor(
        private readonly held: Contest,
        private readonly name: string,
      ) {}

      /** Sends the vote of a voter until it is acknowledged, each time with the same key and to any node that there is. */
      async vote(voter: string, nodes: () => readonly Process[]): Promise<void> {
        for (let n = 0; ; n++) {
          const there = nodes();
          const body = { entryId: this.held.entries[voter.length % this.held.entries.length] };
          const node = there[(n + voter.length) % there.length];
          const answer =
            node &&
            (await one.post(node, `contests/${this.held.id}/votes`, body, resident(voter), { 'idempotency-key': voter }).catch(() => null));
          if (answer?.status === 201) {
            this.acknowledged.set(voter, { position: answer.body.position, event: answer.body.events[0].id });
            return;
          }
          const what = answer ? `${answer.status} ${answer.body.code}` : 'no answer';
          this.others.set(what, (this.others.get(what) ?? 0) + 1);
          await sleep(20);
        }
      }

      /** Votes with several callers until it is over. */
      async load(nodes: () => readonly Process[], isOver: () => boolean): Promise<void> {
        await Promise.all(
          Array.from({ length: callers }, async () => {
            while (!isOver()) await this.vote(`${this.name}-${++this.voters}`, nodes);
          }),
        );
      }

      /** Each acknowledged vote stands in the log once, where it was said, and nothing else does. */
      async expectInLog(): Promise<void> {
        const prefix = `contestVote-${this.held.id}.`;
        const votes: StoredEvent[] = [];
        for await (const { events } of log.readAll(begin, { types: ['VoteCast'] }))
          votes.push(...events.filter(({ stream }) => stream.startsWith(prefix)));
        const inLog = votes.map(({ stream, id, position }) => [stream.slice(prefix.length), id, position]).sort();
        expect(inLog).toEqual([...this.acknowledged].map(([voter, { event, position }]) => [voter, event, position]).sort());
      }

      async expectInRanking(node: Process): Promise<void> {
        const last = Math.max(...[...this.acknowledged.values()].map(({ position }) => position));
        const read = () => one.get(node, `v1/contests/${this.held.id}/ranking?atLeast=${last}`);
        await until(async () => (await read().catch(() => ({ status: 0 }))).status === 200); // an engine may have been away
        const { body } = await read();
        expect(body.items.reduce((sum: number, { votes }: { votes: number }) => sum + votes, 0)).toBe(this.acknowledged.size);
      }
    }

    /** The rows of every projection are those that a replay of the log gives. */
    async function expectRowsOfLog(): Promise<void> {
      const { db, close } = await connectMongo(one.connection);
      try {
        const checked = await check(log, await MongoProjectionStore.open(db), new MemoryProjectionStore(), allProjections, () => undefined);
        expect(checked.map(({ name, difference, failure, foreign }) => ({ name, difference, failure, foreign }))).toEqual(
          allProjections.map(({ name }) => ({ name, difference: null, failure: null, foreign: null })),
        );
      } finally {
        await close();
      }
    }
    const caughtUp = async (node: Process) => {
      const end = await log.position();
      await until(async () => {
        const { body } = await one.get(node, 'health/ready');
        return body.projections?.length > 0 && body.projections.every((one: { position: number }) => one.position >= end);
      });
    };

    describe('two API nodes', () => {
      let nodes: Process[];
      beforeAll(async () => {
        nodes = [await one.serve('api'), await one.serve('api')];
        expect((await one.get(nodes[0]!, 'v1/contests')).body.code).toBe('read-models.unavailable'); // nobody has built them
        nodes.push(await one.serve('projector'));
        await until(async () => (await one.get(nodes[0]!, 'health/ready')).status === 200);
      });
      afterAll(async () => {
        for (const node of nodes) await node.stop();
      });

      it('given a voter, when 200 votes of theirs go through both at once, then exactly the limit stands', async () => {
        const limit = 5;
        const { id, entries } = await contest(nodes[0]!, 12, limit);
        const voter = resident('voter-of-many');
        const answers = await Promise.all(
          Array.from({ length: 200 }, (_, n) =>
            one.post(nodes[n % 2]!, `contests/${id}/votes`, { entryId: entries[(n * 7) % entries.length] }, voter, {
              'idempotency-key': `many-${n}`,
            }),
          ),
        );
        const accepted = answers.filter(({ status }) => status === 201 || status === 200);
        const recorded = new Set(accepted.flatMap(({ body }) => body.events.map((event: { id: string }) => event.id)));
        const last = Math.max(...accepted.map(({ body }) => body.position as number));
        const inLog = (await log.read(`contestVote-${id}.${voter.id}`)).filter(({ type }) => type === 'VoteCast');
        expect([inLog.length, recorded.size]).toEqual([limit, limit]);
        expect(new Set(answers.filter(({ status }) => status >= 400).map(({ status }) => status)).has(500)).toBe(false);
        for (const node of nodes.slice(0, 2)) {
          const { body } = await one.get(node, `v1/contests/${id}/ranking?atLeast=${last}`);
          expect(body.items.map(({ votes }: { votes: number }) => votes).sort()).toEqual([
            ...Array.from({ length: 12 - limit }, () => 0),
            ...Array.from({ length: limit }, () => 1),
          ]);
        }
      });

      it('when one records, then the other reads it, answers the same request as before, and knows the revision', async () => {
        const { id, entries, position } = await contest(nodes[0]!, 2, 2);
        const [first, second] = nodes as [Process, Process];
        const live = await fetch(`${second.url}/v1/contests/${id}/ranking?atLeast=${position}`, {
          headers: { accept: 'text/event-stream' },
        });
        const reader = live.body!.pipeThrough(new TextDecoderStream()).getReader();
        expect((await reader.read()).value).toContain('"votes":0');
        const vote = (node: Process, headers = {}) =>
          one.post(node, `contests/${id}/votes`, { entryId: entries[0] }, resident('somebody'), {
            'idempotency-key': `same-${id}`,
            ...headers,
          });
        const here = await vote(first);
        const there = await vote(second);
        expect([there.status, there.body]).toEqual([here.status, here.body]);
        let pushed = '';
        while (!pushed.includes('"votes":1')) pushed += (await reader.read()).value;
        await reader.cancel();
        const { body } = await one.get(second, `v1/contests/${id}/ranking?atLeast=${here.body.position}`);
        expect(body.items[0].votes).toBe(1);
        const { headers } = await one.get(first, `v1/contests/${id}`);
        const revision = /^"(\d+)\./u.exec(headers.get('etag') ?? '')?.[1];
        const extend = (node: Process, place: number) =>
          one.post(node, `contests/${id}/entries`, { placeId: `${village}.${place}`, label: '大院' }, official, {
            'if-match': `"${revision}"`,
          });
        const [a, b] = [await extend(first, 32), await extend(second, 33)];
        expect([a.status < 300, b.status]).toEqual([true, 412]);
      });
    });

    it(`an API node that is killed under load, ${rounds} times: no vote is lost or counted twice`, async () => {
      const projector = await one.serve('projector');
      let node = await one.serve('api');
      const lasting = await one.serve('api');
      const voting = new Voting(await contest(lasting, 3, 1), 'killed');
      let isOver = false;
      const load = voting.load(
        () => [node, lasting],
        () => isOver,
      );
      for (let round = 0; round < rounds; round++) {
        const before = voting.acknowledged.size;
        await until(() => voting.acknowledged.size >= before + 30);
        await node.kill();
        node = await one.serve('api');
      }
      isOver = true;
      await load;
      expect(voting.others.get('no answer')).toBeGreaterThan(0);
      await voting.expectInLog();
      await voting.expectInRanking(node);
      for (const process of [node, lasting, projector]) await process.stop();
    });

    const ifItCanBeKilled = killEventStore === '' ? it.skip : it;
    ifItCanBeKilled(`the event store is killed under load, ${rounds} times: no vote is lost or counted twice`, async () => {
      const node = await one.serve('all');
      const voting = new Voting(await contest(node, 3, 1), 'store-killed');
      let isOver = false;
      const load = voting.load(
        () => [node],
        () => isOver,
      );
      for (let round = 0; round < rounds; round++) {
        const before = voting.acknowledged.size;
        await until(() => voting.acknowledged.size >= before + 30);
        await promisify(exec)(killEventStore);
      }
      const before = voting.acknowledged.size;
      await until(() => voting.acknowledged.size >= before + 30);
      isOver = true;
      await load;
      expect([...voting.others.keys()].filter((what) => !/^503 log\./u.test(what))).toEqual([]);
      await voting.expectInLog();
      await voting.expectInRanking(node);
      await caughtUp(node);
      await expectRowsOfLog();
      await node.stop();
    });

    it(`a projector that is killed while it catches up, ${rounds} times: the rows are those of the log`, async () => {
      const api = await one.serve('api');
      let projector = await one.serve('projector', {}, '--takeover', '2');
      const voting = new Voting(await contest(api, 3, 1), 'behind');
      for (let round = 0; round < rounds; round++) {
        const before = voting.acknowledged.size;
        const load = voting.load(
          () => [api],
          () => voting.acknowledged.size >= before + 100,
        );
        await until(() => voting.acknowledged.size >= before + 20 + ((round * 17) % 60));
        await projector.kill();
        await load;
        projector = await one.serve('projector', {}, '--takeover', '2');
      }
      await voting.expectInLog();
      await voting.expectInRanking(api);
      await caughtUp(api);
      await expectRowsOfLog();
      for (const process of [api, projector]) await process.stop();
    });

    it('two projectors share the projections: of one that is killed they move within 10 s, of one that stops at once', async () => {
      const api = await one.serve('api');
      const [first, second, third] = [await one.serve('projector'), await one.serve('projector'), await one.serve('projector')];
      const held = await contest(api, 2, 1);
      const { db, close } = await connectMongo(one.connection);
      const members = () => db.collection('leases').countDocuments({ _id: { $regex: '^projector-' } as never, until: { $gt: new Date() } });
      await until(async () => (await members()) === 3);
      const freshAfter = async (voter: string) => {
        const begun = performance.now();
        const voting = new Voting(held, voter);
        await voting.vote(voter, () => [api]);
        await caughtUp(api);
        return performance.now() - begun;
      };
      await sleep(3_000); // time to share anew
      await first.kill();
      const killed = await freshAfter('after-kill');
      await second.stop();
      const stopped = await freshAfter('after-stop');
      process.stderr.write(
        `the share moved after ${Math.round(killed)} ms from a killed projector, ${Math.round(stopped)} ms from a stopped one\n`,
      );
      expect([killed < 10_000, stopped < 5_000]).toEqual([true, true]);
      await expectRowsOfLog();
      await close();
      for (const node of [api, third]) await node.stop();
    });

    it('a projector works without the master key; another process says how to make one', async () => {
      const none = ['--master-key-file', join(one.folder, 'none.key')];
      const projector = await one.serve('projector', {}, ...none);
      await until(async () => (await one.get(projector, 'health/ready')).status === 200);
      await projector.stop();
      await expect(one.serve('api', {}, ...none)).rejects.toThrow(/is missing.*`wuwei keys make`/u);
    });

    it('of two agenda processes one works; when it is killed, what falls due is done by the other, once', async () => {
      const api = await one.serve('api');
      const projector = await one.serve('projector');
      const agendas = [await one.serve('agenda', {}, '--takeover', '4'), await one.serve('agenda', {}, '--takeover', '4')];
      const { id } = await contest(api, 1, 1, new Date(Date.now() + 15_000).toISOString());
      await agendas[0]!.kill(); // it held the lease: it came first
      const closings = async () => (await log.read(`contest-${id}`)).filter(({ type }) => type === 'VotingClosed').length;
      await until(async () => (await closings()) > 0);
      await sleep(1_000);
      expect(await closings()).toBe(1);
      for (const node of [agendas[1]!, api, projector]) await node.stop();
    });

    it(`the read store is away for ${awayMs / 1000} s under load: votes are recorded meanwhile, and none is lost or counted twice`, async () => {
      const node = await one.serve('all', throughProxies());
      const voting = new Voting(await contest(node, 3, 1), 'rows-away');
      let isOver = false;
      const load = voting.load(
        () => [node],
        () => isOver,
      );
      await until(() => voting.acknowledged.size > 30);
      await toRows.away();
      const since = Date.now();
      const before = voting.acknowledged.size;
      await until(async () => (await one.get(node, 'health/ready')).body.failing.length > 0);
      await sleep(awayMs - (Date.now() - since));
      const meanwhile = voting.acknowledged.size - before;
      const { status, body } = await one.get(node, 'health/ready');
      const ranking = await one.get(node, `v1/contests?limit=3`);
      await toRows.back();
      await until(() => voting.acknowledged.size > before + meanwhile + 30);
      isOver = true;
      await load;
      expect(meanwhile).toBeGreaterThan(10);
      const failing: string[] = body.failing.map(({ store }: { store: string }) => store);
      expect([status, failing.includes('read-models'), failing.includes('log')]).toEqual([503, true, false]); // the trail is there too
      expect(Math.abs(Date.parse(body.failing.find(({ store }: { store: string }) => store === 'read-models').since) - since)).toBeLessThan(
        6_000,
      );
      expect([ranking.status, ranking.body.code]).toEqual([503, 'read-models.unavailable']);
      expect([...voting.others]).toEqual([]);
      await voting.expectInLog();
      await voting.expectInRanking(node);
      await caughtUp(node);
      await expectRowsOfLog();
      await until(async () => (await one.get(node, 'health/ready')).status === 200);
      await node.stop();
    });

    it('the log is frozen under load: reads say how old they are, unknown votes are sent again, and none is lost or counted twice', async () => {
      const node = await one.serve('all', throughProxies());
      const voting = new Voting(await contest(node, 3, 1), 'log-frozen');
      const { id: personId } = await done(node, 'people', { placeId: courtyard, name: '蔡院长' });
      const { position } = await done(node, `people/${personId}/roles`, { capacity: 'cadre', placeId: village });
      const ofOfficials = `v1/roles?place=${village}`;
      expect((await one.get(node, `${ofOfficials}&atLeast=${position}`, actor(personId))).status).toBe(200);
      let isOver = false;
      const load = voting.load(
        () => [node],
        () => isOver,
      );
      await until(() => voting.acknowledged.size > 30);
      toLog.freeze();
      const before = Date.now();
      await until(async () => (await one.get(node, 'health/ready')).body.failing.length > 0);
      const { status, body } = await one.get(node, 'health/ready');
      const read = await one.get(node, 'v1/contests?limit=4');
      const ofCadre = await one.get(node, ofOfficials, actor(personId));
      const ofResident = await one.get(node, ofOfficials, resident('stranger'));
      await sleep(Math.max(0, awayMs + 10_000 - (Date.now() - before)));
      toLog.thaw();
      const size = voting.acknowledged.size;
      await until(() => voting.acknowledged.size > size + 30);
      isOver = true;
      await load;
      expect([status, body.failing.map(({ store }: { store: string }) => store)]).toEqual([503, ['log']]);
      expect([read.status, ofCadre.status, ofResident.status]).toEqual([200, 200, 403]);
      expect(ofCadre.headers.get('wuwei-as-of')).not.toBeNull();
      const asOf = Date.parse(read.headers.get('wuwei-as-of') ?? '');
      expect([asOf <= before + 3_000, asOf > before - 60_000]).toEqual([true, true]);
      expect([...voting.others.keys()].filter((what) => !/^503 log\.|no answer/u.test(what))).toEqual([]);
      expect(voting.others.size).toBeGreaterThan(0);
      await voting.expectInLog();
      await voting.expectInRanking(node);
      await node.stop();
    });
  });
});
