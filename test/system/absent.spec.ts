import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { newEventId } from '../../src/application/kernel/ids.js';
import { dueCommands } from '../../src/application/contexts.js';
import { plusDays } from '../../src/domain/shared/time.js';
import { openLogReader } from '../../src/infrastructure/event-log/sqlite/reader.js';
import { projectionStates } from '../../src/infrastructure/read-models/sqlite/maintenance.js';
import { openWuwei } from '../../src/infrastructure/wuwei.js';
import type { EventMeta } from '../../src/projections/projection.js';
import { FakeClock } from '../support/application.js';
import { startServer } from '../support/server.js';
import { byTheSystem, eventsOf, typesOf, voted, waiting } from '../support/waiting.js';
import { adopt, courtyard, dividePlots, settleDown } from './life.js';
import { onApplication, settle } from './stage.js';

/* What falls due while no process is there, and what operators see of it: on a data folder. */

const silent = pino({ level: 'silent' });

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
    expect(await comeBack(folder, plusDays(last, 8))).toEqual([...expected, 'AwardGranted'].sort());
  });

  it('does it once though it is killed with an event written and the agenda not told of it', async () => {
    const folder = copy('killed');
    let killed = 0;
    let unheard = 0;
    let again = '';
    for (let code: number | null = null; code === null;) {
      const events = killed % 2 === 0 ? '1' : '3';
      const child = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/agenda.mjs', import.meta.url)), folder, last, events], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
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
    expect(again).not.toBe(''); // a command given again was answered as before
    expect(await comeBack(folder, last)).toEqual(expected);
  }, 120_000);
});

describe('/health/ready', () => {
  let closing = (): Promise<void> => Promise.resolve();
  afterEach(() => closing());

  it('names an entry that was refused until it is off the agenda', async () => {
    const server = await startServer();
    closing = () => server.close();
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
