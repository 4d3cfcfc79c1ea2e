import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { commands, queries } from '../../../src/application/contexts.js';
import { type Buses, openBuses } from '../../../src/infrastructure/bus/buses.js';
import { inMemoryApplication, official } from '../../support/application.js';
import { placeTree } from '../../../src/projections/registry/place-tree.js';
import { positionOf } from '../../../src/projections/position.js';

let app: Awaited<ReturnType<typeof inMemoryApplication>>;
let buses: Buses & { close(): Promise<void> };
let lines: Record<string, unknown>[];

beforeEach(async () => {
  app = await inMemoryApplication();
  lines = [];
  const logger = pino({ level: 'debug', base: null }, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  buses = await openBuses((request) => app.execute.run(request), logger);
});
afterEach(async () => {
  await buses.close();
  await app.close();
});

const give = (command: string, data: object) =>
  buses.give({ definition: commands.find((one) => one.command === command)!, params: {}, data, sender: official, channel: 'web' });
const county = { placeId: '510121', name: '金堂县', level: 'county' };

describe('the command bus', () => {
  it('given commands, counts each by name and result', async () => {
    await give('RegisterPlace', county);
    await give('RegisterPlace', county);
    await give('RegisterPlace', { placeId: '510121111219', name: '谢杨坝村', level: 'village' });
    const counted = (await buses.metrics.metrics()).match(/wuwei_command_seconds_count\{.*/gu);
    expect(counted?.sort()).toEqual(
      ['recorded', 'refused', 'unchanged'].map((result) => `wuwei_command_seconds_count{command="RegisterPlace",result="${result}"} 1`),
    );
  });

  it('given a command, logs its name, result, position and event ids, and nothing of the person', async () => {
    const outcome = await give('RegisterPlace', county);
    if ('refused' in outcome) throw new Error(outcome.refused);
    expect(lines).toMatchObject([
      { msg: 'command', command: 'RegisterPlace', result: 'recorded', position: 1, events: outcome.events.map(({ id }) => id) },
    ]);
    expect(JSON.stringify(lines)).not.toContain(official.id);
  });

  it('given a log that fails, counts the command as failed and throws', async () => {
    await app.log.close();
    await expect(give('RegisterPlace', county)).rejects.toThrow('closed');
    expect(await buses.metrics.metrics()).toContain('wuwei_command_seconds_count{command="RegisterPlace",result="failed"} 1');
  });
});

describe('the query bus', () => {
  it('given a query, answers it and counts it by name', async () => {
    await give('RegisterPlace', county);
    await app.readModels.atLeast(positionOf(1), [placeTree], AbortSignal.timeout(5_000));
    const { readModels: rows, log, services } = app;
    const ask = { params: { id: '510121' }, query: {}, viewer: null, rows, log, services, now: '2026-05-01T08:00:00.000Z' };
    const definition = queries.find(({ path }) => path === 'places/:id')!;
    expect(await buses.answer(definition, ask)).toMatchObject({ placeId: '510121', name: '金堂县' });
    expect(await buses.metrics.metrics()).toContain(`wuwei_query_seconds_count{query="${definition.query}"} 1`);
  });
});
