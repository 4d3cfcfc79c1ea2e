import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { agendaProjection } from '../../src/application/process/agenda.js';
import { dueCommands, allProjections } from '../../src/application/contexts.js';
import { contestPolicies } from '../../src/application/contexts/contest/policies.js';
import { covenantPolicies } from '../../src/application/contexts/covenant/policies.js';
import { guardianshipPolicies } from '../../src/application/contexts/guardianship/policies.js';
import { platformPolicies } from '../../src/application/contexts/platform/policies.js';
import { registryPolicies } from '../../src/application/contexts/registry/policies.js';
import { renovationPolicies } from '../../src/application/contexts/renovation/policies.js';
import { decode } from '../../src/application/kernel/decode.js';
import type { DueCommand } from '../../src/application/process/policy.js';
import type { AnyProjection, Handler } from '../../src/projections/projection.js';
import { commands, queries } from '../../src/application/contexts.js';
import { deciders } from '../../src/domain/deciders.js';
import type { AnyDecider } from '../../src/domain/shared/decider.js';
import { sha256 } from '../../src/domain/shared/sha256.js';
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
  const agenda = policyRunner(app);
  await liveAll(onApplication({ ...app, agenda }));
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

/** What the policies of each context put on the agenda in this life: their version and the SHA-256 of the entries. */
const recordedPolicies = {
  contest: { policies: contestPolicies, version: 1, entries: 'a224861b17015f95e3ee2aa1ecd36d46a7845099137ec3ba269e59b91a496c41' },
  covenant: { policies: covenantPolicies, version: 1, entries: 'ce63712e097abd9415f4863ac6fb61a512cabfa2c9b6cfc53b3e1089d22041a5' },
  guardianship: { policies: guardianshipPolicies, version: 2, entries: '7b8bed80679ff53113585009aae1dfa4eae251f6ecb82a7850e4a0b4ed85dc70' },
  platform: { policies: platformPolicies, version: 2, entries: 'a09a524428333355ba5cfe1f3335db1c81d202110a348dad8f4c16cef610b7fd' },
  registry: { policies: registryPolicies, version: 1, entries: '99001ed92deade7ee5dfe5fcbc958a48df41e8c8cd14ecdf28653245157e8c6e' },
  renovation: { policies: renovationPolicies, version: 1, entries: '115da4b025f94af53c902a1b0052aff86074016f8c23fb6f43330c50c227cfee' },
};

describe('the agenda', () => {
  it.each(Object.entries(recordedPolicies))('%s: gets other entries only if the version of the policies was raised', (name, recorded) => {
    const { on } = agendaProjection([recorded.policies]);
    const entries = history.flatMap((event) => {
      const handler = on[event.type] as Handler<DueCommand, RecordedEvent> | undefined;
      return (handler?.keys(event) ?? []).map((key) => {
        const entry = handler!.evolve(null, event, key);
        return [event.type, key, entry && { ...entry, since: entry.since - event.position }];
      });
    });
    // ids are new in every run: each becomes the number of its first appearance
    const ids = new Map<string, number>();
    const numbered = JSON.stringify(entries).replace(
      /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu,
      (id) => `#${ids.get(id) ?? ids.set(id, ids.size + 1).size}`,
    );
    const { version } = recorded.policies;
    const found = sha256(numbered);
    const advice =
      version > recorded.version
        ? `record version ${version} with '${found}' in test/projections/all.spec.ts`
        : `if policies changed, raise \`version\` in src/application/contexts/${name}/policies.ts, so that the agenda is built anew; then, or if only test/system/life.ts changed, record '${found}' in test/projections/all.spec.ts`;
    expect(version === recorded.version && found === recorded.entries ? 'as recorded' : advice).toBe('as recorded');
  });

  it('has a version that follows from the policies recorded here: those of a new context are added to the list', () => {
    expect(Object.values(recordedPolicies).reduce((sum, { version }) => sum + version, 0)).toBe(dueCommands.version);
  });
});

describe('every projection', () => {
  it.each(allProjections.map(({ name }) => name))(
    'given every event, when %s is rebuilt, or told them again, then the rows are the same',
    async (name) => {
      const projection = allProjections.find((one) => one.name === name) as AnyProjection;
      if (name !== 'agenda') expect(project(projection, history).size).toBeGreaterThan(0);
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
        commands,
        queries,
        issuer: openIssuer(folder),
        failing: () => Promise.resolve([]),
        stuck: () => [],
      },
      silent,
    );
    const head = await app.log.position();
    await readModels.atLeast(head, allProjections, AbortSignal.timeout(10_000));

    const before = history.findLast(({ position }) => position < bad.position)!.position;
    const failure = { eventId: bad.id, type: 'PersonCorrected', position: bad.position, message: 'cannot be corrected' };
    expect(builds().filter((build) => build.failure)).toMatchObject([{ name: 'poisoned', position: before, failure }]);
    expect(builds().filter(({ position }) => position === head)).toHaveLength(allProjections.length);
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
      [{ name: 'poisoned', version: 1, live: true, position: before, lagSeconds: 86_400, failure }],
    ]);
    expect((await inject('/metrics')).body).toMatch(/^wuwei_projection_failed\{projection="poisoned",version="1"\} 1$/mu);
    expect((await inject(`/v1/places/510121?atLeast=${head}`)).statusCode).toBe(200);
    await server.close();
    await closeBuses();
    await rows.close();
    rmSync(folder, { recursive: true });
  });
});
