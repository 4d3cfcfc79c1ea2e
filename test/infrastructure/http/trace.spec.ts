import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { traceOf } from '../../../src/infrastructure/http/trace.js';
import { county, office, type Server, startServer, town } from '../../support/server.js';

const lines: Record<string, unknown>[] = [];
const logger = pino({ level: 'debug', base: null }, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
let server: Server;
let token: string;
beforeAll(async () => {
  server = await startServer({ logger });
  token = server.token('office', ...office);
  await server.post('/v1/places', county, token);
});
afterAll(() => server.close());
beforeEach(() => void lines.splice(0));

const trace = '0af7651916cd43dd8448eb211c80319c';
const parent = 'b7ad6b7169203331';
const sent = { traceparent: `00-${trace}-${parent}-01` };
const answered = /^00-([0-9a-f]{32})-([0-9a-f]{16})-00$/u;

describe('the trace of a request', () => {
  it('given a traceparent, when a command is given, then the answer and the line of the log name the trace', async () => {
    const { headers } = await server.post('/v1/places', town, token, sent);
    const [, inAnswer, span] = answered.exec(headers.get('traceresponse')!)!;
    expect([inAnswer, span === parent]).toEqual([trace, false]);
    expect(lines.filter(({ msg }) => msg === 'command')).toMatchObject([{ command: 'RegisterPlace', result: 'recorded', trace }]);
  });

  it('given a traceparent, when a query is asked, then the answer and the line of the log name the trace', async () => {
    const { headers } = await server.get(`/v1/places/${county.placeId}?atLeast=1`, token, sent);
    expect(answered.exec(headers.get('traceresponse')!)![1]).toBe(trace);
    expect(lines.filter(({ msg }) => msg === 'query')).toMatchObject([{ query: 'GetPlace', result: 'answered', trace }]);
  });

  it('given no traceparent, when requests are answered, then each has a trace of its own', async () => {
    const traces = [];
    for (const path of ['/health/live', '/nowhere', '/%'])
      traces.push(answered.exec((await server.get(path)).headers.get('traceresponse')!)![1]);
    expect(new Set(traces).size).toBe(3);
  });

  it('given a request that is refused, when its rights are logged, then the line names the trace', async () => {
    const { status } = await server.post('/v1/places', town, undefined, sent);
    expect([status, lines.filter(({ msg }) => msg === 'refused')]).toMatchObject([401, [{ trace }]]);
  });
});

const zeros = (digits: number) => '0'.repeat(digits);
describe('traceparent', () => {
  it.each([
    `00-${trace}-${parent}-00`,
    `00-${trace}-${parent}-01`,
    `cc-${trace}-${parent}-01`,
    `cc-${trace}-${parent}-01-what-comes-later`,
  ])('given a header of this or a later version, when it is read, then its trace is taken: %s', (header) =>
    expect(traceOf({ headers: { traceparent: header } })).toBe(trace),
  );

  it.each([
    '',
    trace,
    `00-${trace}-${parent}`,
    `00-${trace}-${parent}-01-more`,
    `00-${trace}-${parent}-01.`,
    `ff-${trace}-${parent}-01`,
    `00-${trace.toUpperCase()}-${parent}-01`,
    `00-${zeros(32)}-${parent}-01`,
    `00-${trace}-${zeros(16)}-01`,
    `00-${trace}-${parent}-01, 00-${trace}-${parent}-01`,
  ])('given a header that breaks the rules, when it is read, then a new trace begins: %s', (header) => {
    const begun = traceOf({ headers: { traceparent: header } });
    expect(begun).toMatch(/^[0-9a-f]{32}$/u);
    expect(begun).not.toBe(trace);
  });
});
