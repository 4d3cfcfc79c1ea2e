import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { official } from '../support/application.js';
import { type Server, startServer } from '../support/server.js';
import { nothingIsReady, until } from '../support/until.js';
import { type Cast, courtyard, openContest, settleDown, village } from './life.js';
import { caughtUp, overRest, type Seen, type Stage } from './stage.js';
import type { Projection } from '../../src/projections/projection.js';
import { contestRanking } from '../../src/projections/contest/ranking.js';
import { beginning } from '../../src/projections/position.js';

let server: Server;
let stage: Stage;
let cast: Cast;
beforeAll(async () => {
  server = await startServer();
  stage = overRest(server);
  cast = await settleDown(stage);
}, 60_000);
afterAll(() => server.close());

const resident = (id: string) => server.token(id, { capacity: 'resident', placeId: courtyard });
/** A contest in which votes are taken now, its figures shown. */
async function contest(change: object = {}) {
  const opened = await openContest(stage, cast, { embargo: 'none', ...change });
  await stage.until(stage.inDays(1));
  return { ...opened, path: `/v1/contests/${opened.id}` };
}
type Contest = Awaited<ReturnType<typeof contest>>;
const vote = ({ path }: Contest, voter: string, entryId: string, headers: Record<string, string> = {}) =>
  server.post(`${path}/votes`, { entryId }, resident(voter), headers);
const votesCast = async ({ id }: Pick<Contest, 'id'>) => {
  const found = [];
  for await (const { events: page } of server.wuwei.log.readAll(beginning, { types: ['VoteCast'] }))
    found.push(...page.filter(({ stream }) => stream.startsWith(`contestVote-${id}.`)));
  return found;
};
const figures = async ({ path, a, b }: Contest, atLeast: number) => {
  const { body } = await server.get(`${path}/ranking?atLeast=${atLeast}`);
  return [a, b].map((entryId) => body.items.find((item: Seen) => item.entryId === entryId).votes as number);
};

describe('64 at once', () => {
  it('of one voter at the limit, each for another entry: exactly as many votes as declared, and 409 for the rest', async () => {
    const limit = 5;
    const { id } = await stage.give('OpenContest', official, {
      data: {
        placeId: village,
        category: 'memory',
        title: '最美记忆',
        entriesUntil: stage.inDays(1),
        votingFrom: stage.inDays(0),
        votingUntil: stage.inDays(9),
        votesPerVoter: limit,
        formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['earlier-entry'] },
      },
    });
    const path = `/v1/contests/${id}`;
    await Promise.all(
      Array.from({ length: 64 }, (_, i) => server.post(`${path}/entries`, { title: `第${i}则`, story: '从前' }, resident(`teller-${i}`))),
    );
    const { items } = await stage.ask('ListContestEntries', official, { id }, { limit: '100' });
    const entries = items.map(({ entryId }: Seen) => entryId as string) as string[];
    await Promise.all(
      entries.map((entryId) => stage.give('ScreenEntry', official, { params: { id }, data: { entryId, decision: 'accepted' } })),
    );
    const answers = await Promise.all(entries.map((entryId) => server.post(`${path}/votes`, { entryId }, resident('greedy'))));
    const count = (status: number, code?: string) =>
      answers.filter((answer) => answer.status === status && answer.body.code === code).length;
    expect([count(201), count(200), count(409, 'contest.vote-limit')]).toEqual([1, limit - 1, 64 - limit]);
    const cast = answers.filter(({ status }) => status < 300);
    expect(await votesCast({ id })).toHaveLength(limit);
    const { body } = await server.get(`${path}/ranking?atLeast=${Math.max(...cast.map(({ body: { position } }) => position as number))}`);
    expect(
      body.items
        .filter(({ votes }: Seen) => votes > 0)
        .map(({ entryId }: Seen) => entryId)
        .sort(),
    ).toEqual(entries.filter((_, i) => answers[i]!.status < 300).sort());
  });

  it('of 64 voters: each has its vote, none in the way of another', async () => {
    const held = await contest();
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => vote(held, `v-${i}`, i % 4 === 0 ? held.b : held.a)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.position)).size).toBe(64);
    expect(await figures(held, Math.max(...answers.map(({ body }) => body.position as number)))).toEqual([48, 16]);
  });

  it('with one Idempotency-Key: one vote, one answer; with another body 422', async () => {
    const held = await contest();
    const key = { 'idempotency-key': 'vote-once' };
    const answers = await Promise.all(Array.from({ length: 64 }, () => vote(held, 'v-1', held.a, key)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(201);
    expect(await votesCast(held)).toHaveLength(1);
    expect(await vote(held, 'v-1', held.b, key)).toMatchObject({ status: 422, body: { code: 'idempotency.key-reused' } });
    expect(await vote(held, 'v-2', held.b, key)).toMatchObject({ status: 201 }); // a key is its sender's own
    expect(await figures(held, await server.wuwei.log.position())).toEqual([1, 1]);
  });
});

describe('a vote', () => {
  it('is in the ranking that is asked to be as fresh, every time', async () => {
    const held = await contest();
    for (let i = 1; i <= 20; i++) {
      const { body } = await vote(held, `v-${i}`, held.a);
      expect(await figures(held, body.position as number)).toEqual([i, 0]);
    }
    const position = await server.wuwei.log.position();
    expect(await server.get(`${held.path}/ranking?atLeast=${position + 1}`)).toMatchObject({
      status: 400,
      body: { code: 'request.beyond-the-log' },
    });
  });
});

describe('a live ranking', () => {
  /** Follows a ranking as server-sent events; `next` answers with what is sent next. */
  async function follow({ path }: Contest, headers: Record<string, string> = {}) {
    const ending = new AbortController();
    const response = await fetch(`${server.url}${path}/ranking`, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: ending.signal,
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const next = async (): Promise<Seen> => {
      while (!text.includes('\n\n')) {
        const { value, done } = await reader.read();
        if (done) return null;
        text += value;
      }
      const [block = ''] = text.split('\n\n', 1);
      text = text.slice(block.length + 2);
      const data = /^data: (.*)$/mu.exec(block)?.[1];
      return data === undefined ? next() : JSON.parse(data);
    };
    return { response, next, leave: () => ending.abort() };
  }
  const sum = ({ items }: Seen) => items.reduce((all: number, { votes }: Seen) => all + (votes as number), 0) as number;

  it('is not begun for who asks for the headers only', async () => {
    const { path } = await contest();
    const response = await fetch(`${server.url}${path}/ranking`, {
      method: 'HEAD',
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.timeout(5_000),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  });

  it('sends the ranking as it is, then as it changes, and the last vote of all', async () => {
    const held = await contest();
    const live = await follow(held);
    const { status, headers } = live.response;
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual(['nosniff', 'no-store']);
    expect(sum(await live.next())).toBe(0);
    let last = 0;
    for (let i = 1; i <= 5; i++) {
      await Promise.all(Array.from({ length: 10 }, (_, n) => vote(held, `v-${i}-${n}`, held.a)));
      while (last < i * 10) {
        const now = sum(await live.next());
        expect(now).toBeGreaterThan(last);
        last = now;
      }
    }
    expect(last).toBe(50);
    live.leave();
  });

  it('ends with the token of who reads it', async () => {
    const held = await contest();
    const reader = server.token('reader');
    const live = await follow(held, { authorization: `Bearer ${reader}` });
    expect(sum(await live.next())).toBe(0);
    server.expire(reader);
    await vote(held, 'v-late', held.a);
    await expect(live.next()).rejects.toThrow('terminated');
  });

  it('tells what was committed while the first answer was read, though nothing comes after', async () => {
    const held = await contest();
    const { readModels } = server.wuwei;
    const get = readModels.get.bind(readModels);
    readModels.get = async <R, K extends string>(projection: Projection<R, K>, key: NoInfer<K>) => {
      const row = await get(projection, key);
      if (projection.name !== contestRanking.name) return row;
      readModels.get = get;
      await vote(held, 'v-meanwhile', held.a);
      await caughtUp(server.wuwei);
      return row;
    };
    const live = await follow(held);
    expect(sum(await live.next())).toBe(0);
    expect(sum(await live.next())).toBe(1);
    live.leave();
  });

  const signal = () => {
    let give = () => {};
    const given = new Promise<void>((resolve) => (give = resolve));
    return { give, given };
  };

  it('is over for the server when the client goes, also before the first answer', async () => {
    const held = await contest();
    const { readModels, log } = server.wuwei;
    let open = 0;
    const [onProgress, subscribe, atLeast] = [
      readModels.onProgress.bind(readModels),
      log.subscribe.bind(log),
      readModels.atLeast.bind(readModels),
    ];
    readModels.onProgress = (callback) => {
      const stop = onProgress(callback);
      open++;
      return () => {
        open--;
        stop();
      };
    };
    log.subscribe = async function* (after, filter, signal) {
      open++;
      try {
        yield* subscribe(after, filter, signal);
      } finally {
        open--;
      }
    };
    const live = await follow(held);
    await live.next();
    await until(() => open === 1);
    const following = new AbortController();
    const auditor = { authorization: `Bearer ${server.token('auditor', { capacity: 'auditor', placeId: '510121' })}` };
    await fetch(`${server.url}/v1/events?follow=true`, { headers: auditor, signal: following.signal });
    await until(() => open === 2);
    live.leave();
    following.abort();
    await until(() => open === 0);

    const [begun, left, waited] = [signal(), signal(), signal()];
    readModels.atLeast = async (...given) => {
      begun.give();
      await left.given;
      await atLeast(...given).finally(waited.give);
    };
    const early = new AbortController();
    const answer = fetch(`${server.url}${held.path}/ranking?atLeast=1`, {
      headers: { accept: 'text/event-stream' },
      signal: early.signal,
    }).catch(() => null);
    await begun.given;
    early.abort();
    expect(await answer).toBeNull();
    left.give();
    await waited.given;
    await nothingIsReady(); // nothing is opened later either
    await until(() => open === 0);
    Object.assign(readModels, { onProgress, atLeast });
    log.subscribe = subscribe;
  });

  it('ends when the server closes, promptly, with streams open', async () => {
    const held = await contest();
    const streams = await Promise.all(Array.from({ length: 8 }, () => follow(held)));
    for (const { next } of streams) await next();
    const auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
    const events = await fetch(`${server.url}/v1/events?follow=true&after=${await server.wuwei.log.position()}`, {
      headers: { authorization: `Bearer ${auditor}` },
    });
    const begun = Date.now();
    await server.restart();
    expect(Date.now() - begun).toBeLessThan(60_000); // streams that are waited for end after more than a minute
    for (const { next } of streams) expect(await next().catch(() => null)).toBeNull();
    expect(await events.text().catch(() => '')).toBe('');
    expect(await vote(held, 'v-after', held.a)).toMatchObject({ status: 201 });
  });
});
