import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allProjections } from '../../../../src/application/contexts.js';
import type { Actor } from '../../../../src/application/kernel/actor.js';
import { decode } from '../../../../src/application/kernel/decode.js';
import { LogUnavailable } from '../../../../src/application/ports/event-log.js';
import { deciders } from '../../../../src/domain/deciders.js';
import { person } from '../../../../src/domain/registry/person.js';
import type { AnyDecider } from '../../../../src/domain/shared/decider.js';
import { memoryLog } from '../../../../src/infrastructure/event-log/memory/log.js';
import { memoryPersonalKeys } from '../../../../src/infrastructure/personal-keys/memory.js';
import type { ReadModels } from '../../../../src/application/ports/read-models.js';
import { inMemoryReadModels } from '../../../../src/infrastructure/read-models/memory/read-models.js';
import { beginning } from '../../../../src/projections/position.js';
import { actor, inMemoryApplication, official, policyRunner } from '../../../support/application.js';
import { ask, time } from '../../../support/asking.js';

type Application = Awaited<ReturnType<typeof inMemoryApplication>>;
const village = '510121111219';
const second = actor('another-office', ...official.grants);

async function settled(app: Application): Promise<void> {
  for (const [placeId, level] of [
    ['510121', 'county'],
    ['510121111', 'town'],
    [village, 'village'],
    [`${village}.1`, 'courtyard'],
  ] as const)
    await app.done({ command: 'RegisterPlace', data: { placeId, name: placeId, level } });
}
const registered = async (app: Application, name: string) =>
  (await app.done({ command: 'RegisterPerson', data: { placeId: `${village}.1`, name, contact: '13800000000' } })).id;
async function confirmed(app: Application, id: string): Promise<void> {
  await app.done({ command: 'RequestErasure', params: { id }, data: { reason: 'unlawful' } });
  const { items } = await ask(app, 'GetErasures', { id }, { as: official });
  await app.done({ command: 'ConfirmErasure', params: { id, erasureId: items[0].erasureId }, sender: second });
}
const eventsIn = async (app: Application) => {
  const found = [];
  for await (const { events } of app.log.readAll(beginning)) found.push(...events);
  return found;
};

/** All rows, by projection. */
async function rowsOf(app: Application, readModels: ReadModels) {
  await readModels.atLeast(await app.log.position(), allProjections, AbortSignal.timeout(5_000));
  return Promise.all(
    allProjections.map(async (projection) => [projection.name, await readModels.list(projection, { prefix: '', limit: 5_000 })]),
  );
}
/** The same, made from the log again. */
async function rebuilt(app: Application) {
  const rows = await inMemoryReadModels(app.log, allProjections);
  const found = await rowsOf(app, rows.readModels);
  await rows.close();
  return found;
}

describe('an erasure that is broken off', () => {
  /** An application in which the first try of something fails. */
  const failing = async (what: 'destroying' | 'recording') => {
    const [log, keys] = [memoryLog(), memoryPersonalKeys()];
    let tries = 0;
    const fail = (at: typeof what) => at === what && ++tries === 1;
    const append = log.append.bind(log);
    log.append = (stream, expected, events) =>
      events.some(({ type }) => type === 'PersonErased') && fail('recording')
        ? Promise.reject(new LogUnavailable('disk full'))
        : append(stream, expected, events);
    const destroy = (id: string) => (fail('destroying') ? Promise.reject(new Error('busy')) : keys.destroy(id));
    const app = await inMemoryApplication(log, undefined, { ...keys, destroy });
    await settled(app);
    const id = await registered(app, '蔡新周');
    await confirmed(app, id);
    const stuck: unknown[] = [];
    const runner = policyRunner(app, (entry) => stuck.push(entry));
    await app.readModels.atLeast(await app.log.position(), allProjections, AbortSignal.timeout(5_000));
    await runner.runDue();
    const left = async () => ({
      hasKey: (await keys.find([id])).has(id),
      erased: (await eventsIn(app)).filter(({ type }) => type === 'PersonErased').length,
    });
    return { app, stuck, left, runner };
  };

  it.each([
    ['destroying', true],
    ['recording', false],
  ] as const)('while %s is told as stuck, and completed by the next try', async (what, hasKey) => {
    const { app, stuck, left, runner } = await failing(what);
    expect(stuck).toMatchObject([{ command: 'ErasePerson' }]);
    expect(await left()).toEqual({ hasKey, erased: 0 });
    app.clock.set('2026-05-01T09:00:00.000Z');
    app.clock.jumpTo('2026-05-01T09:00:00.000Z');
    await runner.runDue();
    expect(await left()).toEqual({ hasKey: false, erased: 1 });
    await app.close();
  });
});

describe('whatever happens', () => {
  const people = 4;
  const act = fc.record({
    by: fc.nat({ max: people - 1 }),
    what: fc.constantFrom('correct', 'contact', 'story', 'role', 'erase'),
    text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => /^[\p{L}\p{N}]+$/u.test(text)),
  });

  /** Plays acts of people, some of whom are erased in between. What an erased person would say, or be named in, is refused. */
  async function play(app: Application, acts: readonly { readonly by: number; readonly what: string; readonly text: string }[]) {
    await settled(app);
    const { id: contest } = await app.done({
      command: 'OpenContest',
      data: {
        placeId: village,
        category: 'memory',
        title: '最美记忆',
        entriesUntil: '2026-06-01T00:00:00.000Z',
        votingFrom: '2026-06-01T00:00:00.000Z',
        votingUntil: '2026-06-02T00:00:00.000Z',
        votesPerVoter: 1,
        formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['earlier-entry'] },
        noticeDays: 7,
      },
    });
    const ids: string[] = [];
    for (let i = 0; i < people; i++) ids.push(await registered(app, `人${i}`));
    const erased = new Set<string>();
    for (const { by, what, text } of acts) {
      const id = ids[by]!;
      const sender: Actor = actor(id, { capacity: 'resident', placeId: village });
      if (what === 'erase') {
        if (!erased.has(id)) await confirmed(app, id);
        await time(app, '2026-05-01T08:00:00.000Z', []);
        erased.add(id);
        continue;
      }
      const command = {
        correct: { command: 'CorrectPerson', params: { id }, data: { name: text } },
        contact: { command: 'CorrectPerson', params: { id }, data: { contact: text } },
        story: { command: 'EnterContest', params: { id: contest }, data: { title: text, story: text }, sender },
        role: { command: 'GrantRole', params: { id }, data: { capacity: 'volunteer', placeId: village } },
      }[what as 'correct'];
      const outcome = await app.give(command);
      if (erased.has(id)) expect(outcome).toMatchObject({ refused: expect.any(String) });
    }
    return { ids, erased };
  }

  it('rows are those of the log, before and after any erasures, and every stream can be decided on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), fc.subarray([0, 1, 2, 3]), async (acts, later) => {
        const app = await inMemoryApplication();
        const { ids, erased } = await play(app, acts);
        const before = await rowsOf(app, app.readModels);
        expect(await rebuilt(app)).toEqual(before);
        // without their keys nothing comes out different
        for (const i of later) await app.services.forget(ids[i]!);
        expect([await rowsOf(app, app.readModels), await rebuilt(app)]).toEqual([before, before]);
        const history = (await eventsIn(app)).map(decode);
        for (const { stream, aggregateId } of history) {
          const decider = (Object.values(deciders) as readonly AnyDecider[]).find((one) => stream === `${one.stream}-${aggregateId}`)!;
          await app.aggregates.load(decider, aggregateId);
        }
        const gone = new Set([...erased, ...later.map((i) => ids[i]!)]);
        for (const id of ids) {
          expect([id, (await app.aggregates.load(person, id)).state?.name === undefined]).toEqual([id, gone.has(id)]);
          const shown = await ask(app, 'GetPerson', { id }, { as: official });
          expect([id, shown.name === null, shown.erased !== undefined]).toEqual([id, gone.has(id), gone.has(id)]);
        }
        await app.close();
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
