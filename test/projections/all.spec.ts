import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { dueCommands, allProjections } from '../../src/application/contexts.js';
import { decode } from '../../src/application/kernel/decode.js';
import type { AnyProjection } from '../../src/projections/projection.js';
import { commands, queries } from '../../src/application/contexts.js';
import { deciders } from '../../src/domain/deciders.js';
import type { AnyDecider } from '../../src/domain/shared/decider.js';
import { openIssuer } from '../../src/infrastructure/auth/issuer.js';
import { openBuses } from '../../src/infrastructure/bus/buses.js';
import { createHttpApp } from '../../src/infrastructure/http/app.js';
import { inMemoryReadModels } from '../../src/infrastructure/read-models/memory/read-models.js';
import { defineProjection, type RecordedEvent } from '../../src/projections/projection.js';
import { inMemoryApplication, policyRunner } from '../support/application.js';
import { expectRebuiltEqualsIncremental, project } from '../support/projections.js';
import { liveAll } from '../system/life.js';
import { onApplication } from '../system/stage.js';
import { beginning } from '../../src/projections/position.js';
import { plusDays } from '../../src/domain/shared/time.js';

let app: Awaited<ReturnType<typeof inMemoryApplication>>;
let history: readonly RecordedEvent[];

beforeAll(async () => {
  app = await inMemoryApplication();
  await liveAll(onApplication({ ...app, policyRunner: policyRunner(app) }));
  const found: RecordedEvent[] = [];
  for await (const { events: page } of app.log.readAll(beginning)) found.push(...page.map(decode));
  history = found;
});
afterAll(() => app.close());

describe('the life of every context', () => {
  it('given the life of every context, when its events are listed, then every event that can happen is there', () => {
    const declared = (Object.values(deciders) as readonly AnyDecider[]).flatMap(({ events }) => Object.keys(events));
    const happened = new Set<string>(history.map(({ type }) => type));
    expect(declared.filter((type) => !happened.has(type))).toEqual([]);
  });

  it('given the life of every context, when it has ended, then nothing is left on the agenda', async () => {
    expect(await app.readModels.list(dueCommands, { prefix: '', limit: 100 })).toEqual([]);
  });
});

/** Their rows are removed when the work is done, and in the end all is done. */
const emptied = ['agenda', 'open-erasures'];

describe('every projection', () => {
  it.each(allProjections.map(({ name }) => name))(
    'given every event, when %s is rebuilt, or told them again, then the rows are the same',
    async (name) => {
      const projection = allProjections.find((one) => one.name === name) as AnyProjection;
      if (!emptied.includes(name)) expect(project(projection, history).size).toBeGreaterThan(0);
      await expectRebuiltEqualsIncremental(projection, history);
    },
  );
});

describe('the row of one aggregate', () => {
  const rowsOfAggregates = [
    ['place-tree', 'place', 'placeId', 'registry/place-tree'],
    ['people', 'person', 'personId', 'registry/people'],
    ['covenants', 'covenant', 'covenantId', 'covenant/covenants'],
    ['pledge-wall', 'pledge', 'pledgeId', 'covenant/pledges'],
    ['plots', 'plot', 'plotId', 'guardianship/plots'],
    ['renovations', 'renovation', 'renovationId', 'renovation/renovations'],
    ['contest', 'contest', 'contestId', 'contest/contests'],
    ['ballot', 'ballot', 'ballotId', 'platform/ballots'],
  ] as const;
  const projectionOf = (name: string) => allProjections.find((one) => one.name === name) as AnyProjection;

  // If-Match compares with the revision of the stream: an event that the row does not take in would leave an old one there
  it.each(rowsOfAggregates)('given %s, when any event of its stream is recorded, then the row takes it in', (name, category, _, file) => {
    const { events } = (Object.values(deciders) as readonly AnyDecider[]).find(({ stream }) => stream === category)!;
    const forgotten = Object.keys(events).filter((type) => !(type in projectionOf(name).on));
    expect(forgotten.map((type) => `src/projections/${file}.ts: add a handler for ${type}, so that the row moves to its revision`)).toEqual(
      [],
    );
  });

  it.each(rowsOfAggregates)('given %s, when others change too, then it carries its own revision', (name, category, id, _file) => {
    const last = new Map(history.map(({ stream, revision }) => [stream, revision]));
    const rows = [...project(projectionOf(name), history).values()] as readonly Readonly<Record<string, unknown>>[];
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ [id]: of, revision }) => [of, revision])).toEqual(
      rows.map(({ [id]: of }) => [of, last.get(`${category}-${String(of)}`)]),
    );
  });
});

describe('a projection whose handler throws', () => {
  it('given a projection whose handler throws, when events are folded, then it stops alone, and its status names the event', async () => {
    const bad = history.find(({ type }) => type === 'PersonCorrected')!;
    const poisoned = defineProjection<number>({
      name: 'poisoned',
      version: 1,
      on: {
        PersonRegistered: { keys: () => ['people'], evolve: (row) => (row ?? 0) + 1 },
        PersonCorrected: {
          keys: () => ['people'],
          evolve: () => {
            throw new Error('cannot be corrected');
          },
        },
      },
    });
    const folder = mkdtempSync(join(tmpdir(), 'wuwei-poisoned-'));
    const rows = await inMemoryReadModels(app.log, [poisoned, ...allProjections]);
    const { readModels, builds } = rows;
    const silent = pino({ level: 'silent' });
    const { close: closeBuses, ...buses } = await openBuses((request) => app.execute.run(request), silent);
    const server = await createHttpApp(
      {
        ...app,
        ...buses,
        readModels,
        builds,
        endAtStart: beginning,
        commands,
        queries,
        issuer: openIssuer(folder),
        failing: () => Promise.resolve([]),
        asOf: () => null,
        answersRequests: true,
        stuck: () => [],
      },
      silent,
    );
    const head = await app.log.position();
    await readModels.atLeast(head, allProjections, AbortSignal.timeout(10_000));

    const before = history.findLast(({ position }) => position < bad.position)!.position;
    const failure = { eventId: bad.id, type: 'PersonCorrected', position: bad.position, message: 'cannot be corrected' };
    const stopped = builds().filter((build) => build.failure);
    expect(stopped).toMatchObject([{ name: 'poisoned', failure }]);
    expect(stopped[0]!.position).toBeGreaterThanOrEqual(before); // records of others may lie between
    expect(stopped[0]!.position).toBeLessThan(bad.position);
    expect(builds().filter(({ position }) => position >= head)).toHaveLength(allProjections.length);
    expect(await readModels.get(poisoned, 'people')).toBe(
      history.filter(({ type, position }) => type === 'PersonRegistered' && position < bad.position).length,
    );
    app.clock.set(plusDays(bad.recordedAt, 1));
    await server.init();
    const inject = (url: string) => server.getHttpAdapter().getInstance().inject({ method: 'GET', url });
    const ready = await inject('/health/ready');
    expect([ready.statusCode, ready.json().status, ready.json().projections.filter((one: { failure: unknown }) => one.failure)]).toEqual([
      503,
      'failing',
      [{ name: 'poisoned', version: 1, live: true, position: stopped[0]!.position, lagSeconds: 86_400, failure }],
    ]);
    expect((await inject('/metrics')).body).toMatch(/^wuwei_projection_failed\{projection="poisoned",version="1"\} 1$/mu);
    expect((await inject(`/v1/places/510121?atLeast=${head}`)).statusCode).toBe(200);
    await server.close();
    await closeBuses();
    await rows.close();
    rmSync(folder, { recursive: true });
  });
});
