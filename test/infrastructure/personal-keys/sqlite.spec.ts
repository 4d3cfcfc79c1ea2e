import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { KeyDamaged } from '../../../src/application/ports/personal-keys.js';
import { InvalidKeyFile } from '../../../src/infrastructure/key-file.js';
import { openPersonalKeys, personalKeysIn } from '../../../src/infrastructure/personal-keys/sqlite.js';
import { personalKeysContract } from '../../contracts/personal-keys.contract.js';

const temporary = mkdtempSync(join(tmpdir(), 'wuwei-keys-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const newFolder = () => mkdtempSync(join(temporary, 'data-'));
let told: string[] = [];
const logger = pino({ level: 'warn' }, { write: (line) => void told.push(line) });
const open = (folder: string, masterKeyFile = '') => openPersonalKeys(folder, masterKeyFile, logger);

personalKeysContract('SQLite', () => {
  const folder = newFolder();
  let keys = open(folder);
  return {
    keys,
    again: () => {
      keys.close();
      keys = open(folder);
      return Promise.resolve(keys);
    },
    close: () => keys.close(),
  };
});

it('are in files that only their owner can read, and no key is there in clear', async () => {
  const folder = newFolder();
  const keys = open(folder);
  const key = (await keys.keysOf(['cai'])).get('cai')!;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    expect([name, (statSync(file).mode & 0o777).toString(8), readFileSync(file).includes(Buffer.from(key))]).toEqual([name, '600', false]);
  }
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['keys.db', 'master.key']));
  keys.close();
});

it('are read by others while they are written, and in a folder that cannot be written', async () => {
  const folder = newFolder();
  const keys = open(folder);
  const made = await keys.keysOf(['cai']);
  const reader = personalKeysIn(folder, '');
  expect(await reader.find(['cai', 'wei'])).toEqual(new Map([...made, ['wei', null]]));
  const later = await keys.keysOf(['cai', 'wei']);
  expect(await reader.find(['cai', 'wei'])).toEqual(later);
  reader.close();
  keys.close();
  chmodSync(folder, 0o500);
  const closed = personalKeysIn(folder, '');
  expect(await closed.find(['cai', 'wei'])).toEqual(later);
  closed.close();
  chmodSync(folder, 0o700);
  expect(() => personalKeysIn(newFolder(), '')).toThrow(/keys\.db is missing/u);
});

it('are wrapped by the master key in the file that is named, which is not made', async () => {
  const folder = newFolder();
  const file = join(temporary, 'elsewhere.key');
  expect(() => open(folder, file)).toThrow(/master key .*elsewhere\.key is missing/u);
  writeFileSync(file, 'ab'.repeat(32), { mode: 0o600 });
  const keys = open(folder, file);
  const made = await keys.keysOf(['cai']);
  keys.close();
  expect(readdirSync(folder)).not.toContain('master.key');
  const reader = personalKeysIn(folder, file);
  expect(await reader.find(['cai'])).toEqual(made);
  reader.close();
});

it('warn once that the master key lies beside the data', () => {
  told = [];
  const folder = newFolder();
  open(folder).close();
  expect(told).toEqual([expect.stringMatching(/master key was made beside the data/u)]);
  open(folder).close();
  expect(told).toHaveLength(1);
});

it('are not opened without the master key or with another, and none is made in its place', () => {
  const folder = newFolder();
  open(folder).close();
  const file = join(folder, 'master.key');
  renameSync(file, `${file}.kept`);
  for (const opening of [() => open(folder), () => personalKeysIn(folder, '')]) expect(opening).toThrow(InvalidKeyFile);
  expect(readdirSync(folder)).not.toContain('master.key');
  writeFileSync(file, 'cd'.repeat(32), { mode: 0o600 });
  for (const opening of [() => open(folder), () => personalKeysIn(folder, '')]) expect(opening).toThrow(/is not the master key/u);
  chmodSync(`${file}.kept`, 0o644);
  renameSync(`${file}.kept`, file);
  expect(() => open(folder)).toThrow(/chmod 600/u);
});

it('are not wrapped by a folder: it is said that it is one', () => {
  const folder = newFolder();
  open(folder).close();
  for (const opening of [() => open(folder, temporary), () => personalKeysIn(folder, temporary)])
    expect(opening).toThrow(/is a folder.*是目录/u);
});

it('of one person are no other’s: a wrapped key that is moved is not taken', async () => {
  const folder = newFolder();
  const keys = open(folder);
  await keys.keysOf(['cai', 'wei']);
  keys.close();
  const copy = join(newFolder(), 'data');
  mkdirSync(copy, { mode: 0o700 });
  for (const name of ['keys.db', 'master.key']) copyFileSync(join(folder, name), join(copy, name));
  const { default: Database } = await import('libsql');
  const db = new Database(join(copy, 'keys.db'));
  db.exec("UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE owner = 'wei') WHERE owner = 'cai'");
  db.close();
  const moved = open(copy);
  await expect(moved.keysOf(['cai'])).rejects.toEqual(new KeyDamaged('cai'));
  expect((await moved.find(['cai', 'wei'])).get('cai')).toBeNull();
  expect((await moved.find(['cai', 'wei'])).get('wei')).toHaveLength(32);
  moved.close();
});

it('that are destroyed leave no trace in any file: not among many, and not in free space', async () => {
  const folder = newFolder();
  const keys = open(folder);
  const everybody = Array.from({ length: 500 }, (_, i) => `person-${i}`);
  for (const [i] of everybody.entries()) await keys.keysOf([everybody[(i * 271) % everybody.length]!]); // rows move as pages are split
  const { default: Database } = await import('libsql');
  const db = new Database(join(folder, 'keys.db'));
  const rows = db.prepare('SELECT owner, wrapped FROM keys').raw().all() as [string, Uint8Array][];
  db.close();
  const wrapped = new Map(rows.filter(([owner]) => /^person-\d*7$/u.test(owner)));
  const holding = () => {
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    return [...wrapped].flatMap(([owner, bytes]) => (files.some((file) => file.includes(Buffer.from(bytes))) ? [owner] : []));
  };
  expect(holding()).toHaveLength(50);
  for (const owner of wrapped.keys()) await keys.destroy(owner);
  expect(holding()).toEqual([]);
  expect((await keys.find(everybody)).size).toBe(450);
  keys.close();
  expect(holding()).toEqual([]);
});
