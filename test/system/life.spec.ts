import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import type { Actor } from '../../src/application/kernel/actor.js';
import { decode } from '../../src/application/kernel/decode.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import { newEventId } from '../../src/application/kernel/ids.js';
import type { CommandDefinition } from '../../src/application/kernel/command.js';
import { deciders } from '../../src/domain/deciders.js';
import { accountIdOf } from '../../src/domain/guardianship/merit-account.js';
import { capacities } from '../../src/domain/shared/capacity.js';
import type { AnyDecider } from '../../src/domain/shared/decider.js';
import { personalFields } from '../../src/domain/shared/field-marks.js';
import { SqliteProjectionStore } from '../../src/infrastructure/read-models/sqlite/store.js';
import { actor, official } from '../support/application.js';
import { type Answer, type Server, startServer } from '../support/server.js';
import { until } from '../support/until.js';
import { auditor, type Cast, courtyard, legal, liveAll, openBallot, openList, personal, village } from './life.js';
import { overRest, type Seen, type Stage } from './stage.js';
import { dueCommands } from '../../src/application/contexts.js';
import { beginning } from '../../src/projections/position.js';

jest.setTimeout(180_000); // hundreds of questions are asked

let server: Server;
let stage: Stage;
let cast: Cast;
let shown: readonly string[];
let logged = '';
let history: StoredEvent[];
/** The same with what is sealed opened. */
let opened: readonly StoredEvent[];
const begun = new Set<string>();
let open: Awaited<ReturnType<typeof openBallot>>;
let list: Awaited<ReturnType<typeof openList>>;

const historyNow = async () => {
  const found: StoredEvent[] = [];
  for await (const { events: page } of server.wuwei.log.readAll(beginning)) found.push(...page);
  return found;
};
const tokenOf = ({ id, grants }: Actor) => server.token(id, ...grants);

beforeAll(async () => {
  const sink = new Writable({ write: (chunk: Buffer, _, done) => ((logged += chunk.toString()), done()) });
  server = await startServer({ logger: pino({ level: 'debug' }, sink) });
  const { post } = server;
  server.post = async (path, ...rest) => {
    const answer = await post(path, ...rest);
    if (answer.status === 201) begun.add(path);
    return answer;
  };
  stage = overRest(server);
  ({ cast, shown } = await liveAll(stage));
  history = await historyNow();
  opened = await server.wuwei.services.opening.shown(history);
}, 120_000);
afterAll(() => server.close());

describe('the life of every context, over REST', () => {
  it('comes to its end: every event, nothing due, nothing stuck, every projection at the end of the log', async () => {
    const declared = [...new Set(server.wuwei.commands.flatMap(({ decider }) => Object.keys(decider.events)))];
    const happened = new Set(history.map(({ type }) => type));
    expect(declared.filter((type) => !happened.has(type))).toEqual([]);
    expect(await server.wuwei.readModels.list(dueCommands, { prefix: '', limit: 10 })).toEqual([]);
    const { status, body } = await server.get('/health/ready');
    expect([status, body.stuck, body.projections.filter(({ lagSeconds, failure }: Seen) => lagSeconds !== 0 || failure)]).toEqual([
      200,
      [],
      [],
    ]);
  });

  it('leaves in every event who, in which capacity, by which channel, when it happened and was entered, and the request that began it', () => {
    for (const { id, type, data, meta, occurredAt, recordedAt } of history) {
      const told = JSON.parse(meta);
      expect({ type, id, told, occurredAt, recordedAt }).toEqual({
        type,
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/u),
        occurredAt: expect.stringMatching(/Z$/u),
        recordedAt: expect.stringMatching(/Z$/u),
        told: expect.objectContaining({
          actor: expect.any(String),
          capacity: expect.any(String),
          channel: expect.any(String),
          correlation: expect.any(String),
          key: expect.any(String),
          request: expect.stringMatching(/^[0-9a-f]{64}$/u),
        }),
      });
      expect(capacities).toContain(told.capacity);
      expect([told.place, JSON.parse(data)]).not.toContain(undefined);
      if (told.capacity !== 'system') continue;
      const cause = history.find((event) => event.id === told.causation);
      expect({ type, correlation: told.correlation }).toEqual({ type, correlation: JSON.parse(cause!.meta).correlation });
    }
  });

  it('tells in which capacity people act whom the case lets do it', () => {
    const capacityOf = (wanted: string) => [
      ...new Set(history.filter(({ type }) => type === wanted).map(({ meta }) => JSON.parse(meta).capacity as string)),
    ];
    for (const type of ['CareLogged', 'PlotOffered', 'PlotNoticeGiven']) expect([type, capacityOf(type)]).toEqual([type, ['guardian']]);
    for (const type of ['RenovationBallotCast', 'RenovationProxyGiven']) expect([type, capacityOf(type)]).toEqual([type, ['resident']]);
  });

  it('is answered 201 where the API says that something can begin, and there only', async () => {
    const { paths } = (await server.get('/openapi.json')).body as { paths: Record<string, Seen> };
    const documented = Object.keys(paths).filter((path) => paths[path].post?.responses['201'] !== undefined);
    const addresses = documented.map((path) => [path, new RegExp(`^${path.replace(/\{\w+\}/gu, '[^/]+')}$`, 'u')] as const);
    expect([...begun].filter((path) => !addresses.some(([, address]) => address.test(path)))).toEqual([]);
    expect(addresses.filter(([, address]) => ![...begun].some((path) => address.test(path))).map(([path]) => path)).toEqual([
      '/v1/own-token-revocations', // here an official had revoked another
      '/v1/plots/{id}/contributions', // a volunteer may come first; here somebody had applied
    ]);
  });

  it('comes out with the same rows after a restart', async () => {
    const ranking = async () => (await server.get(`/v1/merit/public-tallies?by=plot&place=${courtyard}`)).body;
    const before = await ranking();
    expect(before.items.length).toBeGreaterThan(0);
    await server.restart();
    expect(await ranking()).toEqual(before);
    expect(await historyNow()).toEqual(history);
  });
});

/** Every text in the log that its event class declares as personal. */
function personalTexts(events: readonly StoredEvent[]): ReadonlySet<string> {
  const fields = new Map(
    (Object.values(deciders) as readonly AnyDecider[]).flatMap(({ events: types }) =>
      Object.entries(types).map(([type, shape]) => [type, [...personalFields.of(shape).keys()]] as const),
    ),
  );
  const texts = new Set<string>();
  for (const { type, data } of events.map(decode)) {
    for (const field of fields.get(type) ?? []) {
      const text = (data as unknown as Readonly<Record<string, unknown>>)[field];
      if (typeof text === 'string') texts.add(text);
    }
  }
  return texts;
}

/** All that can be read: every query, of every thing that the log knows, in many ways that its parameters allow. */
async function readEverything(by: Actor | null, isAsked: (allow: unknown) => boolean): Promise<readonly (Answer & { path: string })[]> {
  const subjects = new Map<string, Set<string>>();
  for (const { stream, aggregateId } of history.map(decode)) {
    const category = stream.slice(0, -aggregateId.length - 1);
    subjects.set(category, (subjects.get(category) ?? new Set()).add(aggregateId));
  }
  const categories: Readonly<Record<string, string>> = { households: 'place', people: 'person', merit: 'meritAccount' };
  const idsFor = (path: string): readonly string[] => {
    const [collection = ''] = path.split('/');
    return path.includes(':id') ? [...(subjects.get(categories[collection] ?? collection.slice(0, -1)) ?? [])] : [''];
  };
  const ofOne = ['', '?limit=200', '?rule=simple-majority', '?format=pb'];
  const ofMany = [
    '?place=510121&limit=200',
    `?place=${courtyard}&limit=200`,
    '?place=510121&limit=200',
    '?place=510121&level=household&limit=200',
    '?by=plot&place=510121',
    '?by=place&place=510121',
    '?place=510121&level=courtyard',
    `?place=${courtyard}`,
    `?by=guardian&place=${courtyard}`,
    `?place=${courtyard}`,
  ];
  const paths = new Set<string>();
  for (const { path, allow } of server.wuwei.queries) {
    if (!isAsked(allow)) continue;
    for (const id of idsFor(path)) {
      const address = `/v1/${path.replace(':id', id).replace(':version', '1')}`;
      for (const search of path.includes(':id') ? ofOne : [...ofOne, ...ofMany]) paths.add(address + search);
    }
  }
  for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs', '/v1/nothing']) paths.add(path);
  const token = by && tokenOf(by);
  const left = [...paths];
  const answers: (Answer & { path: string })[] = [];
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let path = left.pop(); path !== undefined; path = left.pop())
        answers.push({ ...(await server.get(path, token ?? undefined)), path });
    }),
  );
  return answers;
}

describe('personal data', () => {
  it('stands in no public answer, but for what was said to all: pledges, names with consent, memories that were accepted', async () => {
    const personalIn = personalTexts(opened);
    expect(personalIn.size).toBeGreaterThan(50);
    const answers = await readEverything(null, (allow) => allow === 'public');
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(50);
    expect(answers.filter(({ status }) => ![200, 400, 404, 409].includes(status)).map(({ status, path }) => [status, path])).toEqual([]);
    const leaks = [...personalIn]
      .filter((text) => !shown.includes(text))
      .flatMap((text) => answers.filter((answer) => answer.text.includes(text)).map(({ path }) => [text, path]));
    expect(leaks).toEqual([]);
    for (const text of shown) expect([text, answers.some((answer) => answer.text.includes(text))]).toEqual([text, true]);
  });

  it('is in no file of the data folder, in UTF-8 or in JSON escapes, though the log and the rows hold it', () => {
    const escaped = (text: string) => text.replace(/[^ -~]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const texts = [...personalTexts(opened)].flatMap((text) => [text, escaped(text)].map((form) => Buffer.from(form)));
    const files = readdirSync(server.folder).map((name) => ({ name, bytes: readFileSync(join(server.folder, name)) }));
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['log.db', 'read-models.db', 'keys.db']));
    const holding = (bytes: Buffer) => files.filter((file) => file.bytes.includes(bytes)).map(({ name }) => name);
    expect(texts.filter((text) => holding(text).length > 0).map(String)).toEqual([]);
    expect([holding(Buffer.from(cast.residents[0]!.id)).length > 1, holding(Buffer.from('sealed:1:')).length > 1]).toEqual([true, true]);
  });

  it('is asked for in vain without a token, and by a stranger', async () => {
    const stranger = actor(
      'stranger',
      { capacity: 'resident', placeId: '510121110006.1' },
      { capacity: 'moderator', placeId: '510121110006.1' },
    );
    const personalIn = [...personalTexts(opened)].filter((text) => !shown.includes(text));
    for (const by of [null, stranger]) {
      const answers = await readEverything(by, (allow) => allow !== 'public');
      expect(answers.length).toBeGreaterThan(100);
      expect(personalIn.flatMap((text) => answers.filter((answer) => answer.text.includes(text)).map(({ path }) => [text, path]))).toEqual(
        [],
      );
    }
  });

  it('is in no stream, no id, no envelope, and no key of a row', async () => {
    const personalIn = [...personalTexts(opened)];
    const envelopes = history.map(({ data: _, ...envelope }) => JSON.stringify(envelope)).join('\n');
    expect(personalIn.filter((text) => envelopes.includes(text))).toEqual([]);
    const store = SqliteProjectionStore.existing(server.folder)!;
    const keys: string[] = [];
    for (const { id } of await store.builds()) keys.push(...(await store.scan(id, null, 100_000)).map(({ key }) => key));
    store.close();
    expect(keys.length).toBeGreaterThan(history.length);
    expect(personalIn.filter((text) => keys.some((key) => key.includes(text)))).toEqual([]);
  });

  it('is in no line of the log and no metric, whatever goes wrong', async () => {
    const texts: string[] = [];
    const say = (text: string) => {
      texts.push(personal(text));
      return texts.at(-1)!;
    };
    const office = tokenOf(official);
    const { log } = server.wuwei;
    const append = log.append.bind(log);
    const register = () =>
      server.post('/v1/people', { placeId: courtyard, name: say('某人'), contact: say('电话') }, office, { 'wuwei-channel': 'web' });
    log.append = () => Promise.reject(new Error('a fault of the program'));
    expect((await register()).status).toBe(500);
    log.append = append;
    const { body: person } = await register();
    expect((await server.post('/v1/people', { placeId: courtyard, name: say('多余'), surplus: say('多余') }, office)).status).toBe(400);
    expect((await server.post('/v1/people', `{"name": ${say('不是JSON')}`, office)).status).toBe(400);
    expect((await server.get(`/v1/${encodeURIComponent(say('地址'))}?q=${encodeURIComponent(say('问'))}`)).status).toBe(404);
    // bytes that no decider wrote: nothing can be decided on them, and no projection can take them in
    const spoilt = {
      occurredAt: '2026-05-01T08:00:00.000Z',
      recordedAt: '2026-05-01T08:00:00.000Z',
      schemaVersion: 1,
      meta: history[0]!.meta,
    };
    await log.append('person-spoilt', -1, [
      {
        ...spoilt,
        id: newEventId(),
        type: 'PersonRegistered',
        data: JSON.stringify({ personId: 'spoilt', placeId: courtyard, name: say('坏'), surplus: say('坏') }),
      },
    ]);
    expect((await server.post('/v1/people/spoilt/corrections', { name: say('改') }, office)).status).toBe(500);
    await log.append(`person-${person.id}`, person.revision, [
      { ...spoilt, id: newEventId(), type: 'PersonCorrected', data: say('不是JSON') },
    ]);
    expect((await server.post(`/v1/people/${person.id}/corrections`, { name: say('改') }, office)).status).toBe(500);
    for (const path of [`/v1/audit?stream=person-${person.id}`, '/health/ready'])
      expect([500, 503]).toContain((await server.get(path, tokenOf(auditor))).status);
    await until(() => logged.includes('has stopped'));

    expect(
      logged
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).msg),
    ).toEqual(expect.arrayContaining(['request failed', expect.stringContaining('has stopped')]));
    const all = [...texts, ...personalTexts(opened)];
    for (const text of [logged, (await server.get('/metrics')).text, (await server.get('/health/ready')).text])
      expect(all.filter((one) => text.includes(one))).toEqual([]);
  });
});

/** A command with its example, aimed at what the life has left: a path, and a body that names the courtyard. */
function aim({ path, example }: CommandDefinition) {
  const ids: Readonly<Record<string, string>> = {
    places: courtyard,
    households: `${courtyard}.1`,
    people: cast.residents[0]!.id,
    covenants: village,
    pledges: `${village}.${courtyard}.1`,
    contests: subjectOf('ContestOpened'),
    renovations: open.id,
    ballots: list.id,
    plots: `${courtyard}~1`,
    merit: accountIdOf(courtyard, cast.member.id),
  };
  const body = JSON.parse(JSON.stringify(example)) as Record<string, unknown>;
  if ('placeId' in body) body['placeId'] = { places: `${courtyard}.77`, households: `${courtyard}.78` }[path] ?? courtyard;
  if ('householdId' in body) body['householdId'] = `${courtyard}.1`;
  if ('into' in body) body['into'] = village;
  if ('owners' in body) body['owners'] = [cast.residents[0]!.id];
  if ('ballotId' in body) body['ballotId'] = `${open.id}.1`;
  return { path: `/v1/${path.replace(':id', ids[path.split('/')[0]!] ?? '')}`, body };
}
const subjectOf = (type: string) => decode(history.find((event) => event.type === type)!).aggregateId;

describe('rights', () => {
  const served = () => server.wuwei.commands.filter(({ allow }) => allow !== 'system');
  beforeAll(async () => {
    await server.close();
    server = await startServer();
    stage = overRest(server);
    ({ cast } = await liveAll(stage));
    open = await openBallot(stage, cast, 30);
    list = await openList(stage, { placeId: courtyard, closesAt: stage.inDays(30) });
    history = await historyNow();
  }, 120_000);

  it('auditors read everything', async () => {
    const answers = await readEverything(auditor, () => true);
    expect(answers.filter(({ status }) => [401, 403].includes(status) || status >= 500).map(({ path, body }) => [path, body.code])).toEqual(
      [],
    );
    const read = new Set(answers.filter(({ status }) => status === 200).map(({ path }) => path.split('?')[0]!));
    const unread = server.wuwei.queries.filter(
      ({ path }) => ![...read].some((address) => new RegExp(`^/v1/${path.replace(/:\w+/gu, '[^/]+')}$`, 'u').test(address)),
    );
    expect(unread.map(({ path }) => path).filter((path) => !path.includes('/mine'))).toEqual([]); // of what is one's own there is none
    expect((await server.get('/v1/events', tokenOf(auditor))).text.trim().split('\n')).toHaveLength(history.length);
  });

  it('auditors write nothing but the end of a token of their own, whatever they ask for and in whatever capacity', async () => {
    const inTheLog = actor((await stage.give('RegisterPerson', official, { data: { placeId: village, name: personal('审计员') } })).id);
    await stage.give('GrantRole', legal, { params: { id: inTheLog.id }, data: { capacity: 'auditor', placeId: '510121' } });
    const before = await server.wuwei.log.position();
    for (const by of [auditor, inTheLog]) {
      for (const row of served()) {
        if (row.command === 'RevokeOwnToken') continue;
        const { path, body } = aim(row);
        for (const capacity of [undefined, 'auditor'] as const) {
          const { status, body: answer } = await server.post(path, body, tokenOf(by), capacity ? { 'wuwei-capacity': capacity } : {});
          expect([row.command, status >= 400 && status < 500, answer.code]).toEqual([row.command, true, expect.any(String)]);
          if (capacity && status === 403) expect([row.command, answer.code]).toEqual([row.command, 'auth.no-such-capacity']);
        }
      }
    }
    expect(await server.wuwei.log.position()).toBe(before);
    for (const { command, allow } of served())
      expect([command, JSON.stringify(allow)]).toEqual([command, expect.not.stringContaining('auditor')]);
  });

  it('an auditor who owns a unit votes as any owner does, not as auditor', async () => {
    const owner = actor(cast.residents[0]!.id, { capacity: 'auditor', placeId: '510121' });
    const { events } = await stage.give('CastRenovationBallot', owner, {
      params: open.params,
      data: { ballotId: `${open.id}.1`, choice: 'approve' },
    });
    const cast_ = (await historyNow()).find(({ id }) => id === events[0]!.id)!;
    expect(JSON.parse(cast_.meta)).toMatchObject({ actor: owner.id, capacity: 'resident' });
  });

  it('a moderator of one compound is nobody in the next', async () => {
    const next = actor('next', { capacity: 'moderator', placeId: `${village}.2` });
    const own = actor('own', { capacity: 'moderator', placeId: courtyard });
    const before = await server.wuwei.log.position();
    const refused: string[] = [];
    for (const row of served()) {
      if (typeof row.allow === 'string' || !('over' in row.allow) || !row.allow.over?.includes('moderator')) continue;
      const { path, body } = aim(row);
      expect([row.command, await server.post(path, body, tokenOf(next))]).toMatchObject([
        row.command,
        { status: 403, body: { code: 'auth.not-allowed' } },
      ]);
      // there the command is decided: refused for what it says, or because of the revision that it expects
      const { status } = await server.post(path, body, tokenOf(own), { 'if-match': '"999999"' });
      expect([404, 409, 412, 422]).toContain(status);
      refused.push(row.command);
    }
    expect(refused.length).toBeGreaterThan(8);
    for (const row of server.wuwei.queries) {
      if (typeof row.allow === 'string' || !('over' in row.allow) || !row.allow.over?.includes('moderator')) continue;
      const { path } = aim({ ...row, example: {} } as unknown as CommandDefinition);
      const search = row.path.includes(':') ? '' : `?place=${courtyard}${row.path === 'merit/tallies' ? '&by=guardian' : ''}`;
      expect([
        row.query,
        (await server.get(path + search, tokenOf(next))).status,
        (await server.get(path + search, tokenOf(own))).status,
      ]).toEqual([row.query, 403, 200]);
    }
    expect(await server.wuwei.log.position()).toBe(before);
  });

  it('nobody acts in a capacity that they hold elsewhere', async () => {
    const owner = cast.residents[1]!;
    const elsewhere = actor(owner.id, { capacity: 'moderator', placeId: `${village}.2` });
    const post = (headers: Record<string, string>) =>
      server.post(`/v1/renovations/${open.id}/votes`, { ballotId: `${open.id}.1`, choice: 'approve' }, tokenOf(elsewhere), headers);
    expect(await post({ 'wuwei-capacity': 'moderator' })).toMatchObject({ status: 403, body: { code: 'auth.no-such-capacity' } });
    const { body } = await post({});
    expect(JSON.parse((await historyNow()).find(({ id }) => id === body.events[0].id)!.meta)).toMatchObject({
      actor: owner.id,
      capacity: 'resident',
    });
  });
});
