import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendLimit, LogUnavailable, noStream, OutcomeUnknown, WrongExpectedRevision } from '../../../src/application/ports/event-log.js';
import { requests, commands } from '../../../src/application/contexts.js';
import { append } from '../../../src/application/kernel/appending.js';
import type { CommandDefinition } from '../../../src/application/kernel/command.js';
import { place } from '../../../src/domain/registry/place.js';
import { plusMilliseconds } from '../../../src/domain/shared/time.js';
import { newEvents } from '../../contracts/event-log.contract.js';
import { actor, inMemoryApplication, official } from '../../support/application.js';
import { beginning, positionOf } from '../../../src/projections/position.js';

type Application = Awaited<ReturnType<typeof inMemoryApplication>>;
let app: Application;

const county = { placeId: '510121', name: '金堂县', level: 'county' };
const town = { placeId: '510121111', name: '金龙镇', level: 'town' };
const village = { placeId: '510121111219', name: '谢杨坝村', level: 'village' };
const allEvents = async () => {
  const found = [];
  for await (const { events: page } of app.log.readAll(beginning)) found.push(...page);
  return found;
};

beforeEach(async () => {
  app = await inMemoryApplication();
  for (const data of [county, town, village]) await app.done({ command: 'RegisterPlace', data });
});
afterEach(() => app.close());

describe('a command', () => {
  it('is answered with its events, its revision and its position', async () => {
    const outcome = await app.done({ command: 'RenamePlace', params: { id: village.placeId }, data: { name: '谢杨坝新村' } });
    const last = (await allEvents()).at(-1);
    expect(outcome).toStrictEqual({
      id: village.placeId,
      stream: 'place-510121111219',
      revision: 1,
      position: last?.position,
      created: false,
      events: [{ id: last?.id, type: 'PlaceRenamed' }],
    });
  });

  it('is recorded with who, in which capacity, by which channel, where, when it happened and when it was entered', async () => {
    app.clock.set('2026-05-02T08:00:00.000Z');
    await app.done({
      command: 'RenamePlace',
      params: { id: village.placeId },
      data: { name: '新村' },
      channel: 'import',
      occurredAt: '2026-05-01T20:00:00.000Z',
      correlation: 'c-1',
      causation: { id: 'e-1', position: positionOf(1) },
      key: 'k-1',
    });
    const [event] = (await allEvents()).slice(-1);
    expect(event).toMatchObject({ type: 'PlaceRenamed', occurredAt: '2026-05-01T20:00:00.000Z', recordedAt: '2026-05-02T08:00:00.000Z' });
    expect(JSON.parse(event!.meta)).toStrictEqual({
      actor: official.id,
      capacity: 'cadre',
      channel: 'import',
      place: village.placeId,
      correlation: 'c-1',
      causation: 'e-1',
      key: 'k-1',
      request: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
  });

  it('that says what is so already writes nothing', async () => {
    const outcome = await app.done({ command: 'RenamePlace', params: { id: village.placeId }, data: { name: village.name } });
    const written = await allEvents();
    expect(outcome).toMatchObject({ revision: 0, position: written[2]!.position, events: [] });
    expect(written).toHaveLength(3);
  });

  it('that says so with an idempotency key is noted, beside the stream', async () => {
    const outcome = await app.done({ command: 'RenamePlace', params: { id: village.placeId }, data: { name: village.name }, key: 'as-is' });
    const [note, ...more] = (await allEvents()).slice(3);
    expect(outcome).toStrictEqual({
      id: village.placeId,
      stream: 'place-510121111219',
      revision: 0,
      position: note!.position, // of the note, so that ?atLeast= finds the state that was asked about
      created: false,
      events: [],
    });
    expect(more).toEqual([]);
    expect(note).toMatchObject({ type: 'RequestChangedNothing', stream: expect.stringMatching(/^request-[0-9a-f-]{36}$/u), revision: 0 });
    expect(JSON.parse(note!.data)).toStrictEqual({ stream: 'place-510121111219', subject: village.placeId, revision: 0 });
    expect(JSON.parse(note!.meta)).toMatchObject({ actor: official.id, place: village.placeId, key: 'as-is' });
  });

  it('is given up when others keep being faster', async () => {
    const wrong = () => Promise.reject(new WrongExpectedRevision('place-510121111219', 0, 1));
    app.log.append = wrong;
    expect(await app.give({ command: 'RenamePlace', params: { id: village.placeId }, data: { name: '新村' } })).toStrictEqual({
      refused: 'log.contended',
    });
    expect(await allEvents()).toHaveLength(3);
  });

  it('is recorded once when the log cannot say whether it wrote, also if it is sent again with the same key', async () => {
    const usual = app.log.append.bind(app.log);
    const rename = { command: 'RenamePlace', params: { id: village.placeId }, data: { name: '新村' }, key: 'k-1' };
    app.log.append = async (...args) => usual(...args).then(() => Promise.reject(new OutcomeUnknown('no answer')));
    const { events, revision } = await app.done(rename);
    expect([events.length, revision]).toEqual([1, 1]);
    expect(await app.done(rename)).toMatchObject({ events, revision });
    const read = app.log.read.bind(app.log);
    app.log.append = async (...args) => {
      await usual(...args);
      app.log.read = () => Promise.reject(new LogUnavailable('gone')); // so it stays unknown
      throw new OutcomeUnknown('no answer');
    };
    const again = { ...rename, data: { name: '旧村' }, key: 'k-2' };
    await expect(app.give(again)).rejects.toBeInstanceOf(OutcomeUnknown);
    app.log.read = read;
    app.log.append = usual;
    expect(await app.done(again)).toMatchObject({ revision: 2 });
    expect((await allEvents()).map(({ type }) => type).slice(3)).toEqual(['PlaceRenamed', 'PlaceRenamed']);
  });

  it('is refused when its events are larger than one append may be, and nothing is recorded', async () => {
    const append = app.log.append.bind(app.log);
    const padded = (meta: string) => `${meta}${' '.repeat(appendLimit)}`;
    app.log.append = (stream, expected, events) =>
      append(
        stream,
        expected,
        events.map((event) => ({ ...event, meta: padded(event.meta) })),
      );
    expect(await app.give({ command: 'RenamePlace', params: { id: village.placeId }, data: { name: '新村' } })).toStrictEqual({
      refused: 'request.records-too-much',
      with: { bytes: expect.any(Number), most: 524_288 },
    });
    expect(await allEvents()).toHaveLength(3);
  });

  it('cannot have happened before what it is about was there', async () => {
    const since = (await allEvents())[2]!.occurredAt;
    const rename = { command: 'RenamePlace', params: { id: village.placeId }, data: { name: '新村' }, channel: 'import' } as const;
    app.clock.set('2026-05-02T08:00:00.000Z');
    for (const restarted of [app, await inMemoryApplication(app.log, undefined, app.keys)]) {
      for (const at of ['1970-01-01T00:00:00.000Z', plusMilliseconds(since, -1)]) {
        expect(await restarted.give({ ...rename, occurredAt: at })).toStrictEqual({
          refused: 'request.occurred-before-its-subject',
          with: { since },
        });
      }
      if (restarted !== app) await restarted.close();
    }
    expect(await allEvents()).toHaveLength(3);
    expect(await app.give({ ...rename, occurredAt: since })).toMatchObject({ revision: 1, events: [{ type: 'PlaceRenamed' }] });
    expect(await app.give({ ...rename, data: { name: '又一村' }, occurredAt: plusMilliseconds(since, -1) })).toMatchObject({
      refused: 'request.occurred-before-its-subject',
    });
  });

  it('that begins a stream may have happened whenever it did', async () => {
    const occurredAt = '1970-01-01T00:00:00.000Z';
    await app.done({
      command: 'RegisterPlace',
      data: { placeId: '510121111001', name: '老村', level: 'village' },
      channel: 'import',
      occurredAt,
    });
    expect((await allEvents()).at(-1)).toMatchObject({ type: 'PlaceRegistered', occurredAt });
  });

  it('on what does not exist is refused', async () => {
    expect(await app.give({ command: 'RenamePlace', params: { id: '510121999' }, data: { name: '新名' } })).toStrictEqual({
      refused: 'place.not-found',
      with: { id: '510121999' },
    });
  });
});

describe('an idempotency key', () => {
  const rename = { command: 'RenamePlace', params: { id: village.placeId }, data: { name: '新村' }, key: 'key-1' };

  it('answers the same request as before, without a second event, also in another process on the same log', async () => {
    const first = await app.done(rename);
    await app.done({ ...rename, data: { name: '又一名' }, key: 'key-2' });
    expect(await app.done(rename)).toStrictEqual(first);
    const restarted = await inMemoryApplication(app.log, undefined, app.keys);
    expect(await restarted.done(rename)).toStrictEqual(first);
    await restarted.close();
    expect(await allEvents()).toHaveLength(5);
  });

  it('answers with each event once, though the stream was loaded twice at the same time', async () => {
    const first = await app.done(rename);
    const restarted = await inMemoryApplication(app.log, undefined, app.keys);
    await Promise.all([1, 2, 3].map(() => restarted.aggregates.load(place, village.placeId)));
    expect(await restarted.done(rename)).toStrictEqual(first);
    await restarted.close();
  });

  it('does so when many come at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => app.done(rename)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(await allEvents()).toHaveLength(4);
  });

  it('is refused with another body', async () => {
    await app.done(rename);
    expect(await app.give({ ...rename, data: { name: '别名' } })).toStrictEqual({ refused: 'idempotency.key-reused' });
  });

  it('is refused with another body also where that body leads to another stream, or the first one changed nothing', async () => {
    const register = (placeId: string) => ({ command: 'RegisterPlace', data: { placeId, name: '新村', level: 'village' }, key: 'key-2' });
    await app.done(register('510121111001'));
    expect(await app.give(register('510121111002'))).toStrictEqual({ refused: 'idempotency.key-reused' });
    await app.done({ ...rename, data: { name: village.name }, key: 'key-3' });
    expect(await app.give({ ...rename, key: 'key-3' })).toStrictEqual({ refused: 'idempotency.key-reused' });
  });

  it('is refused so in another process on the same log too', async () => {
    const register = (placeId: string) => ({ command: 'RegisterPlace', data: { placeId, name: '新村', level: 'village' }, key: 'key-2' });
    const { position } = await app.done(register('510121111001'));
    const restarted = await inMemoryApplication(app.log, undefined, app.keys);
    await restarted.readModels.atLeast(position, [requests], AbortSignal.timeout(5_000));
    for (let tries = 0; tries < 2; tries++)
      expect(await restarted.give(register('510121111002'))).toStrictEqual({ refused: 'idempotency.key-reused' });
    expect(await restarted.done(register('510121111001'))).toMatchObject({ position });
    await restarted.close();
  });

  it('is refused so too while the rows of another process do not have the first request yet', async () => {
    const register = (placeId: string) => ({ command: 'RegisterPlace', data: { placeId, name: '新村', level: 'village' }, key: 'key-2' });
    const { position } = await app.done(register('510121111001'));
    const restarted = await inMemoryApplication(app.log, undefined, app.keys);
    restarted.readModels.position = () => Promise.resolve(beginning);
    restarted.readModels.get = () => Promise.resolve(null);
    expect(await restarted.give(register('510121111002'))).toStrictEqual({ refused: 'idempotency.key-reused' });
    expect(await restarted.done(register('510121111001'))).toMatchObject({ position });
    expect(await restarted.done({ ...register('510121111002'), key: 'key-3' })).toMatchObject({ created: true });
    await restarted.close();
  });

  it('is looked for in what the rows do not have yet, and each event of it is read once', async () => {
    const register = (n: number) => ({
      command: 'RegisterPlace',
      data: { placeId: `5101211110${n}`, name: '新村', level: 'village' },
      key: `key-${n}`,
    });
    const restarted = await inMemoryApplication(app.log, undefined, app.keys);
    const behind = await restarted.readModels.position(requests);
    restarted.readModels.position = () => Promise.resolve(behind);
    restarted.readModels.get = () => Promise.resolve(null);
    let told = 0;
    const readAll = app.log.readAll.bind(app.log);
    app.log.readAll = async function* (...range) {
      for await (const page of readAll(...range)) {
        told += page.events.length;
        yield page;
      }
    };
    for (let n = 10; n < 30; n++) await restarted.done(register(n));
    expect(await restarted.give({ ...register(17), data: register(40).data })).toStrictEqual({ refused: 'idempotency.key-reused' });
    expect(told).toBeLessThan(3 * 20);
    await restarted.close();
  });

  it('is refused, to be sent again, where the rows lack more requests than are kept', async () => {
    const meta = JSON.parse((await allEvents()).at(-1)!.meta) as object;
    const of = (n: number) =>
      newEvents(100, { type: 'PlaceRegistered' }).map((event, i) => ({ ...event, meta: JSON.stringify({ ...meta, key: `${n}.${i}` }) }));
    await Promise.all(Array.from({ length: 101 }, (_, n) => append(app.log, `place-${n}`, noStream, of(n))));
    const restarted = await inMemoryApplication(app.log, undefined, app.keys);
    restarted.readModels.position = () => Promise.resolve(beginning);
    const register = { command: 'RegisterPlace', data: { placeId: '510121111001', name: '新村', level: 'village' }, key: 'key-2' };
    expect(await restarted.give(register)).toMatchObject({ refused: 'read-models.behind' });
    await restarted.close();
  });

  it('that changed nothing changes nothing when it comes again, whatever is so by then, also in another process on the same log', async () => {
    const asIs = { ...rename, data: { name: village.name }, key: 'key-4' };
    const first = await app.done(asIs);
    await app.done(rename);
    const restarted = await inMemoryApplication(app.log, undefined, app.keys);
    for (const running of [app, restarted]) {
      expect(await running.done(asIs)).toStrictEqual(first);
      expect(await running.give({ ...asIs, data: { name: '别名' } })).toStrictEqual({ refused: 'idempotency.key-reused' });
    }
    await restarted.close();
    expect(await allEvents()).toHaveLength(5);
  });

  it('that changed nothing does so when many come at once, in two processes', async () => {
    const other = await inMemoryApplication(app.log, undefined, app.keys);
    const asIs = { ...rename, data: { name: village.name }, key: 'key-4' };
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 2 ? app : other).done(asIs)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    await other.close();
    expect(await allEvents()).toHaveLength(4);
  });

  it('is looked for beyond the stream just where the body names the stream', () => {
    const wrong = commands.filter(({ stream, bodyNamesStream, example }: CommandDefinition) => {
      let looked = false;
      const data = new Proxy(example as object, { get: (of, field) => ((looked = true), Reflect.get(of, field)) });
      stream?.({ params: { id: '510121.1' }, data, by: 'p1', newId: 'n1' });
      return looked !== (bodyNamesStream === true);
    });
    expect(wrong.map(({ command }) => command)).toEqual([]);
    expect(commands.filter(({ bodyNamesStream }) => bodyNamesStream).length).toBeGreaterThan(5);
  });

  it('belongs to one stream: a command for another one is another request, before and after a restart', async () => {
    await app.done(rename);
    await app.done({ ...rename, data: { name: village.name }, key: 'key-4' });
    const restarted = await inMemoryApplication(app.log, undefined, app.keys);
    const register = { command: 'RegisterPerson', data: { placeId: village.placeId, name: '蔡新周' } };
    expect(await app.done({ ...register, key: rename.key })).toMatchObject({ created: true });
    expect(await restarted.done({ ...register, key: 'key-4' })).toMatchObject({ created: true });
    await restarted.close();
  });

  it('belongs to its sender', async () => {
    await app.done(rename);
    const other = actor('another-office', { capacity: 'department', placeId: '510121' });
    expect(await app.done({ ...rename, data: { name: '别名' }, sender: other })).toMatchObject({ revision: 2 });
  });

  it('gives what is begun the same id', async () => {
    const register = { command: 'RegisterPerson', data: { placeId: village.placeId, name: '蔡新周' }, key: 'person-1' };
    const first = await app.done(register);
    expect(first.created).toBe(true);
    expect(await app.done(register)).toStrictEqual(first);
    expect((await app.done({ ...register, key: 'person-2' })).id).not.toBe(first.id);
  });
});

describe('a revision', () => {
  it('that has passed is refused, and the stream is told', async () => {
    const request = { command: 'RenamePlace', params: { id: village.placeId }, data: { name: '新村' } };
    expect(await app.give({ ...request, ifRevision: [5] })).toStrictEqual({ refused: 'precondition.failed', with: { revision: 0 } });
    expect(await app.done({ ...request, ifRevision: [0] })).toMatchObject({ revision: 1 });
  });

  it('whichever it is, must be there where any is asked for', async () => {
    expect(
      await app.give({
        command: 'RegisterPlace',
        data: { placeId: '510121111219.1', name: '蔡家大院', level: 'courtyard' },
        ifRevision: 'any',
      }),
    ).toStrictEqual({ refused: 'precondition.failed', with: { revision: '—' } });
    expect(
      await app.done({ command: 'RenamePlace', params: { id: village.placeId }, data: { name: '新村' }, ifRevision: 'any' }),
    ).toMatchObject({ revision: 1 });
  });
});

describe('many at once', () => {
  it('on one stream are decided one after another, none lost', async () => {
    const names = Array.from({ length: 64 }, (_, i) => `名${i}`);
    await Promise.all(names.map((name) => app.done({ command: 'RenamePlace', params: { id: village.placeId }, data: { name } })));
    const renamed = (await allEvents()).slice(3);
    expect(renamed.map(({ revision }) => revision)).toStrictEqual(names.map((_, i) => i + 1));
    expect(new Set(renamed.map(({ data }) => (JSON.parse(data) as { name: string }).name))).toStrictEqual(new Set(names));
  });
});

describe('rights', () => {
  const rename = { command: 'RenamePlace', params: { id: village.placeId }, data: { name: '新村' } };
  const refused = { refused: 'auth.not-allowed', with: { place: village.placeId } };

  it('hold at the place and below it, and nowhere beside it', async () => {
    expect(await app.give({ ...rename, sender: actor('a', { capacity: 'cadre', placeId: '510121110' }) })).toStrictEqual(refused);
    expect(await app.give({ ...rename, sender: actor('a', { capacity: 'resident', placeId: '510121' }) })).toStrictEqual(refused);
    expect(await app.give({ ...rename, sender: actor('a') })).toStrictEqual(refused);
    expect(await app.done({ ...rename, sender: actor('a', { capacity: 'cadre', placeId: '510121111' }) })).toMatchObject({ revision: 1 });
  });

  it('are granted in the log, and end with it', async () => {
    const { id } = await app.done({ command: 'RegisterPerson', data: { placeId: village.placeId, name: '李四' } });
    expect(await app.give({ ...rename, sender: actor(id) })).toStrictEqual(refused);
    await app.done({
      command: 'GrantRole',
      params: { id },
      data: { capacity: 'cadre', placeId: town.placeId, until: '2026-06-01T00:00:00.000Z' },
    });
    expect(await app.done({ ...rename, sender: actor(id) })).toMatchObject({ revision: 1 });
    app.clock.set('2026-06-01T00:00:00.000Z');
    expect(await app.give({ ...rename, data: { name: '再改' }, sender: actor(id) })).toStrictEqual(refused);
    await app.done({ command: 'GrantRole', params: { id }, data: { capacity: 'cadre', placeId: village.placeId } });
    await app.done({ command: 'RevokeRole', params: { id }, data: { capacity: 'cadre', placeId: village.placeId } });
    expect(await app.give({ ...rename, data: { name: '再改' }, sender: actor(id) })).toStrictEqual(refused);
  });

  it('follow a place into the one that it was merged into', async () => {
    const former = '510121999';
    await app.done({ command: 'RegisterPlace', data: { placeId: former, name: '清江镇', level: 'town' } });
    const cadre = actor('a', { capacity: 'cadre', placeId: former });
    expect(await app.give({ ...rename, sender: cadre })).toStrictEqual(refused);
    await app.done({ command: 'MergePlace', params: { id: former }, data: { into: village.placeId } });
    expect(await app.done({ ...rename, sender: cadre })).toMatchObject({ revision: 1 });
  });

  it('cannot be used in a capacity that is not held', async () => {
    expect(
      await app.give({ ...rename, capacity: 'cadre', sender: actor('a', { capacity: 'department', placeId: '510121' }) }),
    ).toStrictEqual({ refused: 'auth.no-such-capacity', with: { place: village.placeId } });
  });

  it('count in the order in which the command names the capacities, whatever was granted first', async () => {
    await app.done({ command: 'RegisterPlace', data: { placeId: '510121111219.1', name: '蔡家大院', level: 'courtyard' } });
    const both = actor('a', { capacity: 'cadre', placeId: village.placeId }, { capacity: 'volunteer', placeId: village.placeId });
    await app.done({ command: 'RegisterHousehold', data: { placeId: '510121111219.1.1', name: '1号' }, sender: both }); // volunteer, cadre, department
    expect(JSON.parse((await allEvents()).at(-1)!.meta)).toMatchObject({ capacity: 'volunteer' });
  });

  it('of the system are nobody else’s', async () => {
    const system = { id: 'system', grants: [{ capacity: 'department', placeId: '510121' }] } as const;
    expect(await app.give({ ...rename, sender: { ...system, grants: [] } })).toStrictEqual(refused);
  });
});

describe('a place', () => {
  it('must exist, and not be merged, for something to begin there', async () => {
    const register = (placeId: string) => app.give({ command: 'RegisterPerson', data: { placeId, name: '王五' } });
    expect(await register('510121111999')).toMatchObject({ refused: expect.stringMatching(/place-not-found$/u) });
    await app.done({ command: 'RegisterPlace', data: { placeId: '510121111001', name: '旧村', level: 'village' } });
    await app.done({ command: 'MergePlace', params: { id: '510121111001' }, data: { into: village.placeId } });
    expect(await register('510121111001')).toMatchObject({ refused: 'registry.place-merged' });
  });
});

describe('rights', () => {
  it('come before what the stream holds: a stranger learns nothing from If-Match', async () => {
    const answers = await Promise.all(
      [[0], [7]].map((ifRevision) =>
        app.give({
          command: 'RenamePlace',
          params: { id: village.placeId },
          data: { name: '新名' },
          sender: actor('stranger'),
          ifRevision,
        }),
      ),
    );
    const [first] = answers;
    expect(first).toEqual({ refused: 'auth.not-allowed', with: { place: village.placeId } });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('come before the facts where the place is known: nothing is read for a stranger', async () => {
    const courtyard = { placeId: `${village.placeId}.1`, name: '蔡家大院', level: 'courtyard' };
    await app.done({ command: 'RegisterPlace', data: courtyard });
    const { id } = await app.done({
      command: 'ProposeRenovation',
      data: { placeId: courtyard.placeId, title: '院坝', description: '铺平。', budget: 1_000_00, aspects: ['space-layout'] },
    });
    const definition = commands.find(({ command }) => command === 'OpenRenovationBallot')!;
    let loaded = 0;
    const facts: typeof definition.facts = async (target, load) => {
      loaded++;
      return definition.facts!(target, load);
    };
    const request = {
      definition: { ...definition, facts },
      params: { id },
      data: definition.example as object,
      channel: 'web',
    } as const;
    expect(await app.execute.run({ ...request, sender: actor('stranger') })).toHaveProperty('refused', 'auth.not-allowed');
    expect(loaded).toBe(0);
    await app.execute.run({ ...request, sender: official });
    expect(loaded).toBe(1);
  });

  it('given a place that must exist, then it is looked for while the facts are loaded', async () => {
    const definition = commands.find(({ command }) => command === 'ProposeRenovation')!;
    const courtyard = { placeId: `${village.placeId}.1`, name: '蔡家大院', level: 'courtyard' };
    await app.done({ command: 'RegisterPlace', data: courtyard });
    const read = app.log.read.bind(app.log);
    let isPlaceAsked!: () => void;
    const placeAsked = new Promise<void>((resolve) => (isPlaceAsked = resolve));
    app.log.read = (stream, from) => {
      if (stream === `place-${courtyard.placeId}`) isPlaceAsked();
      return read(stream, from);
    };
    const facts: typeof definition.facts = async (target, load) => {
      await placeAsked; // would wait for ever if the place were looked for afterwards
      return definition.facts!(target, load);
    };
    const data = { ...(definition.example as object), placeId: courtyard.placeId };
    const outcome = await app.execute.run({ definition: { ...definition, facts }, params: {}, data, channel: 'web', sender: official });
    expect(outcome).toMatchObject({ created: true });
  });

  it('given a place that does not exist, then that is the answer, whatever becomes of the facts', async () => {
    const definition = commands.find(({ command }) => command === 'ProposeRenovation')!;
    const facts = () => Promise.reject(new Error('facts of nowhere'));
    const data = { ...(definition.example as object), placeId: '510121999' };
    const outcome = await app.execute.run({ definition: { ...definition, facts }, params: {}, data, channel: 'web', sender: official });
    expect(outcome).toMatchObject({ refused: 'registry.place-not-found' });
  });
});
