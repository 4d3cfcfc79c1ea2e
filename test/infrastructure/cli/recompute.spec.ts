import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Database from 'libsql';
import type { StoredEvent } from '../../../src/application/ports/event-log.js';
import { startServer } from '../../support/server.js';
import { liveContests, liveRenovation, openList, settleDown } from '../../system/life.js';
import { caughtUp, overRest, type Seen } from '../../system/stage.js';
import { type Ended, wuwei } from './program.js';
import { beginning } from '../../../src/projections/position.js';

jest.setTimeout(180_000);
const root = mkdtempSync(join(tmpdir(), 'wuwei-recompute-'));
let history: readonly StoredEvent[];
let whileServing: Ended;
let closed: string;

beforeAll(async () => {
  const server = await startServer();
  const stage = overRest(server);
  const cast = await settleDown(stage);
  await liveContests(stage, cast);
  await liveRenovation(stage, cast);
  const { params } = await openList(stage, { rule: { rule: 'greedy' }, lastTies: 'listed', drawCommitment: undefined });
  for (const [i, option] of ['ludeng', 'ludeng', 'changyi'].entries())
    await stage.give('CastPaper', cast.residents[i]!, { params, data: { approved: [option] } });
  await stage.until(stage.inDays(2));
  await caughtUp(server.wuwei);
  const found: StoredEvent[] = [];
  for await (const { events: page } of server.wuwei.log.readAll(beginning)) found.push(...page);
  history = found;
  whileServing = await wuwei('recompute', '--json', '--data', server.folder);
  await server.wuwei.close();
  closed = copyOf(server.folder, 'closed');
  await server.close().catch(() => undefined); // the log is closed already
}, 120_000);
afterAll(() => rmSync(root, { recursive: true }));

function copyOf(folder: string, name: string, only = /^(log|read-models)\.db/u): string {
  const copy = mkdtempSync(join(root, `${name}-`));
  for (const file of readdirSync(folder)) if (only.test(file)) copyFileSync(join(folder, file), join(copy, file));
  return copy;
}

const first = (type: string, is: (data: Seen) => boolean = () => true): StoredEvent =>
  history.find((event) => event.type === type && is(JSON.parse(event.data)))!;

/** A folder in whose log one event was changed, as by somebody who knows how checksums are made. */
function forged(event: StoredEvent, change: (data: Seen) => Seen): string {
  const folder = copyOf(closed, 'forged');
  const db = new Database(join(folder, 'log.db'));
  const data = JSON.stringify(change(JSON.parse(event.data)));
  const { position, id, stream, revision, type, schemaVersion, occurredAt, recordedAt, meta } = event;
  const columns = [position, id, stream, revision, type, schemaVersion, occurredAt, recordedAt, meta, data];
  db.prepare('UPDATE events SET data = ?, checksum = ? WHERE position = ?').run([data, crc32(columns.join('\0')), position]);
  db.close();
  return folder;
}

describe('wuwei recompute', () => {
  it('derives every published result while a server has the folder open, and compares every row', () => {
    const { code, stdout } = whileServing;
    const { same, results, rows, difference } = JSON.parse(stdout);
    expect([code, same, difference]).toEqual([0, true, null]);
    expect(results.map(({ type, position }: Seen) => [type, position])).toEqual(
      history
        .filter(({ type }) => ['ResultPublished', 'RenovationDecided', 'BallotResultPublished'].includes(type))
        .map(({ type, position }) => [type, position]),
    );
    const compared = rows.filter((one: Seen) => one.compared > 0).map(({ projection }: Seen) => projection);
    expect(compared).toEqual([
      'contest-ranking',
      'contest-result',
      'renovation-ballot-count',
      'renovation-decisions',
      'ballot-tally',
      'ballot',
    ]);
  });

  it('lists for people what was recomputed, also from a log without read models, and changes nothing', async () => {
    const folder = copyOf(closed, 'log-only', /^log\.db/u);
    const before = readFileSync(join(folder, 'log.db'));
    const { code, stdout } = await wuwei('recompute', '--data', folder);
    expect([code, stdout]).toEqual([0, expect.stringContaining('There are no rows to compare.')]);
    const published = first('ResultPublished');
    const { sha256, votes } = JSON.parse(published.data);
    expect(stdout).toMatch(new RegExp(`^${published.position} +ResultPublished +\\S+ +${votes} +${sha256} `, 'mu'));
    expect(readFileSync(join(folder, 'log.db')).equals(before)).toBe(true);
  });

  it.each([
    [
      'a contest',
      () => {
        const published = first('ResultPublished');
        const [entry, other] = JSON.parse(published.data).ranking.map(({ entryId }: Seen) => entryId);
        const vote = history.findLast(({ type, data }) => type === 'VoteCast' && JSON.parse(data).entryId === entry)!;
        return { vote, published, change: (data: Seen) => ({ ...data, entryId: other }), stated: { field: 'ranking[0].votes', stated: 5 } };
      },
    ],
    [
      'a renovation',
      () => {
        const vote = first('RenovationBallotCast', ({ choice, replaces }) => choice === 'approve' && replaces === undefined);
        const { ballotId } = JSON.parse(vote.data);
        const published = first('RenovationDecided', (data) => data.ballotId === ballotId);
        const stated = { field: 'decision.counts[0].heads' };
        return { vote, published, change: (data: Seen) => ({ ...data, choice: 'reject' }), stated };
      },
    ],
    [
      'a ballot',
      () => {
        const stated = { field: 'winners[0]', stated: 'ludeng', derived: 'changyi' };
        const change = (data: Seen) => ({ ...data, paper: { approved: ['changyi'] } });
        return { vote: first('PaperCast'), published: first('BallotResultPublished'), change, stated };
      },
    ],
  ])('finds a vote of %s that was changed in log.db, its checksum with it', async (_, scenario) => {
    const { vote, published, change, stated } = scenario();
    const folder = forged(vote, change);
    const { code, stdout } = await wuwei('recompute', '--json', '--data', folder);
    const { type, id: eventId, position } = published;
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { same: false, difference: { ...stated, where: { type, eventId, position } } }]);
    const told = (await wuwei('recompute', '--data', folder)).stdout;
    expect(told).toContain(`event 事件 ${type} ${eventId} at position ${position}, field 字段 ${stated.field}`);
    expect(told).toMatch(/stated 所载: +\S+\n +from the log 重算: +\S+/u);
  });

  it('finds a row that says otherwise than the log', async () => {
    const folder = copyOf(closed, 'rows');
    const db = new Database(join(folder, 'read-models.db'));
    const [table] = db.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'contest-ranking@%'").raw().get() as [string];
    db.exec(`UPDATE "${table}" SET row = replace(row, '"votes":[5,1', '"votes":[5,2')`);
    db.close();
    const { code, stdout } = await wuwei('recompute', '--json', '--data', folder);
    expect([code, JSON.parse(stdout).difference]).toMatchObject([
      1,
      { of: 'contest', where: { projection: 'contest-ranking' }, field: 'ranking[0].votes', stated: 2, derived: 1 },
    ]);
  });

  it('says where there is no log, and what it does', async () => {
    const { code, stderr } = await wuwei('recompute', '--data', join(root, 'nothing'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('There is no log')]);
    const help = (await wuwei('recompute', '--help')).stdout;
    expect(help).toContain('docs/verifying.md');
    expect(help).toContain('Exit codes: 0');
  });
});
