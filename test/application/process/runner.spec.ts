import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createApplication } from '../../../src/application/application.js';
import { commands, dueCommands } from '../../../src/application/contexts.js';
import { requestsOf } from '../../../src/application/kernel/idempotency.js';
import { newEventId } from '../../../src/application/kernel/ids.js';
import type { EventLog } from '../../../src/application/ports/event-log.js';
import type { PersonalKeys } from '../../../src/application/ports/personal-keys.js';
import type { ReadModels } from '../../../src/application/ports/read-models.js';
import { agendaProjection } from '../../../src/application/process/agenda.js';
import type { Policies } from '../../../src/application/process/policy.js';
import { PolicyRunner, type Stuck } from '../../../src/application/process/runner.js';
import { plusMilliseconds } from '../../../src/domain/shared/time.js';
import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';
import { memoryPersonalKeys } from '../../../src/infrastructure/personal-keys/memory.js';
import { MemoryLeases } from '../../../src/infrastructure/read-models/memory/leases.js';
import { inMemoryReadModels } from '../../../src/infrastructure/read-models/memory/read-models.js';
import { check } from '../../../src/infrastructure/assembly.js';
import type { EventMeta } from '../../../src/projections/projection.js';
import { positionOf } from '../../../src/projections/position.js';
import { inMemoryTrail } from '../../support/in-memory-trail.js';
import { FakeClock, inMemoryApplication, official, policyRunner } from '../../support/application.js';
import { nothingIsReady, until } from '../../support/until.js';
import { eventsOf, typesOf, waiting } from '../../support/waiting.js';
import { openContest, settleDown, village } from '../../system/life.js';
import { onApplication, settle } from '../../system/stage.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An application with a runner of its own; several may share a log. */
async function application(log: EventLog = memoryLog(), clock?: FakeClock, keys?: PersonalKeys) {
  const app = await inMemoryApplication(log, undefined, keys);
  closing.push(() => app.close());
  const stuck: Stuck[] = [];
  if (clock) app.clock.set(clock.now().toISOString());
  return {
    ...app,
    stuck,
    policyRunner: policyRunner(app, (entry) => stuck.push(entry)),
  };
}

describe('a runner whose read models do not answer', () => {
  it('says so once, tries again, and goes on when they do', async () => {
    const entry = {
      key: 'entry',
      position: positionOf(1),
      row: { due: '2026-01-01T00:00:00.000Z', command: 'RenamePlace', params: {}, data: {}, causation: 'e', correlation: 'c', since: 1 },
    };
    let looks = 0;
    const [given, reported]: [string[], Stuck[]] = [[], []];
    const runner = new PolicyRunner({
      give: ({ key }) => {
        given.push(key!);
        return Promise.resolve({ refused: 'place.not-found' });
      },
      readModels: {
        listOrdered: () => (++looks < 4 ? Promise.reject(new Error('not built yet')) : Promise.resolve([entry])),
      } as unknown as ReadModels,
      agenda: dueCommands,
      leases: new MemoryLeases(),
      clock: new FakeClock(),
      commands,
      report: (stuck) => reported.push(stuck),
    });
    runner.start(1);
    await until(() => given.length > 0);
    await runner.stop();
    expect(reported.filter((stuck) => stuck.entry === 'agenda')).toEqual([{ entry: 'agenda', command: '*', why: 'not built yet' }]);
    expect(given[0]).toBe('agenda:entry:2026-01-01T00:00:00.000Z');
  });
});

describe('several runners', () => {
  it('work one at a time: the next begins when the first has stopped', async () => {
    const leases = new MemoryLeases();
    const entry = {
      key: 'entry',
      position: positionOf(1),
      row: { due: '2026-01-01T00:00:00.000Z', command: 'RenamePlace', params: {}, data: {}, causation: 'e', correlation: 'c', since: 1 },
    };
    const given: string[] = [];
    const runner = (name: string) =>
      new PolicyRunner({
        give: () => {
          given.push(name);
          return Promise.resolve({ refused: 'place.not-found' });
        },
        readModels: { listOrdered: () => Promise.resolve([entry]) } as unknown as ReadModels,
        agenda: dueCommands,
        leases,
        clock: new FakeClock(),
        commands,
        report: () => {},
      });
    const [first, second] = [runner('first'), runner('second')];
    await first.runDue();
    await second.runDue();
    expect([given, first.stuck().length, second.stuck().length]).toEqual([['first'], 1, 0]);
    await first.stop();
    await second.runDue();
    expect([given, second.stuck().length]).toEqual([['first', 'second'], 1]);
  });

  it('go on when the store of the leases was away, and say so meanwhile', async () => {
    const leases = new MemoryLeases();
    const acquire = leases.acquire.bind(leases);
    leases.acquire = () => Promise.reject(new Error('away'));
    let looks = 0;
    const reported: Stuck[] = [];
    const runner = new PolicyRunner({
      give: () => Promise.resolve({ refused: 'place.not-found' }),
      readModels: { listOrdered: () => Promise.resolve((looks++, [])) },
      agenda: dueCommands,
      leases,
      clock: new FakeClock(),
      commands,
      report: (stuck) => reported.push(stuck),
    });
    runner.start(1);
    const away = [{ entry: 'agenda', command: '*', why: 'away' }];
    await until(() => runner.stuck().length > 0);
    expect(runner.stuck()).toEqual(away);
    leases.acquire = acquire;
    await until(() => looks > 2);
    expect([runner.stuck(), reported]).toEqual([[], away]);
    leases.release = () => Promise.reject(new Error('away'));
    await runner.stop();
  });

  it('read only what is due, page by page', async () => {
    const asked: unknown[] = [];
    const clock = new FakeClock();
    const row = {
      due: '2026-01-01T00:00:00.000Z',
      command: 'RenamePlace',
      params: {},
      data: {},
      causation: 'e',
      correlation: 'c',
      since: 1,
    };
    const page = Array.from({ length: 1000 }, (_, i) => ({ key: `entry-${i}`, position: positionOf(i + 1), row }));
    const given: string[] = [];
    const runner = new PolicyRunner({
      give: ({ key }) => {
        given.push(key!);
        return Promise.resolve({ refused: 'place.not-found' });
      },
      readModels: {
        listOrdered: (_: unknown, range: unknown) => Promise.resolve(asked.push(range) === 1 ? page : []),
      } as unknown as ReadModels,
      agenda: dueCommands,
      leases: new MemoryLeases(),
      clock,
      commands,
      report: () => {},
    });
    await runner.runDue();
    const upTo = clock.now().toISOString();
    expect(asked).toEqual([
      { upTo, limit: 1000 },
      { upTo, limit: 1000, after: { value: row.due, key: 'entry-999' } },
    ]);
    expect(given).toHaveLength(1000);
  });
});

describe('a runner that is stopped', () => {
  it('ends after the entry that is under way; the others stay on the agenda', async () => {
    const entries = [1, 2, 3].map((position) => ({
      key: `entry-${position}`,
      position,
      row: { due: '2026-01-01T00:00:00.000Z', command: 'RenamePlace', params: {}, data: {}, causation: 'e', correlation: 'c', since: 1 },
    }));
    const given: (() => void)[] = [];
    const firstGiven = new AbortController();
    const runner = new PolicyRunner({
      give: () =>
        new Promise((resolve) => {
          given.push(() => resolve({ refused: 'place.not-found' }));
          firstGiven.abort();
        }),
      readModels: { listOrdered: () => Promise.resolve(entries) } as unknown as ReadModels,
      agenda: dueCommands,
      leases: new MemoryLeases(),
      clock: new FakeClock(),
      commands,
      report: () => {},
    });
    const due = once(firstGiven.signal, 'abort');
    runner.start(1);
    await due;
    const stopped = runner.stop();
    given[0]!();
    await stopped;
    expect(given).toHaveLength(1);
  });
});

describe('what falls due', () => {
  it.each(waiting)(
    '%s: by itself, at its time and not before, and once, however many runners look however often',
    async (_, comes, arrange) => {
      const app = await application();
      const stage = onApplication(app);
      const due = await arrange(stage, await settleDown(stage));
      await stage.until(stage.inDays(0));
      const before = await app.log.position();
      await stage.until(plusMilliseconds(due, -1));
      expect(typesOf(await eventsOf(app.log, before))).toEqual([]);

      const other = await application(app.log, app.clock, app.keys);
      await settle(other);
      for (const one of [app, other]) one.clock.set(due);
      await Promise.all(Array.from({ length: 4 }, () => [app.policyRunner.runDue(), other.policyRunner.runDue()]).flat());
      for (let round = 0; round < 3; round++) await Promise.all([settle(app), settle(other)]);

      const happened = await eventsOf(app.log, before);
      expect(typesOf(happened)).toEqual(comes);
      const earlier = new Set((await eventsOf(app.log)).slice(0, -1).map(({ id }) => id));
      for (const { occurredAt, meta } of happened) {
        const { actor, capacity, channel, causation } = JSON.parse(meta) as EventMeta;
        expect([occurredAt, actor, capacity, channel]).toEqual([due, 'system', 'system', 'system']);
        expect(earlier).toContain(causation);
      }
      expect(app.stuck).toEqual([]);
    },
  );
});

describe('an entry that takes long', () => {
  it('is given once, and holds up neither what is due behind it nor what falls due later; the end waits for it', async () => {
    const app = await application();
    const stage = onApplication(app);
    const cast = await settleDown(stage);
    const until = stage.inDays(50);
    await stage.give('DraftCovenant', official, {
      data: { placeId: village, title: '村规民约', clauses: [{ number: 1, text: '爱护环境' }], slogans: [] },
    });
    await stage.give('OpenCovenantOpinions', official, { params: { id: village }, data: { until } });
    for (const votingUntil of [plusMilliseconds(until, 1), plusMilliseconds(until, 2)])
      await openContest(stage, cast, { votingUntil, resultAt: stage.inDays(55) });
    await settle(app);
    const before = await app.log.position();

    let finish = () => {};
    const long = new Promise<void>((resolve) => (finish = resolve));
    const run = app.execute.run.bind(app.execute);
    const given: string[] = [];
    app.execute.run = async (request) => {
      given.push(request.definition.command);
      if (request.definition.command === 'CloseCovenantOpinions') await long;
      return run(request);
    };
    const closed = async (times: number) => {
      while (typesOf(await eventsOf(app.log, before)).length < times) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(typesOf(await eventsOf(app.log, before))).toEqual(Array.from({ length: times }, () => 'VotingClosed'));
    };
    app.clock.set(plusMilliseconds(until, 1));
    app.policyRunner.start(5);
    await closed(1);
    app.clock.set(plusMilliseconds(until, 2));
    await closed(2);
    const ended = app.policyRunner.stop().then(() => given.push('ended'));
    await nothingIsReady();
    expect(given.filter((what) => what !== 'CloseVoting')).toEqual(['CloseCovenantOpinions']);
    finish();
    await ended;
    expect(given.at(-1)).toBe('ended');
    expect(typesOf(await eventsOf(app.log, before)).slice(2)).toEqual(['CovenantOpinionsClosed']);
    expect(app.stuck).toEqual([]);
  });
});

describe('an entry that is refused', () => {
  const child = (placeId: string) => `${placeId}.1`;
  /** A test's own policies: whoever registers a village wants its first compound renamed, which may not be there yet. */
  const policies: Policies = {
    on: {
      PlaceRegistered: ({ id, position, at, aggregateId, data, meta: { correlation } }) =>
        data.level === 'village'
          ? {
              [`rename/${child(aggregateId)}`]: {
                due: at,
                command: aggregateId.endsWith('9') ? 'Nonsense' : 'RenamePlace',
                params: { id: child(aggregateId) },
                data: { name: '新名' },
                causation: id,
                correlation,
                since: position,
              },
            }
          : {},
      PlaceRenamed: ({ aggregateId }) => ({ [`rename/${aggregateId}`]: null }),
      PlaceMerged: ({ aggregateId }) => ({ [`rename/${child(aggregateId)}`]: null }),
    },
  };
  const villages = ['510121111001', '510121111002', '510121111003'] as const;
  let app: Awaited<ReturnType<typeof withPolicies>>;

  async function withPolicies() {
    const log = memoryLog();
    const clock = new FakeClock();
    const due = agendaProjection([policies], 1);
    const rows = await inMemoryReadModels(log, [due, requestsOf(commands)]);
    const counter = () => Promise.reject(new Error('there are no ballots here'));
    const { execute } = createApplication({
      log,
      readModels: rows.readModels,
      trail: inMemoryTrail(log),
      keys: memoryPersonalKeys(),
      clock,
      check,
      counter,
      reportUnreadable: () => undefined,
    });
    const reports: Stuck[] = [];
    const runner = new PolicyRunner({
      give: (request) => execute.run(request),
      readModels: rows.readModels,
      agenda: due,
      leases: new MemoryLeases(),
      clock,
      commands,
      report: (stuck) => reports.push(stuck),
    });
    closing.push(() => rows.close());
    const give = (command: string, data: object) =>
      execute.run({ definition: commands.find((row) => row.command === command)!, params: {}, data, sender: official, channel: 'web' });
    const running = { log, clock, readModels: rows.readModels, builds: rows.builds, policyRunner: runner };
    return { ...running, reports, give, settled: () => settle(running as Parameters<typeof settle>[0]) };
  }
  const register = (placeId: string, level: string) => app.give('RegisterPlace', { placeId, name: placeId, level });
  const later = (milliseconds: number) => app.clock.set(plusMilliseconds(app.clock.now().toISOString(), milliseconds));
  const refused = (placeId: string) => ({ entry: `rename/${child(placeId)}`, command: 'RenamePlace', why: 'place.not-found' });

  beforeEach(async () => {
    app = await withPolicies();
    await register('510121', 'county');
    await register('510121111', 'town');
    for (const placeId of villages) await register(placeId, 'village');
    await register(child(villages[1]), 'compound');
    await app.settled();
  });

  it('is reported, and stops no other', async () => {
    expect(app.policyRunner.stuck()).toEqual([refused(villages[0]), refused(villages[2])]);
    expect(app.reports).toEqual(app.policyRunner.stuck());
    expect((await eventsOf(app.log)).filter(({ type }) => type === 'PlaceRenamed').map(({ stream }) => stream)).toEqual([
      `place-${child(villages[1])}`,
    ]);
  });

  it('is tried again and done when it can be; it is forgotten when it has become moot', async () => {
    await register(child(villages[0]), 'compound');
    await app.settled();
    expect(app.policyRunner.stuck()).toHaveLength(2); // not tried at once
    later(2_000);
    await app.settled();
    expect(app.policyRunner.stuck()).toEqual([refused(villages[2])]);
    expect(typesOf(await app.log.read(`place-${child(villages[0])}`))).toEqual(['PlaceRegistered', 'PlaceRenamed']);
    const reports = app.reports.length;
    await register('510121111004', 'village');
    const [registered] = await app.log.read(`place-${villages[2]}`);
    await app.log.append(`place-${villages[2]}`, 0, [
      { ...registered!, id: newEventId(), type: 'PlaceMerged', data: JSON.stringify({ into: villages[0], level: 'village' }) },
    ]);
    later(10_000);
    await app.settled();
    expect(app.policyRunner.stuck().map(({ entry }) => entry)).toEqual([`rename/${child('510121111004')}`]);
    expect(app.reports.slice(reports).map(({ entry }) => entry)).not.toContain(refused(villages[2]).entry);
  });

  it('is tried ever more rarely, but at least every hour', async () => {
    const reportedBefore = app.reports.length;
    for (let second = 0; second < 100; second++) {
      later(1_000);
      await app.policyRunner.runDue();
    }
    // after 2, 6, 14, 30 and 62 s
    expect(app.reports.slice(reportedBefore).filter(({ entry }) => entry === refused(villages[0]).entry)).toHaveLength(5);
    for (let hour = 0; hour < 48; hour++) {
      later(3_600_000);
      await app.policyRunner.runDue();
    }
    const tries = app.reports.length;
    later(3_600_000);
    await app.policyRunner.runDue();
    expect(app.reports.length).toBe(tries + 2);
  });

  it('says what is wrong when the command itself fails', async () => {
    await register('510121111009', 'village');
    await app.settled();
    expect(app.policyRunner.stuck()).toContainEqual({
      entry: `rename/${child('510121111009')}`,
      command: 'Nonsense',
      why: 'no such command: Nonsense',
    });
  });
});
