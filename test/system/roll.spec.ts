import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allProjections } from '../../src/application/contexts.js';
import { appendLimit, LogUnavailable, noStream, type EventLog } from '../../src/application/ports/event-log.js';
import { ascending } from '../../src/domain/shared/ascending.js';
import { sha256 } from '../../src/domain/shared/sha256.js';
import { pagesOf, type RollUnit } from '../../src/domain/renovation/roll.js';
import { checkProjections, recomputeFolder } from '../../src/infrastructure/read-models/sqlite/maintenance.js';
import { unitRoll } from '../../src/projections/registry/place-tree.js';
import { actor, inMemoryApplication, official, policyRunner } from '../support/application.js';
import { all, newEvent } from '../contracts/event-log.contract.js';
import { type Server, startServer } from '../support/server.js';
import { auditor, courtyard, village } from './life.js';
import { onApplication, overRest, type Seen, type Stage } from './stage.js';

/* A unit roll that is larger than one append may be (ADR 16). */

const cadre = actor('cadre', { capacity: 'cadre', placeId: village });
const planner = actor('planner', { capacity: 'planner', placeId: village });
const moderator = actor('moderator', { capacity: 'moderator', placeId: courtyard });
const document = 'a'.repeat(64);
/** Hashes of the pages of a roll, which lists its units in the order of their ids. */
const pageHashes = (ballotId: string, units: readonly RollUnit[]) =>
  [
    ...pagesOf(
      ballotId,
      units.toSorted((a, b) => ascending(a.unitId, b.unitId)),
    ),
  ].map(({ data }) => sha256(JSON.stringify(data)));
/** An id as long as those that the system gives. */
const ownerId = (unit: number, owner: number) =>
  `0b8f6c3e-6a55-8a31-9d0c-${String(unit).padStart(6, '0')}${String(owner).padStart(6, '0')}`;
const unitsOf = (count: number, owners: number): RollUnit[] =>
  Array.from({ length: count }, (_, i) => ({
    unitId: `${courtyard}.${i + 1}`,
    area: 90_00 + (i % 7),
    owners: Array.from({ length: owners }, (_owner, n) => ownerId(i + 1, n + 1)),
  }));

/** Registers the units and their owners, straight in the log: 10,000 commands would take too long. */
async function register(log: EventLog, units: readonly RollUnit[]): Promise<void> {
  const meta = (placeId: string) =>
    JSON.stringify({
      actor: official.id,
      capacity: 'department',
      channel: 'web',
      place: placeId,
      correlation: 'c',
      key: placeId,
      request: '',
    });
  await Promise.all(
    units.map(({ unitId, area, owners }, i) =>
      log.append(`place-${unitId}`, noStream, [
        newEvent({
          type: 'PlaceRegistered',
          data: JSON.stringify({ placeId: unitId, name: `${i + 1}号`, level: 'household', area }),
          meta: meta(unitId),
        }),
        newEvent({ type: 'OwnersRecorded', data: JSON.stringify({ owners }), meta: meta(unitId) }),
      ]),
    ),
  );
}

/** A renovation whose design all have signed. */
async function signedRenovation(stage: Stage): Promise<{ id: string }> {
  const { id } = await stage.give('ProposeRenovation', cadre, {
    data: { placeId: courtyard, title: '院坝改造', description: '铺平地面，添长凳。', aspects: ['space-layout'], budget: 80_000_00 },
  });
  const params = { id };
  await stage.give('OpenRenovationConsultation', cadre, { params });
  await stage.until(stage.inDays(14));
  await stage.give('SubmitRenovationDesign', planner, { params, data: { summary: '铺砖', document, cost: 70_000_00 } });
  for (const by of [cadre, planner, moderator]) await stage.give('SignRenovationDesign', by, { params, data: { version: 1 } });
  return params;
}
async function registerPlaces(stage: Stage): Promise<void> {
  for (const [placeId, name, level] of [
    ['510121', '金堂县', 'county'],
    ['510121111', '金龙镇', 'town'],
    [village, '谢杨坝社区', 'community'],
    [courtyard, '蔡家大院', 'courtyard'],
  ])
    await stage.give('RegisterPlace', official, { data: { placeId, name, level } });
}
const opening = (stage: Stage) => ({ matter: 'ordinary', closesAt: stage.inDays(30), replaceable: true });
/** By then the ballot is open. */
const noticeIsOver = (stage: Stage) => stage.inDays(20);

const eventsOf = (log: EventLog, types: readonly string[]) => all(log, 0, { types });

describe('given 5,000 units with 20 owners each', () => {
  const units = unitsOf(5_000, 20);
  let server: Server;
  let stage: Stage;
  let params: { id: string };
  let ballotId: string;
  beforeAll(async () => {
    server = await startServer();
    stage = overRest(server);
    await registerPlaces(stage);
    await register(server.wuwei.log, units);
    params = await signedRenovation(stage);
    ballotId = `${params.id}.1`;
  }, 120_000);
  afterAll(() => server.close());

  const owner = (unit: number, n = 1) => actor(ownerId(unit, n), { capacity: 'resident', placeId: courtyard });
  const vote = (by: ReturnType<typeof owner>, choice: string, data: object = {}) =>
    stage.give('CastRenovationBallot', by, { params, data: { ballotId, choice, ...data } });

  it('when a ballot is opened, then its roll is in the log before it, in pages that one append can hold, and a retry changes nothing', async () => {
    const opened = await stage.give('OpenRenovationBallot', cadre, { params, data: opening(stage), key: 'open-1' });
    expect(opened.events).toMatchObject([{ type: 'RenovationBallotOpened' }]);
    expect(await stage.give('OpenRenovationBallot', cadre, { params, data: opening(stage), key: 'open-1' })).toEqual(opened);
    const events = await eventsOf(server.wuwei.log, ['RollPageRecorded', 'RenovationBallotOpened']);
    const pages = events.slice(0, -1);
    const { pages: listed, expected } = JSON.parse(events.at(-1)!.data);
    expect(events.map(({ type }) => type)).toEqual([...pages.map(() => 'RollPageRecorded'), 'RenovationBallotOpened']);
    expect(pages.map(({ stream }) => stream)).toEqual(listed.map((id: string) => `rollPage-${id}`));
    expect(pages.map(({ data }) => sha256(data))).toEqual(pageHashes(ballotId, units));
    expect(pages.every(({ data, meta }) => Buffer.byteLength(data + meta) < appendLimit)).toBe(true);
    expect(pages.reduce((sum, { data }) => sum + data.length, 0)).toBeGreaterThan(4_000_000);
    expect(expected).toEqual({ heads: 5_000, area: units.reduce((sum, { area }) => sum + area, 0), households: 5_000 });
  }, 60_000);

  it('when owners vote, also after a restart, then the roll says who they are and what weight they have', async () => {
    await stage.until(noticeIsOver(stage));
    await vote(owner(1), 'approve');
    await vote(owner(5_000, 20), 'approve', { owner: ownerId(5_000, 1) });
    await server.restart();
    await vote(owner(2_500), 'reject');
    const refused = await server.post(
      `/v1/renovations/${params.id}/votes`,
      { ballotId, choice: 'approve' },
      server.token('stranger', { capacity: 'resident', placeId: courtyard }),
    );
    expect(refused.body).toMatchObject({ code: 'renovation.not-on-roll' });
    const cast = await eventsOf(server.wuwei.log, ['RenovationBallotCast']);
    expect(cast.map(({ data }) => JSON.parse(data)).map(({ voterId, basis, weight }: Seen) => [voterId, basis, weight.area])).toEqual([
      [ownerId(1, 1), 'owner', units[0]!.area],
      [ownerId(5_000, 1), 'co-owner', units[4_999]!.area],
      [ownerId(2_500, 1), 'owner', units[2_499]!.area],
    ]);
  }, 60_000);

  it('when an owner’s trail is read, then it has the page that names them', async () => {
    const { items } = await stage.ask('GetAuditTrail', auditor, {}, { person: ownerId(4_999, 20) });
    expect(items.map(({ type, place }: Seen) => [type, place])).toEqual([
      ['OwnersRecorded', `${courtyard}.4999`],
      ['RollPageRecorded', courtyard],
    ]);
  }, 60_000);

  it('when the log is exported, then the pages are in it as they are stored', async () => {
    const { text } = await server.get('/v1/events?type=RollPageRecorded', server.token(auditor.id, ...auditor.grants));
    const exported = text
      .trim()
      .split('\n')
      .map((line) => sha256(JSON.stringify(JSON.parse(line).data)));
    expect(exported).toEqual(pageHashes(ballotId, units));
  }, 60_000);

  it('when the ballot is decided, then results and rows follow from the log', async () => {
    await stage.until(stage.inDays(12));
    expect(await stage.ask('GetRenovationDecision', cadre, params)).toMatchObject({
      outcome: 'no-quorum',
      expected: { heads: 5_000, households: 5_000 },
      counts: [{ heads: 2 }, { heads: 1 }, ...Array.from({ length: 3 }, () => ({ heads: 0 }))],
    });
    const recomputed = await recomputeFolder(server.folder, () => undefined);
    expect([recomputed.results.map(({ of, counted }) => [of, counted]), recomputed.difference]).toEqual([[['renovation', 3]], null]);
    const checked = await checkProjections(server.folder, allProjections, () => undefined);
    expect(checked.map(({ name, difference }) => [name, difference])).toEqual(allProjections.map(({ name }) => [name, null]));
  }, 120_000);
});

describe('given a roll of three pages', () => {
  it('when the log fails in the midst of it, then no ballot is open, and the same request completes it', async () => {
    const app = await inMemoryApplication();
    const stage = onApplication({ ...app, policyRunner: policyRunner(app) });
    await registerPlaces(stage);
    const units = unitsOf(450, 2);
    await register(app.log, units);
    const params = await signedRenovation(stage);
    const append = app.log.append.bind(app.log);
    let left = 2;
    app.log.append = (...args) => (left-- > 0 ? append(...args) : Promise.reject(new LogUnavailable('the disk is full')));
    const open = { params, data: opening(stage), key: 'open-1' };
    await expect(stage.give('OpenRenovationBallot', cadre, open)).rejects.toThrow('the disk is full');
    const pages = ['RollPageRecorded'];
    expect(await eventsOf(app.log, pages)).toHaveLength(2);
    expect(await stage.ask('GetRenovation', cadre, params)).toMatchObject({ phase: 'design', revision: 6 });

    app.log.append = append;
    const opened = await stage.give('OpenRenovationBallot', cadre, open);
    expect(opened).toMatchObject({ revision: 7, events: [{ type: 'RenovationBallotOpened' }] });
    expect((await eventsOf(app.log, pages)).map(({ revision, data }) => [revision, sha256(data)])).toEqual(
      pageHashes(`${params.id}.1`, units).map((hash) => [0, hash]),
    );
    await app.close();
  });

  it('when a ballot is opened, then several pages are on their way to the log at the same time, and the opening comes after all', async () => {
    const app = await inMemoryApplication();
    const stage = onApplication({ ...app, policyRunner: policyRunner(app) });
    await registerPlaces(stage);
    await register(app.log, unitsOf(1_100, 1));
    const params = await signedRenovation(stage);
    const append = app.log.append.bind(app.log);
    const underWay = new Set<string>();
    const most: number[] = [];
    app.log.append = async (stream, expected, events) => {
      underWay.add(stream);
      most.push(underWay.size);
      for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
      const appended = await append(stream, expected, events);
      underWay.delete(stream);
      return appended;
    };
    await stage.give('OpenRenovationBallot', cadre, { params, data: opening(stage) });
    expect(most).toEqual([1, 2, 3, 4, 4, 4, 1]);
    await app.close();
  });

  it('when it is read and written, then other work gets the processor after every page', async () => {
    const app = await inMemoryApplication();
    const stage = onApplication({ ...app, policyRunner: policyRunner(app) });
    await registerPlaces(stage);
    const units = unitsOf(1_100, 1);
    await register(app.log, units);
    const params = await signedRenovation(stage);
    let turn = 0;
    let ticking = true;
    const tick = () => {
      turn++;
      if (ticking) setImmediate(tick);
    };
    tick();
    /** In which turns of the event loop something is done. */
    const turnsOf = <A extends readonly unknown[], R>(
      on: Record<string, unknown>,
      name: string,
      isIt: (...args: A) => boolean,
    ): number[] => {
      const turns: number[] = [];
      const work = (on[name] as (...args: A) => R).bind(on);
      on[name] = (...args: A) => {
        if (isIt(...args)) turns.push(turn);
        return work(...args);
      };
      return turns;
    };
    const isPage = (stream: string) => stream.startsWith('rollPage-');
    const listed = turnsOf(app.readModels as never, 'list', ({ name }: { name: string }) => name === unitRoll.name);
    const written = turnsOf(app.log as never, 'append', isPage);
    await stage.give('OpenRenovationBallot', cadre, { params, data: opening(stage) });
    const other = await inMemoryApplication(app.log, undefined, app.keys);
    other.clock.set(noticeIsOver(stage));
    const read = turnsOf(app.log as never, 'read', isPage);
    const voter = actor(ownerId(1, 1), { capacity: 'resident', placeId: courtyard });
    const ballotId = `${params.id}.1`;
    await onApplication({ ...other, policyRunner: policyRunner(other) }).give('CastRenovationBallot', voter, {
      params,
      data: { ballotId, choice: 'approve' },
    });
    ticking = false;
    for (const turns of [listed, written, read]) expect(new Set(turns).size).toBe(turns.length);
    expect([listed.length, written.length, read.length]).toEqual([3, 6, 6]);
    await other.close();
    await app.close();
  });

  it('when the ballot cannot be opened, then no page is written', async () => {
    const app = await inMemoryApplication();
    const stage = onApplication({ ...app, policyRunner: policyRunner(app) });
    await registerPlaces(stage);
    await register(app.log, unitsOf(450, 2));
    const params = await signedRenovation(stage);
    await expect(
      stage.give('OpenRenovationBallot', cadre, { params, data: { ...opening(stage), rule: 'simple-majority' } }),
    ).rejects.toThrow('voting.wrong-body');
    expect(await eventsOf(app.log, ['RollPageRecorded'])).toEqual([]);
    await app.close();
  });
});
