import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Server, startServer } from '../../support/server.js';
import { wuwei } from './program.js';

jest.setTimeout(120_000); // each starts the program several times
let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const issue = async (...args: readonly string[]) => (await wuwei('token', '--data', server.folder, ...args)).stdout.trim();
const claimsOf = (token: string) => JSON.parse(atob(token.split('.')[1]!));
const revoke = (...args: readonly string[]) =>
  wuwei('token', 'revoke', ...args, '--data', server.folder, '--port', new URL(server.url).port);
const isAccepted = async (token: string) => (await server.get('/v1/people/holder', token)).status !== 401;

describe('wuwei token', () => {
  it('lives for 12 hours where nothing else is said', async () => {
    const { iat, exp } = claimsOf(await issue('--person', 'holder'));
    expect(exp - iat).toBe(12 * 3600);
  });

  it('is not issued for longer than a token may live, nor for nobody', async () => {
    const asked = (...args: readonly string[]) => wuwei('token', '--data', server.folder, '--person', 'holder', ...args);
    expect(await asked('--hours', '721')).toMatchObject({
      code: 2,
      stderr: 'wuwei: --hours 721: must be more than 0 and at most 720 (30 days, see --token-days)\n',
    });
    expect(await asked('--hours', '721', '--token-days', '31')).toMatchObject({ code: 0 });
    expect(await asked('--token-days', '367')).toMatchObject({
      code: expect.any(Number),
      stderr: expect.stringContaining('from 1 to 366'),
    });
    expect(await wuwei('token', '--data', server.folder)).toMatchObject({ code: 2, stderr: 'wuwei: --person <id> is missing\n' });
  });

  it('is not issued for the ids under which the program itself acts', async () => {
    for (const id of ['system', 'importer', 'operator']) {
      const { code, stdout, stderr } = await wuwei('token', '--data', server.folder, '--person', id);
      expect([code, stdout, stderr]).toEqual([
        2,
        '',
        expect.stringMatching(new RegExp(`^wuwei: --person ${id}: .* the program itself`, 'u')),
      ]);
    }
  });
});

describe('wuwei token revoke', () => {
  it('revokes a token in the running server, by the token itself or by its id and whose it is', async () => {
    const [one, other] = [await issue('--person', 'holder'), await issue('--person', 'holder')];
    expect([await isAccepted(one), await isAccepted(other)]).toEqual([true, true]);
    expect(await revoke(one)).toMatchObject({ code: 0, stderr: '' });
    expect([await isAccepted(one), await isAccepted(other)]).toEqual([false, true]);
    const { jti } = claimsOf(other);
    const { code, stdout } = await revoke(jti, '--person', 'holder', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, { tokenId: jti, personId: 'holder' }]);
    expect(await isAccepted(other)).toBe(false);
    const { stdout: log } = await wuwei('log', '--data', server.folder, '--type', 'TokenRevoked', '--ndjson');
    expect(log.trim().split('\n')).toHaveLength(2);
  });

  it('says what is wrong in one line', async () => {
    const token = await issue('--person', 'holder');
    const wrong = async (code: number, text: RegExp, ended: Promise<{ code: number | null; stderr: string }>) => {
      const { code: was, stderr } = await ended;
      expect([was, stderr]).toEqual([code, expect.stringMatching(text)]);
    };
    await wrong(2, /^wuwei: --person <id> is missing\n$/u, revoke('7d0e2f0a-93f4-4c1b-8a55-1f3f4f0b6a20'));
    await wrong(2, /^wuwei: the token was not issued with the key in this data folder\n$/u, revoke('a.b.c'));
    await wrong(
      1,
      /^wuwei: no server answers at http:\/\/127\.0\.0\.1:1: start it/u,
      wuwei('token', 'revoke', token, '--data', server.folder, '--port', '1'),
    );
  });
});
