import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { county, office, type Server, startServer, town, village } from '../../support/server.js';
import { until } from '../../support/until.js';

/** The attributes of a CloudEvent that filters ask. */
interface ExportedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly position: string;
  readonly actor: string;
  readonly place?: string;
}

let server: Server;
let token: string;
let auditor: string;
beforeAll(async () => {
  server = await startServer();
  token = server.token('office', ...office);
  auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
  for (const place of [county, town, village]) await server.post('/v1/places', place, token);
  for (const name of ['甲', '乙', '丙']) await rename(name);
});
afterAll(() => server.close());

const position = () => server.wuwei.log.position();
const rename = (name: string) => server.post(`/v1/places/${village.placeId}/names`, { name }, token);

describe('the log over REST', () => {
  it('is asked by place, stream, person, period and types, which all must hold', async () => {
    const told = async (query: string) =>
      (await server.get(`/v1/events?${query}`, auditor)).text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ExportedEvent);
    const townStream = 'place-510121111';
    const other = `${village.placeId}.91`;
    const later = '2026-05-03T08:00:00.000Z';
    server.clock.set(later);
    expect(
      await server.post('/v1/places', { placeId: other, name: '另一处', level: 'courtyard' }, server.token('another', ...office), {
        'wuwei-channel': 'web',
      }),
    ).toMatchObject({ status: 201 });
    const everything = await told('');
    expect(everything).toHaveLength(await position());
    const last = everything.at(-1);
    for (const [query, wanted] of [
      ['type=wuwei.PlaceRenamed', (event) => event.type === 'wuwei.PlaceRenamed'],
      ['type=wuwei.PlaceRenamed&type=PlaceRegistered', (event) => ['wuwei.PlaceRenamed', 'wuwei.PlaceRegistered'].includes(event.type)],
      [`stream=${townStream}`, (event) => event.subject === townStream],
      ['stream=place-none', () => false],
      ['person=another', (event) => event.actor === 'another'],
      [`place=${village.placeId}`, (event) => /^510121111219(?:$|\.)/u.test(event.place ?? '')],
      [`from=${later}`, (event) => event.time >= later],
      [`until=${later}`, (event) => event.time < later],
      [`place=${village.placeId}&person=another&type=PlaceRegistered&from=${later}`, (event) => event.id === last?.id],
      [`place=${village.placeId}&stream=${townStream}`, () => false],
    ] as const satisfies readonly (readonly [string, (event: ExportedEvent) => boolean])[]) {
      expect([query, await told(query)]).toEqual([query, everything.filter(wanted)]);
    }
    const [, second, third] = await told(`stream=place-${village.placeId}`);
    expect(await told(`stream=place-${village.placeId}&after=${second!.position}&limit=1`)).toEqual([third]);
  });

  it('refuses filters that are not right, but tells whoever may not read it nothing of them', async () => {
    for (const [query, parameter, code] of [
      ['type=VoteCast&type=wuwei.Nope', 'type', 'format.event-type'],
      ['type=wuwei.wuwei.VoteCast', 'type', 'format.event-type'],
      ['stream=', 'stream', 'minLength'],
      ['person=Nobody%20Known', 'person', 'format.id'],
      ['place=谢杨坝', 'place', 'format.place-id'],
      ['from=2026-05-01', 'from', 'format.instant'],
      ['until=tomorrow', 'until', 'format.instant'],
      ['actor=somebody', 'actor', 'additionalProperties'],
    ]) {
      expect([query, await server.get(`/v1/events?${query}`, auditor)]).toMatchObject([
        query,
        { status: 400, body: { code: 'request.invalid', errors: [{ pointer: expect.stringMatching(`^/query/${parameter}`), code }] } },
      ]);
      expect(await server.get(`/v1/events?${query}`, token)).toMatchObject({ status: 403 });
      expect(await server.get(`/v1/events?${query}`)).toMatchObject({ status: 401 });
    }
  });

  it('given an auditor of a village, when the log is asked, then what happened there and within it is told, and nothing else', async () => {
    const ofVillage = server.token('auditor-2', { capacity: 'auditor', placeId: village.placeId });
    const inside = `/v1/events?place=${village.placeId}`;
    expect((await server.get(inside, ofVillage)).text).toBe((await server.get(inside, auditor)).text);
    for (const query of ['', '?place=510121111', '?place=510121', `?place=${village.placeId}&place=510121`])
      expect([query, (await server.get(`/v1/events${query}`, ofVillage)).status]).toEqual([query, 403]);
  });

  it('goes on only after a position that the log gave out', async () => {
    const end = await position();
    for (const query of [`after=${end + 1}`, `after=${end + 1}&follow=true`, `after=${Number.MAX_SAFE_INTEGER}&stream=place-none`]) {
      expect([query, await server.get(`/v1/events?${query}`, auditor)]).toMatchObject([
        query,
        { status: 400, body: { code: 'request.no-such-position', detail: expect.stringContaining('The log has no position') } },
      ]);
      expect(await server.get(`/v1/events?${query}`, token)).toMatchObject({ status: 403 });
    }
    expect(await server.get(`/v1/events?after=${end}`, auditor)).toMatchObject({ status: 200, text: '' });
  });

  it('can be followed with filters, and tells how far it has come where nothing is found for long', async () => {
    const beats: (() => void)[] = [];
    const { setInterval: untouched } = globalThis;
    const spy = jest.spyOn(globalThis, 'setInterval').mockImplementation(((beat: () => void, milliseconds: number) => {
      if (milliseconds === 15_000) beats.push(beat);
      return untouched(beat, milliseconds);
    }) as typeof setInterval);
    const ending = new AbortController();
    const stream = `place-${village.placeId}`;
    const before = (await server.wuwei.log.read(stream)).filter(({ type }) => type === 'PlaceRenamed');
    const response = await fetch(`${server.url}/v1/events?follow=true&stream=${stream}&type=wuwei.PlaceRenamed`, {
      headers: { authorization: `Bearer ${auditor}` },
      signal: ending.signal,
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const lines = async (count: number) => {
      while (text.split('\n').length <= count) text += (await reader.read()).value;
      return text
        .split('\n')
        .slice(0, count)
        .map((line) => JSON.parse(line));
    };
    await rename('壬');
    expect((await lines(before.length + 1)).map(({ data }) => data.name)).toEqual([
      ...before.map(({ data }) => JSON.parse(data).name),
      '壬',
    ]);
    await server.post('/v1/places', { placeId: `${village.placeId}.92`, name: '别处', level: 'courtyard' }, token);
    const end = String(await position());
    expect(beats).toHaveLength(1);
    beats[0]!(); // something was told since the last one
    let count = before.length + 1;
    await until(async () => {
      beats[0]!();
      return (await lines(++count)).at(-1).position === end;
    });
    expect((await lines(count)).at(-1)).toEqual({
      specversion: '1.0',
      id: `progress-${end}`,
      source: '/v1/events',
      type: 'wuwei.progress',
      position: end,
    });
    ending.abort();
    spy.mockRestore();
  });
});
