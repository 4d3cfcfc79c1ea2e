import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Database from 'libsql';
import { pino } from 'pino';
import { allProjections } from '../../../src/application/contexts.js';
import { cloudEvent } from '../../../src/application/kernel/cloud-event.js';
import { noStream, type StoredEvent } from '../../../src/application/ports/event-log.js';
import type { Actor } from '../../../src/application/kernel/actor.js';
import type { CommandResult } from '../../../src/application/kernel/command.js';
import { newEventId } from '../../../src/application/kernel/ids.js';
import { contest } from '../../../src/domain/contest/contest.js';
import { openSqliteLog } from '../../../src/infrastructure/event-log/sqlite/log.js';
import { openPersonalKeys } from '../../../src/infrastructure/personal-keys/sqlite.js';
import { openWuwei, type Wuwei } from '../../../src/infrastructure/wuwei.js';
import { actor, FakeClock, official } from '../../support/application.js';
import { moments, opening } from '../../support/contest.js';
import { county, town, village } from '../../support/server.js';
import { start, wuwei } from './program.js';
import { trailVersion } from '../../../src/application/trail/subjects.js';
import { beginning } from '../../../src/projections/position.js';
import { atOnce } from '../../support/at-once.js';

/** The index of the audit trail, as the commands name it. */
const trailIndex = { name: 'audit', version: trailVersion };

jest.setTimeout(180_000);
const folder = mkdtempSync(join(tmpdir(), 'wuwei-cli-'));
const compound = { placeId: `${village.placeId}.1`, name: '清江苑', level: 'compound' };
const voter = actor('voter-1', { capacity: 'resident', placeId: village.placeId });
const clock = new FakeClock();
let server: Wuwei;

const give = async (
  command: string,
  data: object,
  { id, sender = official }: { id?: string; sender?: Actor } = {},
): Promise<CommandResult> => {
  const definition = server.commands.find((candidate) => candidate.command === command)!;
  const outcome = await server.execute.run({ definition, data, sender, params: id === undefined ? {} : { id }, channel: 'web' });
  if ('refused' in outcome) throw new Error(`${command}: ${outcome.refused}`);
  return outcome;
};
const caughtUp = async () => server.readModels.atLeast(await server.log.position(), allProjections, AbortSignal.timeout(20_000));

/** A contest with one entry and one vote for it. */
async function holdContest(embargo: 'none' | 'until-closed', placeId: string) {
  clock.set('2026-05-01T08:00:00.000Z');
  const { id } = await give('OpenContest', { ...opening, embargo });
  clock.set(moments.entering);
  await give('RegisterPlace', { ...compound, placeId });
  await give('EnterContest', { placeId, label: '清江苑' }, { id });
  const entryId = Object.keys((await server.aggregates.load(contest, id)).state!.entries)[0]!;
  await give('ScreenEntry', { entryId, decision: 'accepted' }, { id });
  clock.set(moments.voting);
  await give('CastVote', { entryId }, { id, sender: voter });
  return { id, entryId };
}

/** An open ballot that keeps its papers secret, with one paper in it. */
async function holdBallot() {
  const options = ['ludeng', 'changyi'].map((optionId) => ({ optionId, name: optionId, cost: 5 }));
  const { id } = await give('OpenBallot', {
    placeId: village.placeId,
    subject: 'renovation-list',
    title: '改造项目序列',
    options,
    rule: { rule: 'equal-shares' },
    budget: 10,
    form: 'approval',
    closesAt: '2026-12-01T08:00:00.000Z',
    lastTies: 'listed',
    replaceable: true,
    secretUntilClosed: true,
  });
  await give('CastPaper', { approved: ['ludeng'] }, { id, sender: voter });
  return id;
}

let open: { id: string; entryId: string };
let embargoed: { id: string; entryId: string };
let secret: string;
let events: readonly StoredEvent[];
const line = (event: StoredEvent) =>
  cloudEvent(event, (event.type === 'VoteCast' && event.data.includes(embargoed.id)) || event.type === 'PaperCast');

beforeAll(async () => {
  server = await openWuwei({ folder, clock, logger: pino({ level: 'silent' }) });
  for (const place of [county, town, village]) await give('RegisterPlace', place);
  await give('AdoptPlacePolicy', atOnce(clock.now().toISOString()));
  open = await holdContest('none', compound.placeId);
  embargoed = await holdContest('until-closed', `${village.placeId}.2`);
  secret = await holdBallot();
  await caughtUp();
  const found: StoredEvent[] = [];
  for await (const { events: page } of server.log.readAll(beginning)) found.push(...page);
  events = found;
}, 60_000);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('while a server has the folder open', () => {
  it('log prints a table in China’s time, and no vote of an embargoed contest', async () => {
    const { code, stdout, stderr } = await wuwei('log', '--data', folder);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^position +happened \(UTC\+8\) +entered \(UTC\+8\) +type +stream +actor +capacity +channel +place +data$/u);
    expect(lines).toHaveLength(events.length + 1);
    expect(lines[1]).toMatch(
      /^1 +2026-05-01 16:00 +2026-05-01 16:00 +PlaceRegistered +place-510121 +county-office +\S+ +web +510121 +placeId=510121 name=金堂县 level=county$/u,
    );
    const votes = lines.filter((text) => text.includes('VoteCast'));
    expect(votes).toHaveLength(2);
    expect(votes[0]).toContain(`entryId=${open.entryId}`);
    expect(votes[1]).toMatch(/voter-1 +resident.*withheld for now$/u);
    expect(votes[1]).not.toContain(embargoed.entryId);
  });

  it('log --ndjson prints the lines of GET /v1/events', async () => {
    const { code, stdout } = await wuwei('log', '--data', folder, '--ndjson');
    expect([code, stdout]).toEqual([0, events.map((event) => `${line(event)}\n`).join('')]);
    expect(stdout).toContain('"withheld":true');
  });

  it('log --json prints one document of what the filters leave, and after which position to go on', async () => {
    const wanted = events.filter(({ type, meta }) => ['PlaceRegistered', 'VoteCast'].includes(type) && meta.includes(village.placeId));
    const [, , firstVote, , secondVote] = wanted;
    expect(wanted.map(({ type }) => type)).toEqual(['PlaceRegistered', 'PlaceRegistered', 'VoteCast', 'PlaceRegistered', 'VoteCast']);
    const ask = async (...filters: readonly string[]) =>
      (
        await wuwei(
          'log',
          '--data',
          folder,
          '--json',
          '--type',
          'PlaceRegistered',
          '--type',
          'VoteCast',
          '--place',
          village.placeId,
          ...filters,
        )
      ).stdout;
    const document = (chosen: readonly StoredEvent[], next: number | null) => `{"events":[${chosen.map(line).join(',')}],"next":${next}}\n`;
    expect(
      await Promise.all([
        ask('--limit', '3'),
        ask('--limit', '5'),
        ask('--after', String(wanted[0]!.position), '--until', '2026-05-12 16:00'),
        ask('--from', '2026-05-12 16:00'),
        ask('--person', 'voter-1', '--after', String(firstVote!.position)),
        ask('--person', 'voter-1', '--type', 'wuwei.VoteCast', '--limit', '1'),
        ask('--stream', `contestVote-${open.id}.voter-1`),
        ask('--stream', `contestVote-${open.id}.voter-1`, '--after', String(firstVote!.position)),
      ]),
    ).toEqual([
      document(wanted.slice(0, 3), firstVote!.position),
      document(wanted, null),
      document([wanted[1]!, wanted[3]!], null),
      document([firstVote!, secondVote!], null),
      document([secondVote!], null),
      document([firstVote!], firstVote!.position),
      document([firstVote!], null),
      document([], null),
    ]);
  });

  it('log --follow tells what is appended, until Ctrl-C', async () => {
    const { child, ended, printed } = start(['log', '--follow', '--ndjson', '--data', folder, '--after', String(events.length - 1)]);
    await printed(events.at(-1)!.id);
    const {
      events: [withdrawn],
    } = await give('WithdrawVote', { entryId: embargoed.entryId }, { id: embargoed.id, sender: voter });
    const told = (await printed(withdrawn!.id)).trimEnd().split('\n');
    expect(told).toHaveLength(2);
    expect(JSON.parse(told[1]!)).toMatchObject({ id: withdrawn!.id, type: 'wuwei.VoteWithdrawn', withheld: true });
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    await caughtUp();
  });

  it('projections tells how far each has come', async () => {
    const { code, stdout } = await wuwei('projections', '--json', '--data', folder);
    const head = await server.log.position();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      head,
      projections: [...allProjections, trailIndex].map(({ name, version }) => ({
        name,
        version,
        state: 'live',
        position: head,
        lag: 0,
        failure: null,
      })),
    });
  });

  it('rebuild and import are refused in a word', async () => {
    const position = await server.log.position();
    for (const args of [
      ['projections', 'rebuild', '--all'],
      ['import', 'places', 'data/jintang-places.json'],
    ]) {
      const { code, stdout, stderr } = await wuwei(...args, '--data', folder);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(new RegExp(`^wuwei: The data folder ${folder} is in use by process ${process.pid} since .*\\n$`, 'u'));
    }
    expect(await server.log.position()).toBe(position);
  });
});

describe('when the server has ended', () => {
  beforeAll(() => server.close());
  const tamper = (name: string, before: string, after: string) => {
    const db = new Database(join(folder, 'read-models.db'));
    const [id, version] = db.prepare('SELECT id, version FROM projections WHERE name = ? AND live = 1').raw().get([name]) as [
      number,
      number,
    ];
    const { changes } = db
      .prepare(`UPDATE "${name}@${version}#${id}" SET row = replace(row, ?, ?) WHERE row LIKE ?`)
      .run([before, after, `%${before}%`]);
    db.close();
    return changes;
  };

  it('check finds the row that was changed, tells no figure of an embargoed contest, and rebuild mends it', async () => {
    expect(tamper('place-tree', '谢杨坝村', '谢家坝村')).toBe(1);
    expect(tamper('contest-ranking', '"embargoed":true', '"embargoed":false')).toBe(1);
    const names = ['place-tree', 'contest-ranking', 'audit'];
    const [json, text] = await Promise.all([
      wuwei('projections', 'check', ...names, '--json', '--data', folder),
      wuwei('projections', 'check', '--data', folder),
    ]);
    expect([json.code, text.code]).toEqual([1, 1]);
    const { same, projections, notBuilt } = JSON.parse(json.stdout);
    expect([same, notBuilt, projections.map((one: { name: string }) => one.name)]).toEqual([false, [], names]);
    expect(projections[0].difference.live.replace('谢家坝村', '谢杨坝村')).toBe(projections[0].difference.rebuilt);
    expect(projections[1].difference).toEqual({
      key: embargoed.id,
      live: '暂不公开 withheld for now',
      rebuilt: '暂不公开 withheld for now',
    });
    expect(projections[2].difference).toBeNull();
    expect(text.stdout).toMatch(/^place-tree: DIFFERENT at key \S+ .*\n {2}live 现有: .*谢家坝村.*\n {2}rebuilt 重建: .*谢杨坝村/mu);
    expect(text.stdout.match(/DIFFERENT/gu)).toHaveLength(2);
    expect(text.stdout.match(/: same up to/gu)).toHaveLength(allProjections.length + 1 - 2);

    const rebuilt = await wuwei('projections', 'rebuild', 'place-tree', 'contest-ranking', '--json', '--data', folder);
    const head = events.length + 1;
    expect(rebuilt.code).toBe(0);
    expect(JSON.parse(rebuilt.stdout)).toMatchObject({
      rebuilt: [
        { name: 'place-tree', position: head },
        { name: 'contest-ranking', position: head },
      ],
    });
    expect(rebuilt.stderr).toBe(`place-tree: ${head} events\ncontest-ranking: ${head} events\n`);
    expect(await wuwei('projections', 'check', ...names, '--data', folder)).toMatchObject({
      code: 0,
      stdout: expect.not.stringContaining('DIFFERENT'),
    });
  });

  it('check tells nothing of the papers of a ballot that is open, not even which of them it is that differs', async () => {
    for (const [before, after] of [
      ['"count":1', '"count":9'],
      ['"ballots":1', '"ballots":9'],
    ] as const) {
      expect(tamper('ballot-tally', before, after)).toBe(1);
      const [json, text] = await Promise.all([
        wuwei('projections', 'check', 'ballot-tally', '--json', '--data', folder),
        wuwei('projections', 'check', 'ballot-tally', '--data', folder),
      ]);
      expect([json.code, text.code]).toEqual([1, 1]);
      expect(JSON.parse(json.stdout).projections[0].difference).toEqual({
        key: secret,
        live: '暂不公开 withheld for now',
        rebuilt: '暂不公开 withheld for now',
      });
      expect(text.stdout).toMatch(new RegExp(`DIFFERENT at key ${secret} `, 'u'));
      expect(tamper('ballot-tally', after, before)).toBe(1);
    }
  });

  it('check does not say same of what an event stopped, nor of what lags behind', async () => {
    const head = events.length + 1;
    const tell = async () =>
      Promise.all([
        wuwei('projections', 'check', 'place-tree', '--json', '--data', folder),
        wuwei('projections', 'check', 'place-tree', '--data', folder),
      ]);
    const set = (position: number, failure: object | null, lastEventId?: string) => {
      const db = new Database(join(folder, 'read-models.db'));
      db.exec(`ATTACH '${join(folder, 'log.db')}' AS log`);
      db.prepare(
        `UPDATE projections SET position = ?1, failure = ?2, last_event_position = ?1, last_event_id = coalesce(?3, (SELECT id FROM log.events WHERE position = ?1))
         WHERE name = 'place-tree'`,
      ).run([position, failure && JSON.stringify(failure), lastEventId ?? null]);
      db.close();
    };
    const failure = { eventId: 'e1', type: 'VoteWithdrawn', position: head, message: 'a key is not a string' };
    for (const [stopped, remedy] of [
      [failure, '1 stopped by an event: restore log.db'],
      [null, '0 not built, 1 behind the log: run `wuwei serve`'],
    ] as const) {
      set(head - 1, stopped);
      const [json, text] = await tell();
      expect([json.code, text.code]).toEqual([1, 1]);
      expect(JSON.parse(json.stdout)).toMatchObject({
        same: false,
        notBuilt: [],
        projections: [{ name: 'place-tree', position: head - 1, lag: 1, failure: stopped, difference: null }],
      });
      expect(text.stdout).toContain(
        `the 1 events after that were NOT COMPARED 其后 1 个事件未核对${stopped ? `; it has stopped 停止 at event VoteWithdrawn e1 at position ${head}: a key is not a string` : ''}\n`,
      );
      expect(text.stdout).toContain(remedy);
    }
    set(head, null, 'e-elsewhere');
    const [foreign, inWords] = await tell();
    expect([foreign.code, inWords.code]).toEqual([1, 1]);
    expect(JSON.parse(foreign.stdout)).toMatchObject({
      same: false,
      projections: [{ difference: null, foreign: { position: head, folded: 'e-elsewhere', stored: expect.any(String) } }],
    });
    expect(inWords.stdout).toMatch(
      /^place-tree: NOT COMPARED, made from another log: at position \d+ it folded event e-elsewhere, the log has .*\n1 made from another log: the next start/u,
    );
    set(head, null);
    expect((await tell()).map(({ code, stdout }) => [code, stdout.includes('NOT')])).toEqual([
      [0, false],
      [0, false],
    ]);
  });

  it('log withholds every vote where there are no read models, check says that it compared nothing, and neither makes any', async () => {
    const files = () => readdirSync(folder).filter((name) => name.startsWith('read-models'));
    const votes = async () =>
      JSON.parse((await wuwei('log', '--type', 'VoteCast', '--json', '--data', folder)).stdout).events.map(
        ({ withheld, data }: { withheld?: boolean; data?: object }) => [withheld, data],
      );
    for (const file of files()) rmSync(join(folder, file));
    expect(await votes()).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
    expect(files()).toEqual([]);
    const head = events.length + 1;
    const { projections } = JSON.parse((await wuwei('projections', '--json', '--data', folder)).stdout);
    expect(projections).toEqual([
      ...allProjections.map(({ name, version }) => ({ name, version, state: 'not built', position: 0, lag: head, failure: null })),
      { ...trailIndex, state: 'live', position: head, lag: 0, failure: null }, // so short a log is read itself
    ]);
    const [json, text] = await Promise.all([
      wuwei('projections', 'check', '--json', '--data', folder),
      wuwei('projections', 'check', '--data', folder),
    ]);
    expect([json.code, text.code]).toEqual([1, 1]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      same: false,
      projections: [trailIndex],
      notBuilt: allProjections.map(({ name }) => name),
    });
    expect(text.stdout.match(/NOT COMPARED, it is not built yet 未核对/gu)).toHaveLength(allProjections.length);
    expect(text.stdout).toMatch(/ not built, 0 behind the log: run `wuwei serve` .*，再行核对。\n$/u);
    expect(files()).toEqual([]);
  });
});

describe('a log of several pages', () => {
  const long = mkdtempSync(join(tmpdir(), 'wuwei-cli-long-'));
  afterAll(() => rmSync(long, { recursive: true }));
  const count = 1_001;
  beforeAll(async () => {
    const log = await openSqliteLog(long);
    const { type, schemaVersion, occurredAt, recordedAt, meta, data } = events[0]!;
    await log.append(
      'place-510121',
      noStream,
      Array.from({ length: count }, () => ({ id: newEventId(), type, schemaVersion, occurredAt, recordedAt, meta, data })),
    );
    await log.close();
    openPersonalKeys(long, '', pino({ level: 'silent' })).close();
  });

  it('goes on from one to the next', async () => {
    const [page, rest, all, none] = await Promise.all([
      wuwei('log', '--data', long, '--json', '--limit', String(count - 1)),
      wuwei('log', '--data', long, '--json', '--after', String(count - 1)),
      wuwei('log', '--data', long),
      wuwei('log', '--data', long, '--json', '--after', String(count + 1)),
    ]);
    expect(none).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(`the log has no position ${count + 1}`) });
    const { events: first, next } = JSON.parse(page.stdout);
    expect([first.length, next]).toEqual([count - 1, count - 1]);
    expect(JSON.parse(rest.stdout)).toMatchObject({ events: [{ position: String(count) }], next: null });
    expect(all.stdout.split('\n').filter((text) => text.includes('PlaceRegistered'))).toHaveLength(count);
    expect(all.stdout.match(/^position/gmu)).toHaveLength(1);
  });

  it('ends quietly when nobody reads on', async () => {
    const { child, ended } = start(['log', '--ndjson', '--data', long]); // more than a pipe takes at once
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});
