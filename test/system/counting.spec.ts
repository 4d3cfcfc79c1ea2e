import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { countBallot } from '../../src/domain/platform/counting.js';
import { plusDays } from '../../src/domain/shared/time.js';
import { openLogReader } from '../../src/infrastructure/event-log/sqlite/reader.js';
import { openWuwei } from '../../src/infrastructure/wuwei.js';
import { election } from '../domain/platform/scenes.js';
import { actor, FakeClock, official } from '../support/application.js';
import { equalShares, type HeavyBallot, minutes, seconds, threads } from '../support/heavy-ballot.js';
import { county, courtyard, type Server, startServer, town, village } from '../support/server.js';
import { until } from '../support/until.js';
import { onApplication, overRest, type Stage } from './stage.js';
import { beginning } from '../../src/projections/position.js';
import { atOnce } from '../support/at-once.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const resident = (id: string) => actor(id, { capacity: 'resident', placeId: courtyard.placeId });
const { drawCommitment: _, ...undrawn } = election;

const register = async (stage: Stage) => {
  for (const data of [county, town, village, courtyard]) await stage.give('RegisterPlace', official, { data });
  await stage.give('AdoptPlacePolicy', official, { data: atOnce(stage.inDays(0)) });
};
/** Opens a ballot and has all papers cast. */
async function voted(stage: Stage, { options, papers, budget }: HeavyBallot, rule: object, closesAt: string): Promise<string> {
  const data = {
    placeId: village.placeId,
    subject: 'renovation-list',
    title: '改造项目',
    options,
    budget,
    form: 'approval',
    rule,
    closesAt,
    lastTies: 'listed',
    replaceable: true,
    secretUntilClosed: true,
  };
  const { id } = await stage.give('OpenBallot', official, { data });
  await Promise.all(papers.map((paper, i) => stage.give('CastPaper', resident(`v${i}`), { params: { id }, data: paper })));
  return id;
}
/** A ballot of another kind. */
const opened = async (stage: Stage, closesAt: string) =>
  (await stage.give('OpenBallot', official, { data: { ...undrawn, lastTies: 'listed', closesAt } })).id;

describe('a question that takes too long to count', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it('is refused in the end, and until then everybody else is answered, and results are published', async () => {
    const stage = overRest(server);
    await register(stage);
    const id = await voted(stage, minutes(), { rule: 'greedy' }, stage.inDays(1));
    const [another, open] = [await opened(stage, stage.inDays(2)), await opened(stage, stage.inDays(9))];
    await stage.until(stage.inDays(1));
    const path = `/v1/ballots/${id}/result`;
    expect(await server.get(path)).toMatchObject({ status: 200, body: { official: true } });
    const before = threads();

    const order: string[] = [];
    const heavy = server.get(`${path}?rule=equal-shares`, undefined, { 'accept-language': 'en' }).finally(() => order.push('what if'));
    await until(() => threads() > before);
    const alike = server.get(`${path}?rule=equal-shares`, undefined, { 'accept-language': 'zh' }).finally(() => order.push('the same'));
    for (let i = 0; i < 10; i++) {
      expect(await server.get('/health/live')).toMatchObject({ status: 200 });
      expect(
        await server.post(`/v1/ballots/${open}/votes`, { ranking: [{ options: ['chen'] }] }, server.token(`v${i}`, ...resident('').grants)),
      ).toMatchObject({ status: 201 });
    }
    order.push('ten votes');
    await stage.until(stage.inDays(1)); // the second day
    expect(await server.get(`/v1/ballots/${another}/result`)).toMatchObject({ status: 200, body: { official: true } });
    expect(await server.get(path)).toMatchObject({ status: 200 });
    order.push('official');

    const [refused, same] = [await heavy, await alike];
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'platform.count-too-long', detail: expect.stringMatching(/more than 10 seconds.*`wuwei count`/u) },
    });
    expect(same).toMatchObject({
      status: 422,
      body: { code: 'platform.count-too-long', detail: expect.stringMatching(/10 秒.*wuwei count/u) },
    });
    expect([order.slice(0, 2), order.slice(2).sort()]).toEqual([
      ['ten votes', 'official'],
      ['the same', 'what if'],
    ]);
    expect(threads()).toBe(before);
    expect(await server.get(`${path}?rule=greedy&budget=5`)).toMatchObject({ status: 200, body: { official: false, winners: [] } });
  }, 120_000);
});

describe('a server that ends while an official result is counted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-counting-'));
  let child: ChildProcess | null = null;
  afterAll(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('when it is told to, at once, or killed: the result is published after the next start, once, and is what anybody counts', async () => {
    const clock = new FakeClock(new Date(Date.now() - 30 * 86_400_000).toISOString());
    const wuwei = await openWuwei({ folder, clock, logger: pino({ level: 'silent' }) });
    const stage = onApplication({ ...wuwei, clock });
    await register(stage);
    const heavy = seconds();
    await voted(stage, heavy, equalShares, stage.inDays(1));
    const open = await opened(stage, plusDays(new Date().toISOString(), 30));
    const [late, office] = [resident('late'), official].map((one) => wuwei.issuer.issue(one, 3600));
    await wuwei.close();

    const events = async () => {
      const log = openLogReader(folder);
      const found = [];
      for await (const { events: page } of log.readAll(beginning, { types: ['BallotClosed', 'BallotResultPublished'] }))
        found.push(...page);
      log.close();
      return found;
    };
    const types = async () => (await events()).map(({ type }) => type);
    const post = (url: string, token: string | undefined, data: object) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(data),
      });
    /** Resolves when the server has computed for half a second. It counts: it has nothing else to do. */
    const counting = async (url: string) => {
      const computed = async () =>
        Number(/^process_cpu_seconds_total (\S+)/mu.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? NaN);
      const before = await computed();
      await until(async () => (await computed()) >= before + 0.5);
    };
    /** Serves the folder by the product's own program, in a process of its own. */
    const serve = async () => {
      const begun = spawn(process.execPath, [cli, 'serve', '--data', folder, '--port', '0', '--json', '--log-level', 'error'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child = begun;
      const exit = once(begun, 'exit');
      const [line] = (await once(begun.stdout, 'data')) as [Buffer];
      return {
        url: (JSON.parse(line.toString()) as { url: string }).url,
        end: async (signal: NodeJS.Signals) => {
          begun.kill(signal);
          return exit;
        },
      };
    };

    const first = await serve();
    await until(async () => (await types()).length > 0);
    await counting(first.url);
    expect((await post(`${first.url}/v1/ballots/${open}/votes`, late, { ranking: [{ options: ['chen'] }] })).status).toBe(201);
    expect(await types()).toEqual(['BallotClosed']);
    expect(await first.end('SIGTERM')).toEqual([0, null]);
    expect(await types()).toEqual(['BallotClosed']);

    const second = await serve();
    await counting(second.url);
    expect(await types()).toEqual(['BallotClosed']);
    expect(await second.end('SIGKILL')).toEqual([null, 'SIGKILL']);
    expect(await types()).toEqual(['BallotClosed']);

    const third = await serve();
    const counted = countBallot({
      declared: { form: 'approval', options: heavy.options, budget: heavy.budget, rule: equalShares, lastTies: 'listed' },
      counting: { ballots: heavy.papers.length, sums: null, papers: heavy.papers.map((paper) => ({ paper, count: 1 })) },
      drawSeed: null,
      other: null,
    }); // meanwhile
    await until(async () => (await types()).length > 1);
    // what is due later is done, so the agenda was looked at again
    const closesAt = new Date(Date.now() + 500).toISOString();
    expect((await post(`${third.url}/v1/ballots`, office, { ...undrawn, lastTies: 'listed', closesAt })).status).toBe(201);
    await until(async () => (await types()).length > 2);
    expect(await third.end('SIGTERM')).toEqual([0, null]);
    child = null;
    const [closing, published, ...others] = await events();
    expect([closing?.type, published?.type, published?.stream]).toEqual(['BallotClosed', 'BallotResultPublished', closing?.stream]);
    expect(others.map(({ stream }) => stream)).not.toContain(closing?.stream);

    const { winners, order } = counted;
    expect(JSON.parse(published!.data)).toMatchObject({
      closing: { eventId: closing!.id, revision: closing!.revision },
      ballots: heavy.papers.length,
      winners,
      order: order.map((options) => ({ options })),
    });
  }, 180_000);
});
