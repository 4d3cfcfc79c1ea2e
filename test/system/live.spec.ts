import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decode } from '../../src/application/kernel/decode.js';
import { queries } from '../../src/application/contexts.js';
import { beginning } from '../../src/projections/position.js';
import { actor, official } from '../support/application.js';
import { startServer, type Server } from '../support/server.js';
import { auditor, courtyard, liveAll, village } from './life.js';
import { caughtUp, overRest, type Seen, settle } from './stage.js';

jest.setTimeout(120_000);

/** Follows an answer as server-sent events; `next` answers with the next event as it was sent, null at the end. */
async function follow(url: string, token?: string) {
  const ending = new AbortController();
  const response = await fetch(url, {
    headers: { accept: 'text/event-stream', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    signal: ending.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<string | null> => {
    while (!text.includes('\n\n')) {
      const { value, done } = await reader.read();
      if (done) return null;
      text += value;
    }
    const [block = ''] = text.split('\n\n', 1);
    text = text.slice(block.length + 2);
    return block;
  };
  return { status: response.status, type: response.headers.get('content-type'), next, leave: () => ending.abort() };
}
const dataOf = (block: string | null) => /^data: (.*)$/mu.exec(block ?? '')?.[1];

describe('given the life of every context', () => {
  let server: Server;
  let subjects: Map<string, string[]>;
  let residents: readonly { readonly id: string }[];
  beforeAll(async () => {
    server = await startServer();
    const { cast } = await liveAll(overRest(server));
    residents = cast.residents;
    await settle({ ...server.wuwei, clock: server.clock });
    subjects = new Map();
    for await (const { events } of server.wuwei.log.readAll(beginning))
      for (const { stream, aggregateId } of events.map(decode)) {
        const category = stream.slice(0, -aggregateId.length - 1);
        subjects.set(category, [...new Set([...(subjects.get(category) ?? []), aggregateId])]);
      }
  });
  afterAll(() => server.close());

  const others: Readonly<Record<string, string>> = { households: 'place', people: 'person', merit: 'merit-account' };
  /** An address at which the query is answered with 200, and who may ask. */
  const found = async ({ path, allow }: (typeof queries)[number]) => {
    const [collection = ''] = path.split('/');
    const ids = path.includes(':id') ? (subjects.get(others[collection] ?? collection.slice(0, -1)) ?? []) : [''];
    const readers = path.includes('mine') ? residents.map(({ id }) => actor(id)) : [auditor];
    for (const id of ids)
      for (const { id: person, grants } of readers)
        for (const search of ['', `?place=${village}`, `?place=${courtyard}&by=plot`, '?rule=greedy', '?format=pb']) {
          const token = allow === 'public' ? undefined : server.token(person, ...grants);
          const address = `/v1/${path.replace(':id', encodeURIComponent(id)).replace(':version', '1')}${search}`;
          const { status, text } = await server.get(address, token);
          if (status === 200) return { address, token, text };
        }
    throw new Error(`nothing is answered at ${path}`);
  };

  it.each(queries.map((query) => [query.query, query] as const))('%s is also sent live', async (_, query) => {
    const { address, token, text } = await found(query);
    const live = await follow(server.url + address, token);
    expect([live.status, live.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(dataOf(await live.next())).toBe(text);
    live.leave();
  });

  it('a refusal is answered as a problem, not as a stream', async () => {
    const { status, type } = await follow(`${server.url}/v1/contests/none/ranking`);
    expect([status, type]).toEqual([404, 'application/problem+json; charset=utf-8']);
  });

  it('a reader who is signed in is told of each change of the answer, and of nothing else', async () => {
    const stage = overRest(server);
    const { id } = await stage.give('RegisterPerson', official, { data: { placeId: village, name: '蔡小芳' } });
    await caughtUp(server.wuwei);
    const live = await follow(`${server.url}/v1/people/${id}/roles`, server.token(id));
    const capacities = async () => JSON.parse(dataOf(await live.next())!).items.map(({ capacity }: Seen) => capacity as string);
    expect(await capacities()).toEqual([]);
    await stage.give('RenamePlace', official, { params: { id: courtyard }, data: { name: '蔡家新院' } });
    await stage.give('GrantRole', official, { params: { id }, data: { capacity: 'volunteer', placeId: courtyard } });
    expect(await capacities()).toEqual(['volunteer']);
    await stage.give('RevokeRole', official, { params: { id }, data: { capacity: 'volunteer', placeId: courtyard } });
    expect(await capacities()).toEqual([]);
    live.leave();
  });
});

it('given streams, when the server stops, then each says when to come back and ends', async () => {
  const server = await startServer();
  const lives = await Promise.all(Array.from({ length: 8 }, () => follow(`${server.url}/v1/contests`)));
  for (const { next } of lives) expect(dataOf(await next())).toBe('{"items":[],"next":null}');
  await server.close();
  for (const { next } of lives) {
    expect(await next()).toMatch(/^retry: [12]\d{3}$/u);
    expect(await next()).toBeNull();
  }
});
