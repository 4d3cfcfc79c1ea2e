import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { openIssuer } from '../../../src/infrastructure/auth/issuer.js';
import { valuesOf, withSettings } from '../../../src/infrastructure/cli/common.js';
import { InvalidSecretFile } from '../../../src/infrastructure/secret-file.js';
import { secretFileOf, settings, type Setting, variables } from '../../../src/infrastructure/settings.js';
import { start, wuwei } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'wuwei-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const secret = 'mongodb://wuwei:p4ssw0rd@db:27017/wuwei';
let files = 0;
const fileWith = (text: string, mode = 0o600) => {
  const file = join(folder, String(files++));
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};
afterEach(() => ['WUWEI_MONGODB', 'WUWEI_MONGODB_FILE'].forEach((name) => delete process.env[name]));

const read = (flags: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
  Object.assign(process.env, environment);
  const command = withSettings(new Command('some'), 'mongodb').exitOverride();
  command.parse(flags, { from: 'user' });
  return valuesOf(command).mongodb;
};

describe('a secret setting', () => {
  it.each([
    ['a file of a flag', ['--mongodb-file', fileWith(`${secret}\n`)], {}],
    ['a file of a variable', [], { WUWEI_MONGODB_FILE: fileWith(secret, 0o400) }],
    ['a flag', ['--mongodb', secret], { WUWEI_MONGODB_FILE: join(folder, 'none') }],
    ['a file of a flag, before a variable', ['--mongodb-file', fileWith(secret)], { WUWEI_MONGODB: 'mongodb://other' }],
  ])('is read from %s', (_, flags, environment) => {
    expect(read(flags, environment)).toBe(secret);
  });

  it('has its default where it is not given', () => {
    expect(read([])).toBe('');
  });

  it('is refused if it is given both ways', () => {
    expect(() => read(['--mongodb', secret, '--mongodb-file', fileWith(secret)])).toThrow(
      'give --mongodb (WUWEI_MONGODB) or --mongodb-file (WUWEI_MONGODB_FILE), not both',
    );
    expect(() => read([], { WUWEI_MONGODB: secret, WUWEI_MONGODB_FILE: fileWith(secret) })).toThrow('not both');
  });

  const loop = join(folder, 'loop');
  symlinkSync(loop, loop);
  mkdirSync(join(folder, 'folder'));
  it.each([
    ['is missing', join(folder, 'none'), /none does not exist\. .*不存在/u],
    ['is empty', fileWith(' \n'), /is empty\. .*空文件/u],
    ['cannot be read', loop, /cannot be read \(ELOOP.*无法读取/u],
    ['is a folder', join(folder, 'folder'), /is a folder: give the path of the file in it\. .*目录/u],
    ['can be read by the group', fileWith(secret, 0o640), /can be used by others than its owner\. Run: chmod 600 .*他人/u],
    ['can be read by all', fileWith(secret, 0o604), /can be used by others than its owner/u],
  ])('is refused if its file %s', (_, file, message) => {
    const reading = () => read([], { WUWEI_MONGODB_FILE: file });
    expect(reading).toThrow(message);
    expect(reading).toThrow(/^--mongodb-file \(WUWEI_MONGODB_FILE\): /u);
  });

  it.each([
    ['a flag', ['--mongodb', 'mysql://wuwei:p4ssw0rd@db'], {}],
    ['a variable', [], { WUWEI_MONGODB: 'mysql://wuwei:p4ssw0rd@db' }],
    ['a file', [], { WUWEI_MONGODB_FILE: fileWith('mysql://wuwei:p4ssw0rd@db') }],
  ])('is not repeated by the program when it is invalid in %s', async (_, flags, environment) => {
    const { code, stdout, stderr } = await start(['serve', '--port', '0', '--data', join(folder, 'data'), ...flags], environment).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^wuwei: --mongodb\S* \(WUWEI_MONGODB\S*\): must be mongodb:\/\/.*\n$/u);
    expect(stderr).not.toContain('p4ssw0rd');
  });
});

describe('--help', () => {
  it('names the file of each secret setting, and no file of others', async () => {
    const help = (await wuwei('serve', '--help')).stdout.replaceAll(/\s+/gu, ' ');
    const secrets = Object.values<Setting<unknown>>(settings).filter(({ isSecret }) => isSecret);
    expect(secrets.map(({ variable }) => variable)).toEqual(['WUWEI_EVENTSTORE', 'WUWEI_MONGODB']);
    for (const { flag, variable } of secrets.map(secretFileOf)) {
      expect(help).toContain(flag);
      expect(help).toContain(`(env: ${variable})`);
    }
    expect(variables.filter((name) => name.endsWith('_FILE'))).toEqual([
      'WUWEI_EVENTSTORE_FILE',
      'WUWEI_MONGODB_FILE',
      'WUWEI_MASTER_KEY_FILE',
      'WUWEI_ISSUER_KEY_FILE',
    ]);
  });
});

describe('the key of the tokens', () => {
  const actor = { id: 'somebody', grants: [] };

  it('given one file that two data folders name, when one issues a token, then the other takes it', async () => {
    const file = fileWith('ab'.repeat(32));
    const [one, other, stranger] = ['one', 'other', 'stranger'].map((name) => join(folder, name));
    const token = openIssuer(one!, 30, file).issue(actor, 60);
    expect(await openIssuer(other!, 30, file).verify(token)).toMatchObject({ actor });
    expect(await openIssuer(stranger!).verify(token)).toBe('auth.invalid-token');
  });

  it('is not made where a file is named: that must be there', () => {
    expect(() => openIssuer(folder, 30, join(folder, 'none'))).toThrow(InvalidSecretFile);
  });
});

describe('given a command that reads an installation', () => {
  it.each([['log'], ['recompute'], ['projections']])('when one of the two engines is set, then wuwei %s asks for both', async (name) => {
    const { code, stdout, stderr } = await start([name], { WUWEI_EVENTSTORE: 'esdb://127.0.0.1:1' }).ended;
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('name both --eventstore and --mongodb')]);
  });

  it('when the engines do not answer, then wuwei log says so', async () => {
    const engines = { WUWEI_EVENTSTORE: 'esdb://127.0.0.1:1?tls=false', WUWEI_MONGODB: 'mongodb://127.0.0.1:1/none' };
    const { code, stdout, stderr } = await start(['log'], engines).ended;
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^wuwei: .+\n$/u)]);
  });
});
