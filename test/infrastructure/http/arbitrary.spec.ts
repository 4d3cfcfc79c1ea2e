import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commands } from '../../../src/application/routes.js';
import type { CommandRow } from '../../../src/application/use-case.js';
import { schemasOf } from '../../../src/infrastructure/schema/reader.js';
import { county, courtyard, office, type Server, startServer, town, village } from '../../support/server.js';

let server: Server;
let token: string;
beforeAll(async () => {
  server = await startServer();
  token = server.token('office', ...office);
  for (const place of [county, town, village, courtyard]) expect((await server.post('/v1/places', place, token)).status).toBe(201);
});
afterAll(() => server.close());

const accepted = [200, 201];
const refused = [400, 403, 404, 409, 413, 422];

/** What the server must make of any request: a result, or a problem that wrote nothing. Never an error of its own. */
async function expectSound(row: CommandRow, body: unknown): Promise<void> {
  const path = `/v1/${row.path.replace(/:\w+/gu, courtyard.placeId)}`;
  const before = await server.wuwei.log.position();
  const { status, body: answer, headers } = await server.post(path, body, token);
  const after = await server.wuwei.log.position();
  if (accepted.includes(status)) {
    expect(after - before).toBe((answer as { events: unknown[] }).events.length);
    return;
  }
  expect({ command: row.command, body, status, answer }).toMatchObject({ status: expect.toSatisfyRefusal(), answer: { status, code: expect.stringMatching(/^[a-z-]+\.[a-z-]+$/u), title: expect.any(String), detail: expect.not.stringMatching(/…|\{\w+\}/u) } });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/u);
  expect(after).toBe(before);
}

const toSatisfyRefusal = (status: number) => ({ pass: refused.includes(status), message: () => `${status} is none of ${refused.join(', ')}` });
expect.extend({ toSatisfyRefusal: (status: unknown) => toSatisfyRefusal(status as number) });
declare module 'expect' {
  interface AsymmetricMatchers {
    toSatisfyRefusal(): void;
  }
}

const served = commands.filter(({ allow }) => allow !== 'system');
const anything = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('\u0000', '\ud800', '𠮷野家'.normalize('NFD'), 'שלום', -1, 1e300, '510121111219.1', '9'.repeat(400), [], {}, null) },
);

describe.each(served.map((row) => [row.command, row] as const))('%s', (_, row) => {
  it('makes a result or a problem of any JSON', async () => {
    await fc.assert(fc.asyncProperty(anything, (body) => expectSound(row, body)), { numRuns: 8 });
  });

  it('makes a result or a problem of its own shape with anything in one field, left out, or added', async () => {
    const type = row.decider.commands[row.command]!;
    const fields = [...Object.keys(schemasOf([type])[type.name]!.properties), 'surplus'];
    const change = fc.tuple(fc.constantFrom(...fields), fc.option(anything, { nil: undefined }));
    await fc.assert(fc.asyncProperty(change, ([field, value]) => expectSound(row, { ...(row.example as object), [field]: value })), { numRuns: 8 });
  });

  it('makes a result or a problem of its own example', async () => {
    await expectSound(row, row.example);
  });
});
