import { agendaProjection } from '../../../src/application/process/agenda.js';
import { createApplication } from '../../../src/application/application.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { requestsOf } from '../../../src/application/kernel/idempotency.js';
import { PolicyRunner, type Stuck } from '../../../src/application/process/runner.js';
import type { ReadModels } from '../../../src/application/ports/read-models.js';
import type { EventLog, StoredEvent } from '../../../src/application/ports/event-log.js';
import { newEventId } from '../../../src/application/kernel/ids.js';
import type { Policies } from '../../../src/application/process/policy.js';
import { dueCommands, commands } from '../../../src/application/contexts.js';
import { plusDays, plusMilliseconds } from '../../../src/domain/shared/time.js';
import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';
import { openLogReader } from '../../../src/infrastructure/event-log/sqlite/reader.js';
import { memoryPersonalKeys } from '../../../src/infrastructure/personal-keys/memory.js';
import type { PersonalKeys } from '../../../src/application/ports/personal-keys.js';
import { MemoryLeases } from '../../../src/infrastructure/read-models/memory/leases.js';
import { inMemoryReadModels } from '../../../src/infrastructure/read-models/memory/read-models.js';
import { projectionStates } from '../../../src/infrastructure/read-models/sqlite/maintenance.js';
import { check, openWuwei } from '../../../src/infrastructure/wuwei.js';
import type { EventMeta } from '../../../src/projections/projection.js';
import { FakeClock, inMemoryApplication, official, policyRunner } from '../../support/application.js';
import { startServer } from '../../support/server.js';
import { adopt, type Cast, courtyard, dividePlots, openBallot, openContest, openList, settleDown, village } from '../../system/life.js';
import { onApplication, settle, type Stage } from '../../system/stage.js';
import { positionOf } from '../../../src/projections/position.js';

async function eventsOf(log: Pick<EventLog, 'readAll'>, after = 0): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for await (const { events: page } of log.readAll(positionOf(after))) found.push(...page);
  return found;
}
const byTheSystem = (events: readonly StoredEvent[]) => events.filter(({ meta }) => (JSON.parse(meta) as EventMeta).capacity === 'system');
const typesOf = (events: readonly StoredEvent[]) => events.map(({ type }) => type);
const silent = pino({ level: 'silent' });

const voted = async (stage: Stage, cast: Cast, change: object) => {
  const contest = await openContest(stage, cast, change);
  await stage.until(stage.inDays(1));
  await stage.give('CastVote', cast.residents[0]!, { params: contest.params, data: { entryId: contest.a } });
};

/** Brings it to where it waits for a time, and answers with that time. What falls due at once has been done by then. */
type Arrange = (stage: Stage, cast: Cast) => Promise<string>;
const waiting: readonly (readonly [what: string, comes: readonly string[], arrange: Arrange])[] = [
  [
    'a hearing of opinions ends',
    ['CovenantOpinionsClosed'],
    async (stage) => {
      const until = stage.inDays(50);
      await stage.give('DraftCovenant', official, {
        data: { placeId: village, title: '村规民约', clauses: [{ number: 1, text: '爱护环境' }], slogans: [] },
      });
      await stage.give('OpenCovenantOpinions', official, { params: { id: village }, data: { until } });
      return until;
    },
  ],
  [
    'the voting of a contest closes',
    ['VotingClosed'],
    async (stage, cast) => {
      const votingUntil = stage.inDays(50);
      await openContest(stage, cast, { votingUntil, resultAt: stage.inDays(55) });
      return votingUntil;
    },
  ],
  [
    'a result is published',
    ['ResultPublished'],
    async (stage, cast) => {
      const resultAt = stage.inDays(50);
      await voted(stage, cast, { resultAt });
      await stage.until(stage.inDays(5));
      return resultAt;
    },
  ],
  [
    'an award is granted at the end of the notice',
    ['AwardGranted'],
    async (stage, cast) => {
      const end = stage.inDays(4 + 50);
      await voted(stage, cast, { noticeDays: 50 });
      await stage.until(stage.inDays(2));
      await stage.until(stage.inDays(1)); // its result, four days after the opening
      return end;
    },
  ],
  [
    'a consultation ends',
    ['RenovationConsultationClosed'],
    async (stage, { residents, cadre }) => {
      const until = stage.inDays(50);
      const { id } = await stage.give('ProposeRenovation', residents[0]!, {
        data: { placeId: courtyard, title: '院坝改造', description: '铺地', aspects: ['space-layout'], budget: 1_00 },
      });
      await stage.give('OpenRenovationConsultation', cadre, { params: { id }, data: { until } });
      return until;
    },
  ],
  [
    'a ballot is closed and decided',
    ['RenovationBallotClosed', 'RenovationDecided'],
    async (stage, cast) => (await openBallot(stage, cast, 50)).closesAt,
  ],
  [
    'a decision takes effect at the end of the notice',
    ['RenovationTookEffect'],
    async (stage, cast) => {
      const { id, params, closesAt } = await openBallot(stage, cast);
      for (const by of cast.residents)
        await stage.give('CastRenovationBallot', by, { params, data: { ballotId: `${id}.1`, choice: 'approve' } });
      await stage.until(closesAt);
      const until = stage.inDays(50);
      await stage.give('OpenRenovationNotice', cast.cadre, { params, data: { until } });
      return until;
    },
  ],
  [
    'a ballot closes and its result is published',
    ['BallotClosed', 'BallotResultPublished'],
    async (stage, { residents }) => {
      const closesAt = stage.inDays(50);
      const { params } = await openList(stage, { closesAt, lastTies: 'listed', drawCommitment: undefined });
      await stage.give('CastPaper', residents[0]!, { params, data: { approved: ['changyi'] } });
      return closesAt;
    },
  ],
  [
    'the window for party members closes',
    ['PartyFirstClosed'],
    async (stage, cast) => {
      await dividePlots(stage, cast, { partyFirstDays: 50 });
      return stage.inDays(50);
    },
  ],
  [
    'a guardianship ends with its term',
    ['GuardianshipEnded'],
    async (stage, cast) => {
      await dividePlots(stage, cast, { partyFirstDays: 0, termDays: 50 });
      await adopt(stage, 1, cast.member, cast);
      return stage.inDays(50);
    },
  ],
  [
    'a guardianship ends with its notice',
    ['GuardianshipEnded'],
    async (stage, cast) => {
      await dividePlots(stage, cast, { partyFirstDays: 0, noticeDays: 50 });
      await adopt(stage, 1, cast.member, cast);
      await stage.give('GivePlotNotice', cast.member, { params: { id: `${courtyard}~1` } });
      return stage.inDays(50);
    },
  ],
  [
    'a rectification is overdue, and costs points',
    ['RectificationOverdue', 'MeritEntered'],
    async (stage, cast) => {
      await dividePlots(stage, cast, { partyFirstDays: 0, rectificationDays: 50 });
      await adopt(stage, 1, cast.member, cast);
      await stage.give('InspectPlot', cast.moderator, { params: { id: `${courtyard}~1` }, data: { score: 10 } });
      return stage.inDays(50);
    },
  ],
];

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
    agenda: policyRunner(app, (entry) => stuck.push(entry)),
  };
}

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
    const agenda = new PolicyRunner({
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
    await agenda.runDue();
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
    const agenda = new PolicyRunner({
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
    agenda.start(1);
    await due;
    const stopped = agenda.stop();
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
      await Promise.all(Array.from({ length: 4 }, () => [app.agenda.runDue(), other.agenda.runDue()]).flat());
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

describe('a process that was not there', () => {
  let root: string;
  let arranged: string;
  let last: string;
  let before: number;
  /** What comes of all that waits in the folder when it is opened 60 days later, each once. */
  const expected = [
    'CovenantOpinionsClosed',
    'VotingClosed',
    'ResultPublished',
    'RenovationConsultationClosed',
    'RenovationBallotClosed',
    'RenovationDecided',
    'RenovationTookEffect',
    'PartyFirstClosed',
    'RectificationOverdue',
    'MeritEntered',
    'GuardianshipEnded',
  ].sort();
  const copy = (name: string) => {
    const folder = join(root, name);
    cpSync(arranged, folder, { recursive: true });
    return folder;
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'wuwei-agenda-'));
    arranged = join(root, 'arranged');
    const clock = new FakeClock();
    const wuwei = await openWuwei({ folder: arranged, clock, logger: silent });
    const stage = onApplication({ ...wuwei, clock });
    const cast = await settleDown(stage);
    const { member, moderator } = cast;
    const arrange = (what: string) => waiting.find(([name]) => name === what)![2](stage, cast);
    for (const what of [
      'a decision takes effect at the end of the notice',
      'a ballot is closed and decided',
      'a consultation ends',
      'a hearing of opinions ends',
    ])
      await arrange(what);
    await voted(stage, cast, { votingUntil: stage.inDays(50), resultAt: stage.inDays(51) });
    await dividePlots(stage, cast, { partyFirstDays: 50, rectificationDays: 50, noticeDays: 50, termDays: 500 });
    for (const n of [1, 2]) await adopt(stage, n, member, cast);
    await stage.give('GivePlotNotice', member, { params: { id: `${courtyard}~2` } });
    await stage.give('InspectPlot', moderator, { params: { id: `${courtyard}~1` }, data: { score: 10 } });
    await stage.until(stage.inDays(0));
    before = await wuwei.log.position();
    last = stage.inDays(60);
    await wuwei.close();
  }, 60_000);
  afterAll(() => rmSync(root, { recursive: true }));

  /** Opens the folder at a time, waits until what is due is done, and answers with what the system has done since. */
  async function comeBack(folder: string, time: string): Promise<string[]> {
    const clock = new FakeClock(time);
    const wuwei = await openWuwei({ folder, clock, logger: silent });
    await settle({ ...wuwei, clock });
    const stuck = wuwei.stuck();
    const happened = byTheSystem(await eventsOf(wuwei.log, before));
    const due = (await wuwei.readModels.list(dueCommands, { prefix: '', limit: 100 })).filter(({ row }) => row.due <= time);
    await wuwei.close();
    expect([stuck, due]).toEqual([[], []]);
    return typesOf(happened).sort();
  }

  it('does at its next start what fell due, and nothing twice at the one after', async () => {
    const folder = copy('down');
    expect(await comeBack(folder, last)).toEqual(expected);
    expect(await comeBack(folder, last)).toEqual(expected);
    expect(await comeBack(folder, plusDays(last, 3))).toEqual([...expected, 'AwardGranted'].sort());
  });

  it('does it once though it is killed with an event written and the agenda not told of it', async () => {
    const folder = copy('killed');
    let killed = 0;
    let unheard = 0;
    let again = '';
    for (let code: number | null = null; code === null;) {
      const events = killed % 2 === 0 ? '1' : '3';
      const child = spawn(
        process.execPath,
        [fileURLToPath(new URL('../../system/fixtures/agenda.mjs', import.meta.url)), folder, last, events],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      child.stdout.on('data', (chunk: Buffer) => (again += chunk.toString()));
      let signal: NodeJS.Signals | null;
      [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      expect([code, signal]).toEqual(code === null ? [null, 'SIGKILL'] : [0, null]);
      if (code === null) killed++;
      const log = openLogReader(folder);
      const position = await log.position();
      log.close();
      const { builds } = await projectionStates(folder);
      if (builds.find(({ name }) => name === 'agenda')!.position < position) unheard++;
      expect(killed).toBeLessThanOrEqual(expected.length);
    }
    expect(killed).toBeGreaterThan(4);
    expect(unheard).toBeGreaterThan(killed / 2);
    expect(again).not.toBe(''); // an agenda that had not heard gave a command again, and it was answered as before
    expect(await comeBack(folder, last)).toEqual(expected);
  }, 120_000);
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
    app.agenda.start(5);
    await closed(1);
    app.clock.set(plusMilliseconds(until, 2));
    await closed(2);
    const ended = app.agenda.stop().then(() => given.push('ended'));
    await new Promise((resolve) => setTimeout(resolve, 50));
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
      keys: memoryPersonalKeys(),
      clock,
      check,
      counter,
      reportUnreadable: () => undefined,
    });
    const reports: Stuck[] = [];
    const agenda = new PolicyRunner({
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
    const running = { log, clock, readModels: rows.readModels, builds: rows.builds, agenda };
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
    expect(app.agenda.stuck()).toEqual([refused(villages[0]), refused(villages[2])]);
    expect(app.reports).toEqual(app.agenda.stuck());
    expect((await eventsOf(app.log)).filter(({ type }) => type === 'PlaceRenamed').map(({ stream }) => stream)).toEqual([
      `place-${child(villages[1])}`,
    ]);
  });

  it('is tried again and done when it can be; it is forgotten when it has become moot', async () => {
    await register(child(villages[0]), 'compound');
    await app.settled();
    expect(app.agenda.stuck()).toHaveLength(2); // not tried at once
    later(2_000);
    await app.settled();
    expect(app.agenda.stuck()).toEqual([refused(villages[2])]);
    expect(typesOf(await app.log.read(`place-${child(villages[0])}`))).toEqual(['PlaceRegistered', 'PlaceRenamed']);
    const reports = app.reports.length;
    await register('510121111004', 'village');
    const [registered] = await app.log.read(`place-${villages[2]}`);
    await app.log.append(`place-${villages[2]}`, 0, [
      { ...registered!, id: newEventId(), type: 'PlaceMerged', data: JSON.stringify({ into: villages[0], level: 'village' }) },
    ]);
    later(10_000);
    await app.settled();
    expect(app.agenda.stuck().map(({ entry }) => entry)).toEqual([`rename/${child('510121111004')}`]);
    expect(app.reports.slice(reports).map(({ entry }) => entry)).not.toContain(refused(villages[2]).entry);
  });

  it('is tried ever more rarely, but at least every hour', async () => {
    const reportedBefore = app.reports.length;
    for (let second = 0; second < 100; second++) {
      later(1_000);
      await app.agenda.runDue();
    }
    // after 2, 6, 14, 30 and 62 s
    expect(app.reports.slice(reportedBefore).filter(({ entry }) => entry === refused(villages[0]).entry)).toHaveLength(5);
    for (let hour = 0; hour < 48; hour++) {
      later(3_600_000);
      await app.agenda.runDue();
    }
    const tries = app.reports.length;
    later(3_600_000);
    await app.agenda.runDue();
    expect(app.reports.length).toBe(tries + 2);
  });

  it('says what is wrong when the command itself fails', async () => {
    await register('510121111009', 'village');
    await app.settled();
    expect(app.agenda.stuck()).toContainEqual({
      entry: `rename/${child('510121111009')}`,
      command: 'Nonsense',
      why: 'no such command: Nonsense',
    });
  });
});

describe('/health/ready', () => {
  it('names an entry that was refused until it is off the agenda', async () => {
    const server = await startServer();
    closing.push(() => server.close());
    const ready = async (status: number) => {
      for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const answer = await server.get('/health/ready');
        if (answer.status === status || Date.now() > end) return answer;
      }
    };
    expect((await ready(200)).body).toMatchObject({ status: 'ready', stuck: [] });
    const now = server.clock.now().toISOString();
    const meta: EventMeta = { actor: 'x', capacity: 'cadre', channel: 'web', place: courtyard, correlation: 'c', key: 'k', request: 'r' };
    const event = (type: string, data: object) => ({
      id: newEventId(),
      type,
      schemaVersion: 1,
      occurredAt: now,
      recordedAt: now,
      data: JSON.stringify(data),
      meta: JSON.stringify(meta),
    });
    // no decider would write this: a notice of a renovation that nobody proposed
    await server.wuwei.log.append('renovation-lost', -1, [
      event('RenovationNoticeOpened', { ballotId: 'lost.1', designVersion: 1, until: now }),
    ]);
    const stuck = { entry: 'renovation-notice/lost', command: 'PutRenovationIntoEffect', why: 'renovation.not-in-notice' };
    expect(await ready(503)).toMatchObject({ status: 503, body: { status: 'failing', stuck: [stuck] } });
    expect((await server.get('/metrics')).text).toMatch(/^wuwei_agenda_stuck 1$/mu);
    await server.wuwei.log.append('renovation-lost', 0, [event('RenovationReopened', { objectionId: 'o', designVersion: 1 })]);
    expect(await ready(200)).toMatchObject({ status: 200, body: { status: 'ready', stuck: [] } });
  });
});
