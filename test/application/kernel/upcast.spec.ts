import { describe, expect, it, jest } from '@jest/globals';
import type { NewEvent } from '../../../src/application/ports/event-log.js';
import { defineDecider } from '../../../src/domain/shared/decider.js';
import { Int } from '../../../src/domain/shared/fields.js';
import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';
import { MemoryLeases } from '../../../src/infrastructure/read-models/memory/leases.js';
import { MemoryProjectionStore } from '../../../src/infrastructure/read-models/memory/store.js';
import { memoryPersonalKeys } from '../../../src/infrastructure/personal-keys/memory.js';
import { validatorOf } from '../../../src/infrastructure/schema/validators.js';
import { defineProjection } from '../../../src/projections/projection.js';

/**
 * How high the river stands. Until version 1 in centimetres, version 2 in millimetres and with the gauge's number, version 3 without
 * it.
 */
class LevelRead {
  static readonly schemaVersion = 3;
  static upcast(data: unknown, version: number): unknown {
    return {
      millimetres: version === 1 ? (data as { centimetres: number }).centimetres * 10 : (data as { millimetres: number }).millimetres,
    };
  }
  @Int(0, 100_000) millimetres!: number;
}
class Closed {}

const gauge = defineDecider<number>()({
  stream: 'gauge',
  initial: 0,
  commands: {},
  events: { LevelRead, GaugeClosed: Closed },
  decide: {},
  evolve: { LevelRead: (_, { millimetres }) => millimetres, GaugeClosed: (state) => state },
});
const levels = defineProjection<object>({
  name: 'levels',
  version: 1,
  on: {
    LevelRead: {
      keys: ({ aggregateId }: { aggregateId: string }) => [aggregateId],
      evolve: (_: unknown, { data }: { data: object }) => data,
    },
  } as never,
});

const { deciders } = await import('../../../src/domain/deciders.js');
/** What reads events, where `decider` is one of the deciders. */
async function readers(decider: object) {
  jest.resetModules();
  jest.unstable_mockModule('../../../src/domain/deciders.js', () => ({ deciders: { ...deciders, gauge: decider } }));
  const { Aggregates } = await import('../../../src/application/kernel/aggregates.js');
  const { rebuild } = await import('../../../src/application/projecting/rebuild.js');
  const { Opening } = await import('../../../src/application/kernel/sealing.js');
  return { Aggregates, Opening, rebuild };
}
const { Aggregates, Opening, rebuild } = await readers(gauge);

const event = (n: number, schemaVersion: number, data: object): NewEvent => ({
  id: `01900000-0000-7000-8000-00000000000${n}`,
  type: 'LevelRead',
  schemaVersion,
  occurredAt: '2026-05-01T08:00:00.000Z',
  recordedAt: '2026-05-01T08:00:00.000Z',
  data: JSON.stringify(data),
  meta: JSON.stringify({ actor: 'p1', capacity: 'volunteer', channel: 'web', place: null, correlation: 'c', key: `${n}`, request: '' }),
});

/** The state and the row of gauge 1 after these events, and what the log then holds. */
async function readBack(...events: readonly NewEvent[]) {
  const log = memoryLog();
  await log.append('gauge-1', -1, events);
  const load = async () =>
    (
      await new Aggregates(log, (type, value) => validatorOf(type)(value), new Opening(memoryPersonalKeys(), () => undefined)).load(
        gauge,
        '1',
      )
    ).state;
  const project = async () => {
    const store = new MemoryProjectionStore();
    const { id } = await rebuild(log, store, new MemoryLeases(), levels, () => undefined);
    return (await store.scan(id, null, 10)).map(({ row }) => JSON.parse(row) as object);
  };
  return { load, project, log };
}

describe('an event of an earlier schema version', () => {
  it.each([
    ['first', event(1, 1, { centimetres: 412 })],
    ['second', event(1, 2, { millimetres: 4120, gauge: 7 })],
    ['present', event(1, 3, { millimetres: 4120 })],
  ])('the %s, is read by aggregates and projections in the shape of today', async (_, old) => {
    const { load, project } = await readBack(old);
    expect(await load()).toBe(4120);
    expect(await project()).toEqual([{ millimetres: 4120 }]);
  });

  it('stays in the log as it was written', async () => {
    const old = event(1, 1, { centimetres: 412 });
    const { load, project, log } = await readBack(old);
    await load();
    await project();
    expect(await log.read('gauge-1')).toEqual([{ ...old, stream: 'gauge-1', revision: 0, position: 1 }]);
  });

  it('that does not come out in the shape of today is nothing to decide on', async () => {
    const { load } = await readBack(event(1, 1, { centimetres: 0.05 }));
    await expect(load()).rejects.toThrow(
      'event LevelRead 01900000-0000-7000-8000-000000000001 at position 1 of stream gauge-1 cannot be read: /millimetres type',
    );
  });
});

it('an event of a version that this program does not know yet is read by nobody', async () => {
  const { load, project } = await readBack(event(1, 4, { millimetres: 4120 }));
  await expect(load()).rejects.toThrow(
    'at position 1 of stream gauge-1, schema version 4, was written by a later version of the program: upgrade this one',
  );
  await expect(project()).rejects.toThrow(
    'at position 1 of stream gauge-1, schema version 4, was written by a later version of the program: upgrade this one',
  );
});

it('a new version without an upcaster stops the start', async () => {
  class WithoutUpcast {
    static readonly schemaVersion = 2;
  }
  await expect(readers({ ...gauge, events: { ...gauge.events, LevelRead: WithoutUpcast } })).rejects.toThrow(
    'LevelRead has schema version 2, but no upcaster',
  );
});
