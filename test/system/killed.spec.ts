import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '../../src/application/kernel/actor.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import { allProjections } from '../../src/application/contexts.js';
import { openIssuer } from '../../src/infrastructure/auth/issuer.js';
import { openLogReader } from '../../src/infrastructure/event-log/sqlite/reader.js';
import { checkProjections } from '../../src/infrastructure/read-models/sqlite/maintenance.js';
import { actor, official } from '../support/application.js';
import { courtyard, village } from './life.js';
import type { Seen } from './stage.js';
import { beginning } from '../../src/projections/position.js';

const rounds = 3;
const callers = 16;
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wuwei-killed-server-'));
let running: ChildProcess | null = null;
afterAll(() => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Starts the product's own server in a process of its own; answers with its address when it serves. */
async function serve(): Promise<{
  readonly url: string;
  readonly child: ChildProcess;
  readonly exit: Promise<unknown[]>;
  readonly errors: () => string;
}> {
  const child = spawn(process.execPath, [cli, 'serve', '--data', folder, '--port', '0', '--json', '--log-level', 'warn'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  const exit = once(child, 'exit');
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve((JSON.parse(text) as { url: string }).url);
    });
    void exit.then(() => reject(new Error(`it did not serve: ${errors}`)));
  });
  return { url, child, exit, errors: () => errors };
}

describe('a server that is killed while people vote', () => {
  it(`has every vote that it acknowledged, once, and a ranking that equals the log, ${rounds} times`, async () => {
    let { url, child, exit, errors } = await serve();
    const issuer = openIssuer(folder);
    const tokenOf = ({ id, grants }: Actor) => issuer.issue({ id, grants }, 3600);
    const post = async (path: string, body: object, by: Actor, headers: Record<string, string> = {}) => {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(by)}`, ...headers },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Seen };
    };
    const get = async (path: string) => (await (await fetch(url + path)).json()) as Seen;
    const done = async (path: string, body: object) => {
      const answer = await post(path, body, official);
      expect([path, [200, 201]]).toEqual([path, expect.arrayContaining([answer.status])]);
      return answer.body;
    };

    const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
    for (const [placeId, name, level] of [
      ['510121', '金堂县', 'county'],
      ['510121111', '金龙镇', 'town'],
      [village, '谢杨坝村', 'village'],
      [courtyard, '蔡家大院', 'courtyard'],
      [`${village}.2`, '三合小区', 'compound'],
    ])
      await done('/v1/places', { placeId, name, level });
    const { id } = await done('/v1/contests', {
      placeId: village,
      category: 'compound',
      title: '最美小区',
      entriesUntil: days(1),
      votingFrom: days(-1),
      votingUntil: days(2),
      votesPerVoter: 2,
      formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['earlier-entry'] },
    });
    for (const placeId of [courtyard, `${village}.2`]) await done(`/v1/contests/${id}/entries`, { placeId, label: placeId });
    const entered = await get(`/v1/contests/${id}/entries?atLeast=${(await get('/health/ready')).position}`);
    const entries = entered.items.map(({ entryId }: Seen) => entryId as string) as string[];
    for (const entryId of entries) await done(`/v1/contests/${id}/screenings`, { entryId, decision: 'accepted' });

    const acknowledged = new Map<
      string,
      { readonly voter: string; readonly entryId: string; readonly position: number; readonly event: string }
    >();
    const unanswered = new Map<string, { readonly voter: string; readonly entryId: string }>();
    let voters = 0;
    /** Votes until the server is gone. */
    const voteOn = async () => {
      for (;;) {
        const number = voters++;
        const voter = `voter-${number}`;
        const entryId = entries[number % 3 === 0 ? 1 : 0]!;
        unanswered.set(voter, { voter, entryId });
        const answer = await post(`/v1/contests/${id}/votes`, { entryId }, actor(voter, { capacity: 'resident', placeId: courtyard }), {
          'idempotency-key': voter,
        }).catch(() => null);
        if (answer === null) return;
        expect([voter, answer.status]).toEqual([voter, 201]);
        unanswered.delete(voter);
        acknowledged.set(voter, { voter, entryId, position: answer.body.position, event: answer.body.events[0].id });
      }
    };
    const votesInLog = async (): Promise<StoredEvent[]> => {
      const log = openLogReader(folder);
      const found: StoredEvent[] = [];
      for await (const { events: page } of log.readAll(beginning, { types: ['VoteCast'] })) found.push(...page);
      log.close();
      return found;
    };

    for (let round = 0; round < rounds; round++) {
      const before = acknowledged.size;
      const voting = Array.from({ length: callers }, voteOn);
      while (acknowledged.size < before + 40) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, (round * 37) % 60));
      child.kill('SIGKILL');
      expect(await exit).toEqual([null, 'SIGKILL']);
      await Promise.all(voting);
      expect(errors()).toMatch(/^(?:\{[^\n]*a master key was made[^\n]*\n)?$/u); // at the first start only

      ({ url, child, exit, errors } = await serve());
      // who got no answer asks again, with the same key: one vote, whether the first request had come through or not
      await Promise.all(
        [...unanswered.values()].map(async ({ voter, entryId }) => {
          const { status, body } = await post(
            `/v1/contests/${id}/votes`,
            { entryId },
            actor(voter, { capacity: 'resident', placeId: courtyard }),
            { 'idempotency-key': voter },
          );
          expect([voter, status]).toEqual([voter, 201]);
          acknowledged.set(voter, { voter, entryId, position: body.position, event: body.events[0].id });
        }),
      );
      unanswered.clear();

      const votes = await votesInLog();
      expect(votes).toHaveLength(acknowledged.size);
      const inLog = new Map(votes.map((event) => [event.stream, event]));
      for (const { voter, entryId, position, event } of acknowledged.values()) {
        expect(inLog.get(`contestVote-${id}.${voter}`)).toMatchObject({
          id: event,
          position,
          revision: 0,
          data: JSON.stringify({ contestId: id, entryId }),
        });
      }
      const { items } = await get(`/v1/contests/${id}/ranking?atLeast=${Math.max(...votes.map(({ position }) => position))}`);
      const counted = entries.map((entryId) => [entryId, votes.filter(({ data }) => data.includes(entryId)).length]);
      expect(Object.fromEntries(items.map((item: Seen) => [item.entryId, item.votes]))).toEqual(Object.fromEntries(counted));
    }
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    running = null;
    const checked = await checkProjections(folder, allProjections, () => undefined);
    expect(checked.map(({ name, difference }) => [name, difference])).toEqual(allProjections.map(({ name }) => [name, null]));
    expect(acknowledged.size).toBeGreaterThan(rounds * 40);
  }, 120_000);
});
