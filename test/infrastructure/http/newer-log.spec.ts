import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newEventId } from '../../../src/application/kernel/ids.js';
import { county, office, type Server, startServer, town } from '../../support/server.js';
import { contests } from '../../../src/projections/contest/contests.js';
import { wuwei } from '../cli/program.js';
import { meritRulesVersions } from '../../../src/projections/guardianship/merit-rules.js';
import { positionOf } from '../../../src/projections/position.js';

/*
 * A log to which a later version of the program has written: a type that this one does not know, and a later schema of one that it
 * knows.
 */

let server: Server;
let token: string;
let auditor: string;
const otherTown = { placeId: '510121112', name: '又新镇', level: 'town' };
const mayor = 'p-7';

const later = (type: string, schemaVersion: number, data: object) => {
  const at = server.clock.now().toISOString();
  const meta = { actor: 'p-1', capacity: 'cadre', channel: 'web', place: town.placeId, correlation: 'c', key: newEventId(), request: '' };
  return { id: newEventId(), type, schemaVersion, occurredAt: at, recordedAt: at, data: JSON.stringify(data), meta: JSON.stringify(meta) };
};
const unknown = later.bind(null, 'PlaceBlessed', 1, { placeId: town.placeId, personId: mayor });

beforeAll(async () => {
  server = await startServer();
  token = server.token('office', ...office);
  auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
  for (const place of [county, town, otherTown]) expect((await server.post('/v1/places', place, token)).status).toBe(201);
  await server.wuwei.log.append(`place-${town.placeId}`, 0, [unknown()]);
  await server.wuwei.log.append(`place-${otherTown.placeId}`, 0, [later('PlaceRenamed', 99, { called: '某镇' })]);
  await server.restart();
});
afterAll(() => server.close());

describe('on a log that a later version of the program has written to', () => {
  it('the events are exported as they are stored', async () => {
    const { status, text } = await server.get('/v1/events', auditor);
    const lines = text.trim().split('\n');
    expect([status, lines.length]).toEqual([200, 5]);
    expect(lines.slice(3).map((line) => JSON.parse(line) as object)).toMatchObject([
      { type: 'wuwei.PlaceBlessed', position: '4', schemaversion: 1, data: { placeId: town.placeId, personId: mayor } },
      { type: 'wuwei.PlaceRenamed', position: '5', schemaversion: 99, data: { called: '某镇' } },
    ]);
  });

  it.each([`place=${town.placeId}`, `person=${mayor}`, `stream=place-${town.placeId}`])('the trail shows them: %s', async (subject) => {
    const { status, body } = await server.get(`/v1/audit?${subject}&atLeast=5`, auditor);
    expect([status, body]).toMatchObject([
      200,
      {
        items: expect.arrayContaining([
          expect.objectContaining({ type: 'PlaceBlessed', data: { placeId: town.placeId, personId: mayor } }),
        ]),
      },
    ]);
  });

  it('readiness names the projections that stand still, and the event; those of other streams go on', async () => {
    await server.wuwei.readModels.atLeast(positionOf(5), [contests, meritRulesVersions], AbortSignal.timeout(10_000));
    const { status, body } = await server.get('/health/ready');
    const stopped = (body.projections as { name: string; failure: { type: string; message: string } | null }[]).filter(
      ({ failure }) => failure !== null,
    );
    expect([status, body.status]).toEqual([503, 'failing']);
    expect(stopped.map(({ name }) => name).sort()).toEqual([
      'household-count',
      'place-tree',
      'places-by-level',
      'pledge-coverage',
      'pledge-wall',
      'requests',
      'unit-roll',
    ]);
    for (const { failure } of stopped)
      expect(failure).toMatchObject({
        position: 4,
        type: 'PlaceBlessed',
        message: expect.stringContaining('later version of the program'),
      });
  });

  it.each([
    ['a type', town.placeId],
    ['a schema version', otherTown.placeId],
  ])('commands to a stream with %s that is not known are answered that the program must be upgraded', async (_, placeId) => {
    for (const [language, words] of [
      ['zh', '升级'],
      ['en', 'upgrade'],
    ] as const) {
      const answer = await server.post(`/v1/places/${placeId}/names`, { name: '新名' }, token, { 'accept-language': language });
      expect([answer.status, answer.body]).toMatchObject([
        503,
        { code: 'log.newer-than-program', detail: expect.stringContaining(words), status: 503 },
      ]);
    }
  });

  it.each([
    ['--ndjson', (text: string) => text.trim().split('\n')],
    ['--json', (text: string) => (JSON.parse(text) as { events: object[] }).events.map((event) => JSON.stringify(event))],
  ] as const)('`wuwei log %s` shows them as they are stored', async (format, linesOf) => {
    const { code, stdout, stderr } = await wuwei('log', format, '--data', server.folder, '--limit', '5');
    expect([code, stderr]).toEqual([0, '']);
    expect(linesOf(stdout).map((line) => JSON.parse(line) as object)).toMatchObject([
      {},
      {},
      {},
      { type: 'wuwei.PlaceBlessed', position: '4', data: { placeId: town.placeId, personId: mayor } },
      { type: 'wuwei.PlaceRenamed', position: '5', schemaversion: 99, data: { called: '某镇' } },
    ]);
  });

  it('`wuwei log` lists them in its table', async () => {
    const { code, stdout, stderr } = await wuwei('log', '--data', server.folder, '--limit', '5');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('PlaceBlessed');
  });

  it('commands to other streams are carried out', async () => {
    const answer = await server.post('/v1/places', { placeId: '510121113', name: '三溪镇', level: 'town' }, token);
    expect([answer.status, answer.body]).toMatchObject([201, { revision: 0 }]);
  });
});
