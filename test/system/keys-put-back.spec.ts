import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import { pino } from 'pino';
import { ballotFileOwner } from '../../src/domain/platform/ballot-file.js';
import { InvalidKeyFile } from '../../src/infrastructure/key-file.js';
import { personalKeysIn } from '../../src/infrastructure/personal-keys/sqlite.js';
import { openWuwei, type WuweiOptions } from '../../src/infrastructure/wuwei.js';
import { wuwei } from '../infrastructure/cli/program.js';
import { actor, FakeClock, official } from '../support/application.js';
import { keptFile, openProjectList } from './project-list.js';
import { onApplication, type Stage } from './stage.js';
import { atOnce } from '../support/at-once.js';

const top = mkdtempSync(join(tmpdir(), 'wuwei-put-back-'));
afterAll(() => rmSync(top, { recursive: true }));
/** As the data was left, and the keys as they were before the erasures. */
const [data, backup] = [join(top, 'data'), join(top, 'backup')];
const second = actor('another-office', ...official.grants);
const placeId = '510121';
const clock = new FakeClock();
let told: string[] = [];
const logger = pino({ level: 'warn' }, { write: (line) => void told.push(line) });

async function running<T>(folder: string, work: (stage: Stage) => Promise<T>, more: Partial<WuweiOptions> = {}): Promise<T> {
  const server = await openWuwei({ folder, clock, logger, ...more });
  try {
    return await work(onApplication({ ...server, clock }));
  } finally {
    await server.close();
  }
}

let cai: string;
let wei: string;
let late: string;
let ballotId: string;
beforeAll(async () => {
  const register = async (stage: Stage, name: string) =>
    (await stage.give('RegisterPerson', official, { data: { placeId, name, contact: '1' } })).id;
  await running(data, async (stage) => {
    await stage.give('RegisterPlace', official, { data: { placeId, name: '金堂县', level: 'county' } });
    await stage.give('AdoptPlacePolicy', official, { data: atOnce(stage.inDays(0)) });
    [cai, wei] = [await register(stage, '蔡新周'), await register(stage, '魏某')];
    ballotId = await openProjectList(stage, placeId);
    await stage.give('KeepBallotFile', official, { params: { id: ballotId }, data: keptFile });
  });
  cpSync(data, backup, { recursive: true });
  await running(data, async (stage) => {
    late = await register(stage, '后来人');
    for (const id of [cai, late]) {
      await stage.give('RequestErasure', official, { params: { id }, data: { reason: 'unlawful' } });
      const { items } = await stage.ask('GetErasures', official, { id });
      await stage.give('ConfirmErasure', second, { params: { id, erasureId: items[0].erasureId } });
    }
    await stage.give('RequestBallotFileErasure', official, { params: { id: ballotId }, data: { reason: 'retention-ended' } });
    await stage.give('ConfirmBallotFileErasure', second, { params: { id: ballotId } });
    await stage.until(stage.inDays(0));
  });
});

let count = 0;
function copied(): string {
  const folder = join(top, `copy-${++count}`);
  cpSync(data, folder, { recursive: true });
  return folder;
}
const keysFiles = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('keys.db'));
const losses: readonly (readonly [string, (folder: string) => void])[] = [
  ['missing', (folder) => keysFiles(folder).forEach((name) => rmSync(join(folder, name)))],
  [
    'empty',
    (folder) => {
      for (const name of keysFiles(folder)) if (name !== 'keys.db') rmSync(join(folder, name));
      truncateSync(join(folder, 'keys.db'));
    },
  ],
  [
    'without the key of the installation',
    (folder) => {
      const db = new Database(join(folder, 'keys.db'));
      db.exec("DELETE FROM keys WHERE owner = '/installation'");
      db.close();
    },
  ],
];
const isMissing = /keys\.db .*[Pp]ut .*back from the backup.*请从备份/su;

describe.each(losses)('a keys.db that is %s beside a log with events', (_, lose) => {
  it('keeps the server from starting, and no new one is made', async () => {
    const folder = copied();
    lose(folder);
    const before = existsSync(join(folder, 'keys.db')) && readFileSync(join(folder, 'keys.db'));
    for (let attempt = 0; attempt < 2; attempt++) {
      const opening = running(folder, () => Promise.resolve());
      await expect(opening).rejects.toThrow(InvalidKeyFile);
      await expect(opening).rejects.toThrow(isMissing);
    }
    if (before === false || before.length === 0)
      expect(existsSync(join(folder, 'keys.db')) && readFileSync(join(folder, 'keys.db'))).toEqual(before);
    const { code, stderr } = await wuwei('serve', '--data', folder, '--port', '0');
    expect([code, stderr]).toEqual([2, expect.stringMatching(isMissing)]);
    cpSync(join(data, 'keys.db'), join(folder, 'keys.db'));
    expect(await running(folder, async (stage) => stage.ask('GetPerson', official, { id: wei }))).toMatchObject({ name: '魏某' });
  }, 60_000);

  it('is told by `wuwei log` and `wuwei export`, which show nobody as erased; the sealed log is there', async () => {
    const folder = copied();
    lose(folder);
    for (const args of [['log'], ['export', ballotId]]) {
      const { code, stdout, stderr } = await wuwei(...args, '--data', folder);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(isMissing)]);
    }
    const { code, stdout } = await wuwei('log', '--data', folder, '--ndjson', '--sealed');
    expect([code, stdout]).toEqual([0, expect.stringContaining('PersonErased')]);
  }, 60_000);
});

describe.each(losses)('a keys.db that is %s and has no backup', (which, lose) => {
  it('is given up with --accept-lost-keys: what was sealed is unreadable, and people go on with new keys', async () => {
    const folder = copied();
    lose(folder);
    told = [];
    await running(folder, () => Promise.resolve(), { acceptLostKeys: true });
    expect(told.map((line) => JSON.parse(line).msg)).toContainEqual(expect.stringMatching(/lost for good.*永远丢失/u));
    await running(folder, async (stage) => {
      const isThere = which === 'without the key of the installation'; // then the other keys are
      const seen = await stage.ask('GetPerson', official, { id: wei });
      expect([seen.name, seen.unreadable]).toEqual(isThere ? ['魏某', undefined] : [null, ['/name', '/contact']]);
      const erased = await stage.ask('GetPerson', official, { id: cai });
      expect([erased.name, erased.erased, erased.unreadable]).toEqual([null, ['/name', '/contact'], undefined]);
      await stage.give('CorrectPerson', official, { params: { id: wei }, data: { name: '魏新', contact: '2' } });
      expect(await stage.ask('GetPerson', official, { id: wei })).toMatchObject({ name: '魏新', contact: '2' });
      await expect(stage.give('CorrectPerson', official, { params: { id: cai }, data: { name: '又来' } })).rejects.toThrow('person.erased');
    });
  }, 60_000);
});

it('a damaged key without a backup is given up with --accept-lost-keys: its owner gets a new one, and all others keep theirs', async () => {
  const folder = copied();
  const db = new Database(join(folder, 'keys.db'));
  db.prepare('UPDATE keys SET wrapped = ? WHERE owner = ?').run([randomBytes(60), wei]);
  db.close();
  const correct = async (stage: Stage) => stage.give('CorrectPerson', official, { params: { id: wei }, data: { name: '魏新' } });
  await running(folder, async (stage) => expect(correct(stage)).rejects.toThrow('is missing or damaged'));
  told = [];
  await running(folder, () => Promise.resolve(), { acceptLostKeys: true });
  expect(told.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ damaged: [wei], upToEvent: expect.any(String) }));
  await running(folder, async (stage) => {
    await correct(stage);
    const { name, unreadable } = await stage.ask('GetPerson', official, { id: wei });
    expect([name, unreadable]).toEqual(['魏新', undefined]);
    expect(await stage.ask('GetPerson', official, { id: late })).toMatchObject({ name: null, erased: ['/name', '/contact'] });
  });
}, 60_000);

describe('an older keys.db that is put back beside a newer log', () => {
  it('revives nobody: the keys that the log says are destroyed are destroyed again before anything is served', async () => {
    const folder = copied();
    keysFiles(folder).forEach((name) => rmSync(join(folder, name)));
    cpSync(join(backup, 'keys.db'), join(folder, 'keys.db'));
    const file = ballotFileOwner(ballotId);
    const owners = [cai, wei, late, file];
    const found = async () => {
      const keys = personalKeysIn(folder, '');
      const owned = await keys.find(owners);
      keys.close();
      return owners.filter((owner) => owned.get(owner));
    };
    expect(await found()).toEqual([cai, wei, file]);
    told = [];
    const [seen, warnings] = await running(folder, async (stage) => {
      const warned = [...told];
      expect(await found()).toEqual([wei]);
      const refused = async (id: string) => stage.give('CorrectPerson', official, { params: { id }, data: { contact: '2' } });
      for (const id of [cai, late]) await expect(refused(id)).rejects.toThrow('person.erased'); // no key is made for whom it had none
      return [await stage.ask('GetPerson', official, { id: wei }), warned] as const;
    });
    expect(seen).toMatchObject({ name: '魏某' });
    expect(warnings).toEqual([expect.stringMatching(/"keys":2.*older copy of keys\.db.*现已销毁/u)]);
    told = [];
    await running(folder, () => Promise.resolve());
    expect(told).toEqual([]);
  });
});

describe('an older keys.db that lacks keys which the log needs', () => {
  /** As `data`, with one more person, and the keys as they were before. */
  let newest: string;
  let li: string;
  beforeAll(async () => {
    newest = copied();
    li = await running(newest, async (stage) => {
      const { id } = await stage.give('RegisterPerson', official, { data: { placeId, name: '李某', contact: '3' } });
      return id;
    });
  });
  function withOlderKeys(): string {
    const folder = copied();
    rmSync(folder, { recursive: true });
    cpSync(newest, folder, { recursive: true });
    keysFiles(folder).forEach((name) => rmSync(join(folder, name)));
    cpSync(join(data, 'keys.db'), join(folder, 'keys.db'));
    return folder;
  }
  const isOlder = /older copy.*without their keys, of 1 in all.*Put the newest keys\.db.*请从备份放回/su;

  it('keeps the server from starting, and no key is made: with the newest copy everything can be read', async () => {
    const folder = withOlderKeys();
    for (let attempt = 0; attempt < 2; attempt++) {
      const opening = running(folder, () => Promise.resolve());
      await expect(opening).rejects.toThrow(InvalidKeyFile);
      await expect(opening).rejects.toThrow(isOlder);
      await expect(opening).rejects.toThrow(li);
    }
    const { code, stderr } = await wuwei('serve', '--data', folder, '--port', '0');
    expect([code, stderr]).toEqual([2, expect.stringMatching(isOlder)]);
    keysFiles(folder).forEach((name) => rmSync(join(folder, name)));
    cpSync(join(newest, 'keys.db'), join(folder, 'keys.db'));
    expect(await running(folder, async (stage) => stage.ask('GetPerson', official, { id: li }))).toMatchObject({ name: '李某' });
  }, 60_000);

  it('is accepted with --accept-lost-keys: the owner gets a new key, and the texts of all others stay readable', async () => {
    const folder = withOlderKeys();
    told = [];
    await running(folder, () => Promise.resolve(), { acceptLostKeys: true });
    expect(told.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ owners: [li], upToEvent: expect.any(String) }));
    await running(folder, async (stage) => {
      expect(await stage.ask('GetPerson', official, { id: li })).toMatchObject({ name: null, unreadable: ['/name', '/contact'] });
      await stage.give('CorrectPerson', official, { params: { id: li }, data: { name: '李新' } });
      expect(await stage.ask('GetPerson', official, { id: li })).toMatchObject({ name: '李新' });
      expect(await stage.ask('GetPerson', official, { id: wei })).toMatchObject({ name: '魏某' });
    });
  }, 60_000);
});

it('an older keys.db beside a newer log shows nobody who was erased to `wuwei log`, before any server was started', async () => {
  const folder = copied();
  keysFiles(folder).forEach((name) => rmSync(join(folder, name)));
  cpSync(join(backup, 'keys.db'), join(folder, 'keys.db'));
  const { code, stdout } = await wuwei('log', '--data', folder, '--ndjson', '--type', 'PersonRegistered');
  const lines = stdout.trim().split('\n');
  expect([code, lines.map((line) => JSON.parse(line).data)]).toEqual([
    0,
    [
      { personId: cai, placeId, name: null, contact: null, erased: ['/name', '/contact'] },
      { personId: wei, placeId, name: '魏某', contact: '1' },
      { personId: late, placeId, name: null, contact: null, erased: ['/name', '/contact'] },
    ],
  ]);
});

it('a newer keys.db beside an older log is told, with the owners whose destroyed keys the log does not know', async () => {
  const folder = copied();
  for (const name of readdirSync(folder)) if (name.startsWith('log.db')) rmSync(join(folder, name));
  cpSync(join(backup, 'log.db'), join(folder, 'log.db'));
  told = [];
  const seen = await running(folder, (stage) => stage.ask('GetPerson', official, { id: wei }), { acceptLoss: true });
  expect(seen).toMatchObject({ name: '魏某' });
  const warnings = told.map((line) => JSON.parse(line)).filter(({ owners }) => owners !== undefined);
  expect(warnings).toEqual([
    expect.objectContaining({
      owners: expect.arrayContaining([cai, late]),
      msg: expect.stringMatching(/log\.db is an older copy.*较早的副本/u),
    }),
  ]);
});

it('a log whose record of an erasure is damaged is told in one line, by the server and by `wuwei log`', async () => {
  const folder = copied();
  for (const name of keysFiles(folder)) rmSync(join(folder, name));
  cpSync(join(backup, 'keys.db'), join(folder, 'keys.db')); // compared with the log up to before the erasures
  const db = new Database(join(folder, 'log.db'));
  db.exec("UPDATE events SET data = replace(data, 'personId', 'personid') WHERE type = 'PersonErased'");
  db.close();
  for (const args of [
    ['serve', '--port', '0', '--log-level', 'error'],
    ['log', '--type', 'PersonRegistered'],
  ]) {
    const { code, stdout, stderr } = await wuwei(...args, '--data', folder);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      expect.stringMatching(/^wuwei: .*log\.db: the event .* does not match its checksum.*\n$/u),
    ]);
  }
}, 60_000);
