import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createApplication } from '../../src/application/application.js';
import { allProjections, queries } from '../../src/application/contexts.js';
import { Refused } from '../../src/application/kernel/command.js';
import { decode } from '../../src/application/kernel/decode.js';
import type { QueryDefinition } from '../../src/application/kernel/query.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import type { Build } from '../../src/application/ports/projection-store.js';
import type { ReadModels } from '../../src/application/ports/read-models.js';
import { rebuild } from '../../src/application/projecting/rebuild.js';
import { countBallot } from '../../src/domain/platform/counting.js';
import { refuse } from '../../src/domain/shared/decider.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { MemoryLeases } from '../../src/infrastructure/read-models/memory/leases.js';
import { MemoryProjectionStore } from '../../src/infrastructure/read-models/memory/store.js';
import { RowReadModels } from '../../src/infrastructure/read-models/reading.js';
import { validatorOf } from '../../src/infrastructure/schema/validators.js';
import type { AnyProjection } from '../../src/projections/projection.js';
import { all } from '../contracts/event-log.contract.js';
import { inMemoryApplication, policyRunner } from '../support/application.js';
import { inMemoryTrail } from '../support/in-memory-trail.js';
import { ScriptedLog } from '../support/scripted-log.js';
import { auditor, courtyard, liveAll } from '../system/life.js';
import { onApplication } from '../system/stage.js';

/*
 * Projections are built one by one, so what a query reads of one may be older than what it reads of another. It is then answered, or says
 * that the rows are behind; it is never broken.
 */

let app: Awaited<ReturnType<typeof inMemoryApplication>>;
let events: readonly StoredEvent[];
beforeAll(async () => {
  app = await inMemoryApplication(memoryLog());
  await liveAll(onApplication({ ...app, policyRunner: policyRunner(app) }));
  events = await all(app.log);
}, 120_000);
afterAll(() => app.close());

/** The read models with one projection as it was after so many events. */
async function lagging(projection: AnyProjection, count: number): Promise<ReadModels> {
  const store = new MemoryProjectionStore();
  const builds: readonly Build[] = [
    await rebuild(new ScriptedLog(events.slice(0, count), () => 100), store, new MemoryLeases(), projection, () => undefined),
  ];
  const late = new RowReadModels(store);
  late.report(builds);
  const of = (asked: { readonly name: string }) => (asked.name === projection.name ? late : app.readModels);
  const { readModels } = app;
  return {
    get: (asked, key) => of(asked).get(asked, key),
    list: (asked, range) => of(asked).list(asked, range),
    listOrdered: (asked, range) => of(asked).listOrdered(asked, range),
    position: (asked) => of(asked).position(asked),
    atLeast: (position, projections, signal) => {
      if (projections.some(({ name }) => name === projection.name)) throw new Refused(refuse('read-models.behind', { position })); // in time
      return readModels.atLeast(position, projections, signal);
    },
    onProgress: (told) => readModels.onProgress(told),
  };
}

const applicationOn = (readModels: ReadModels) =>
  createApplication({
    ...app,
    readModels,
    trail: inMemoryTrail(app.log),
    check: (type, value) => validatorOf(type)(value),
    counter: (count) => Promise.resolve(countBallot(count)),
    reportUnreadable: () => undefined,
  });

const categories: Readonly<Record<string, string>> = { households: 'place', people: 'person', merit: 'meritAccount' };
const joining = queries.filter(({ from }) => from.length > 1);

/** Calls back with what a query says, of each thing that it may be asked about, while each of its projections lags in turn. */
async function whileLagging(
  definition: QueryDefinition,
  told: (answer: object, asked: { readonly id: string; readonly query: object; readonly lagging: string }) => void,
): Promise<void> {
  for (const projection of definition.from) {
    const folded = events.flatMap(({ type }, i) => (Object.hasOwn(projection.on, type) ? [i] : []));
    for (const count of [0, ...folded.filter((_, i) => i % Math.ceil(folded.length / 12) === 0)]) {
      const rows = await lagging(projection, count);
      const { services } = applicationOn(rows);
      for (const [id, query] of askedOf(definition)) {
        const answer = await answerTo(definition, id, query, rows, services);
        told(answer, { id, query, lagging: `${projection.name} after ${count} events` });
      }
    }
  }
}

function askedOf({ path }: QueryDefinition): readonly (readonly [id: string, query: object])[] {
  const placed = { place: courtyard, by: 'plot', level: 'household' };
  if (!path.includes(':id')) return [['', placed]];
  const collection = path.split('/')[0]!;
  const category = categories[collection] ?? collection.slice(0, -1);
  const ids = events.map(decode).flatMap(({ stream, aggregateId }) => (stream === `${category}-${aggregateId}` ? [aggregateId] : []));
  return [...new Set(ids)].flatMap((id) => [[id, {}] as const, [id, placed] as const]);
}

async function answerTo(
  definition: QueryDefinition,
  id: string,
  query: object,
  rows: ReadModels,
  services = app.services,
): Promise<object> {
  const viewer = app.authority.viewer(auditor);
  try {
    return await definition.answer({
      params: { id, version: '1' },
      ...{ query, viewer, rows, services },
      log: app.log,
      now: app.clock.now().toISOString(),
    });
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw new Error(`${(error as Error).message}`, { cause: error });
  }
}

it.each(joining.map((query) => [query.query, query] as const))(
  'given that a projection of %s lags, when it is asked, then it is answered or refused',
  async (_, definition) => {
    let answered = 0;
    await whileLagging(definition, (answer) => {
      const { items = [] } = answer as { readonly items?: readonly unknown[] };
      expect(items.filter((item) => item === null || item === undefined)).toEqual([]);
      answered++;
    });
    expect(answered).toBeGreaterThan(0);
  },
);

it.each([
  ['GetContestResult', ['contest', 'contest-ranking']],
  ['GetRenovationDecision', ['renovation-ballot-count']],
  ['GetBallotResult', ['ballot-tally']],
])('given that what %s joins to the result lags, when the result is asked for, then it is whole, or refused', async (name, joined) => {
  const definition = queries.find(({ query }) => query === name)!;
  const whole = new Map<string, object>();
  for (const [id, query] of askedOf(definition))
    whole.set(id + JSON.stringify(query), await answerTo(definition, id, query, app.readModels));
  let refused = 0;
  const late = definition.from.filter(({ name: projection }) => joined.includes(projection));
  expect(late).toHaveLength(joined.length);
  await whileLagging({ ...definition, from: late }, (answer, { id, query, lagging: which }) => {
    if ('refused' in answer) refused++;
    else expect({ which, answer }).toEqual({ which, answer: whole.get(id + JSON.stringify(query)) });
  });
  expect(refused).toBeGreaterThan(0);
  expect([...whole.values()].filter((answer) => !('refused' in answer)).length).toBeGreaterThan(0);
});

it('given the projections, when they are listed, then each query reads some of them', () => {
  expect(joining.length).toBeGreaterThan(10);
  expect(queries.flatMap(({ from }) => from).every((projection) => allProjections.includes(projection))).toBe(true);
});
