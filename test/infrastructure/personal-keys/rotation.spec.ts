import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { InvalidKeyFile } from '../../../src/infrastructure/key-file.js';
import { openPersonalKeys, personalKeysIn } from '../../../src/infrastructure/personal-keys/sqlite.js';
import { rotateMasterKey } from '../../../src/infrastructure/personal-keys/rotation.js';
import { start, wuwei } from '../cli/program.js';

const temporary = mkdtempSync(join(tmpdir(), 'wuwei-rotation-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const logger = pino({ level: 'silent' });
const open = (folder: string) => openPersonalKeys(folder, '', logger);
const everybody = Array.from({ length: 300 }, (_, i) => `person-${i}`);

/** A folder with the keys of everybody, one of them destroyed. */
async function filled() {
  const folder = mkdtempSync(join(temporary, 'data-'));
  const keys = open(folder);
  await keys.keysOf(everybody);
  await keys.destroy('person-7');
  const made = await keys.find(everybody);
  const hash = keys.hashOf('蔡新周');
  keys.close();
  const master = join(folder, 'master.key');
  const found = async () => {
    const reader = personalKeysIn(folder, '');
    const read = await reader.find(everybody);
    reader.close();
    return read;
  };
  return { folder, made, hash, master, found };
}

describe('a rotation of the master key', () => {
  it('wraps every key anew: the keys are the same, and what the old master key opens is in no file', async () => {
    const { folder, made, hash, master, found } = await filled();
    const old = readFileSync(master);
    const { default: Database } = await import('libsql');
    const db = new Database(join(folder, 'keys.db'));
    const wrapped = (db.prepare('SELECT wrapped FROM keys').raw().all() as [Uint8Array][]).map(([bytes]) => bytes);
    db.close();
    expect(rotateMasterKey(folder, '')).toBe(made.size + 1); // and the key of the installation
    expect(readFileSync(master).equals(old)).toBe(false);
    expect((statSync(master).mode & 0o777).toString(8)).toBe('600');
    expect(await found()).toEqual(made);
    const keys = open(folder);
    expect([await keys.find(everybody), keys.hashOf('蔡新周')]).toEqual([made, hash]);
    await expect(keys.keysOf(['person-7'])).rejects.toThrow('was destroyed');
    keys.close();
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    expect(wrapped.filter((bytes) => bytes.length > 0 && files.some((file) => file.includes(Buffer.from(bytes))))).toEqual([]);
    writeFileSync(master, old);
    expect(() => open(folder)).toThrow(InvalidKeyFile);
  });

  it('that broke off before the keys were wrapped is as if it had not begun; one that broke off after is completed', async () => {
    const { folder, made, master, found } = await filled();
    const [next, kept] = [`${master}.next`, join(temporary, 'old.key')];
    copyFileSync(master, kept);
    writeFileSync(next, 'ab'.repeat(32), { mode: 0o600 });
    expect(await found()).toEqual(made);
    open(folder).close();
    expect([readFileSync(master), existsSync(next)]).toEqual([readFileSync(kept), false]);
    writeFileSync(next, 'ef'.repeat(32), { mode: 0o600 }); // somebody may have read it meanwhile: it is not used
    expect(rotateMasterKey(folder, '')).toBe(made.size + 1);
    const rotated = readFileSync(master, 'utf8');
    expect(rotated).not.toBe('ef'.repeat(32));
    // as it was before the file was renamed
    copyFileSync(master, next);
    copyFileSync(kept, master);
    expect(await found()).toEqual(made);
    open(folder).close();
    expect([readFileSync(master, 'utf8'), existsSync(next)]).toEqual([rotated, false]);
    expect(await found()).toEqual(made);
    // and a rotation completes one that broke off, then makes a key of its own
    copyFileSync(master, next);
    copyFileSync(kept, master);
    rotateMasterKey(folder, '');
    expect([readFileSync(master, 'utf8') === rotated, existsSync(next)]).toEqual([false, false]);
    expect(await found()).toEqual(made);
  });

  it('needs keys and the master key that they are wrapped by', async () => {
    const empty = mkdtempSync(join(temporary, 'data-'));
    expect(() => rotateMasterKey(empty, '')).toThrow(InvalidKeyFile);
    expect(readdirSync(empty)).toEqual([]);
    const { folder, master } = await filled();
    writeFileSync(master, 'cd'.repeat(32), { mode: 0o600 });
    expect(() => rotateMasterKey(folder, '')).toThrow(/is not the master key/u);
  });

  it('of which one key is damaged changes nothing, and names its owner', async () => {
    const { folder, made, master } = await filled();
    const { default: Database } = await import('libsql');
    const db = new Database(join(folder, 'keys.db'));
    db.exec("UPDATE keys SET wrapped = x'00' WHERE owner = 'person-9'");
    db.close();
    const before = readFileSync(master);
    expect(() => rotateMasterKey(folder, '')).toThrow(/The key of person-9 .*nothing was rotated/u);
    expect(readFileSync(master)).toEqual(before);
    const reader = personalKeysIn(folder, '');
    expect(await reader.find(everybody)).toEqual(new Map([...made, ['person-9', null]]));
    reader.close();
  });

  it('loses no key, whenever it is killed', async () => {
    const { folder, made, master, found } = await filled();
    for (let round = 0; round < 4; round++) {
      const { child, ended } = start(['keys', 'rotate', '--data', folder]);
      let isRunning = true;
      void ended.then(() => (isRunning = false));
      // from the moment at which the next key is there until the end, a little later in each round
      while (isRunning && !existsSync(`${master}.next`)) await new Promise(setImmediate);
      for (let i = 0; i < round * 3; i++) await new Promise(setImmediate);
      child.kill('SIGKILL');
      await ended;
      expect(await found()).toEqual(made);
    }
    expect((await wuwei('keys', 'rotate', '--data', folder)).code).toBe(0);
    expect(await found()).toEqual(made);
  }, 60_000);
});

describe('`wuwei keys rotate`', () => {
  it('says what it did and what to do with the old key, and is refused while a server runs', async () => {
    const { folder } = await filled();
    const { code, stdout } = await wuwei('keys', 'rotate', '--data', folder);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/300 .*copy/su)]);
    const told = await wuwei('keys', 'rotate', '--data', folder, '--json');
    expect([told.code, JSON.parse(told.stdout)]).toEqual([0, { rotated: 300, masterKeyFile: join(folder, 'master.key') }]);
    const { lockFolder } = await import('../../../src/infrastructure/event-log/sqlite/lock.js');
    const unlock = lockFolder(folder);
    const refused = await wuwei('keys', 'rotate', '--data', folder);
    unlock();
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/wuwei: .*\n/u)]);
    const help = await wuwei('keys', 'rotate', '--help');
    expect(help.stdout).toMatch(/stop the server.*Examples/su);
  }, 60_000);
});
