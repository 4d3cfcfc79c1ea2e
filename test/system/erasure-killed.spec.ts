import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import type { Actor } from '../../src/application/kernel/actor.js';
import { openIssuer } from '../../src/infrastructure/auth/issuer.js';
import { openLogReader } from '../../src/infrastructure/event-log/sqlite/reader.js';
import { personalKeysIn } from '../../src/infrastructure/personal-keys/sqlite.js';
import { start } from '../infrastructure/cli/program.js';
import { actor, official } from '../support/application.js';
import { until } from '../support/until.js';
import type { Seen } from './stage.js';

const folder = mkdtempSync(join(tmpdir(), 'wuwei-erasure-killed-'));
let running: ReturnType<typeof start> | null = null;
afterAll(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  rmSync(folder, { recursive: true });
});

/** The server in a process of its own. */
async function serve() {
  const server = start(['serve', '--data', folder, '--port', '0', '--json', '--log-level', 'warn']);
  running = server;
  const { url } = JSON.parse(await server.printed('\n')) as { url: string };
  const issuer = openIssuer(folder);
  const asked = async (path: string, by: Actor, body?: object): Promise<Seen> => {
    const answer = await fetch(url + path, {
      headers: { 'content-type': 'application/json', authorization: `Bearer ${issuer.issue(by, 3600)}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const kill = async () => {
    server.child.kill('SIGKILL');
    await server.ended;
  };
  return { asked, kill };
}

/** What is there when nothing runs: the events of an erasure, and whether there is a key. */
async function left(personId: string) {
  const log = openLogReader(folder);
  const types = (await log.read(`erasure-${personId}`)).map(({ type }) => type);
  log.close();
  const keys = personalKeysIn(folder, '');
  const hasKey = (await keys.find([personId])).has(personId);
  keys.close();
  return { types, hasKey };
}

const second = actor('another-office', ...official.grants);
const rounds = 4;

it(`an erasure that is killed leaves the event and no key, or the key and no event, ${rounds} times`, async () => {
  let server = await serve();
  await server.asked('/v1/places', official, { placeId: '510121', name: '金堂县', level: 'county' });
  const over: { readonly id: string; readonly name: string }[] = [];
  for (let round = 0; round < rounds; round++) {
    const name = `蔡忘川·${round}`;
    const { id } = await server.asked('/v1/people', official, { placeId: '510121', name, contact: '13800000000' });
    await server.asked(`/v1/people/${id}/erasures`, official, { reason: 'unlawful' });
    const erasures = async () => (await server.asked(`/v1/people/${id}/erasures`, official)).items as Seen[];
    await until(async () => (await erasures()).length === 1);
    const path = `/v1/people/${id}/erasures/${(await erasures())[0].erasureId}/confirmation`;
    const answer = server.asked(path, second, {}).catch(() => null);
    // at once, when it is answered, and ever later, until the erasure is over
    if (round > 0) await answer;
    if (round > 1) await new Promise((resolve) => setTimeout(resolve, (round - 1) * 100));
    await server.kill();
    await answer;

    const { types, hasKey } = await left(id);
    if (types.includes('PersonErased')) expect(hasKey).toBe(false);
    if (!types.includes('ErasureConfirmed')) expect(hasKey).toBe(true);
    for (const earlier of over)
      expect(await left(earlier.id)).toEqual({ types: ['ErasureRequested', 'ErasureConfirmed', 'PersonErased'], hasKey: false });
    for (const file of readdirSync(folder))
      expect([file, [...over, { name }].filter((one) => readFileSync(join(folder, file)).includes(one.name))]).toEqual([file, []]);

    server = await serve();
    if (!types.includes('ErasureConfirmed')) {
      expect(await server.asked(`/v1/people/${id}`, official)).toMatchObject({ name });
      expect(await server.asked(path, second, {})).toMatchObject({ status: 200 });
    }
    await until(async () => (await erasures())[0].erasedAt !== undefined);
    expect(await server.asked(`/v1/people/${id}`, official)).toMatchObject({ name: null, contact: null, erased: ['/name', '/contact'] });
    await until(async () => (await server.asked(`/v1/people/${id}/corrections`, official, { contact: '1' })).code === 'person.erased');
    over.push({ id, name });
  }
  await server.kill();
  expect(over).toHaveLength(rounds);
}, 180_000);
