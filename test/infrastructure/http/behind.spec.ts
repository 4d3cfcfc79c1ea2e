import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NoSuchPosition } from '../../../src/application/ports/event-log.js';
import { cursorOf } from '../../../src/application/kernel/paging.js';
import { type Position, positionKey, positionOf } from '../../../src/projections/position.js';
import { county, office, type Server, startServer, town } from '../../support/server.js';
import { until } from '../../support/until.js';

/** A server that reads a copy of the log, and rows, which have come as far as `here`; others have written what is after it. */
let server: Server;
let here: Position;
let end: Position;
let looks: number;
beforeEach(async () => {
  server = await startServer();
  const token = server.token('office', ...office);
  here = (await server.post('/v1/places', county, token)).body.position;
  end = (await server.post('/v1/places', town, token)).body.position;
  looks = 0;
  const { log, readModels } = server.wuwei;
  const { position, at, readAll } = {
    position: log.position.bind(log),
    at: log.at.bind(log),
    readAll: log.readAll.bind(log),
  };
  const seen = async () => positionOf(Math.min(await position(), here));
  log.position = () => (looks++, seen());
  log.at = async (asked) => (asked > (await seen()) ? null : at(asked));
  log.readAll = async function* (after, filter = {}) {
    looks++;
    const last = await seen();
    if (after > last) throw new NoSuchPosition(after, true);
    yield* readAll(after, { ...filter, until: positionOf(Math.min(filter.until ?? last, last)) });
  };
  readModels.position = seen;
  readModels.atLeast = (asked, _, signal) =>
    until(() => {
      signal.throwIfAborted();
      return here >= asked;
    }).then(() => undefined);
});
afterEach(() => server.close());

const asked = (position: Position) => [
  `/v1/events?after=${position}`,
  `/v1/places/510121?atLeast=${position}`,
  `/v1/audit?cursor=${cursorOf(`log/${positionKey(position)}`)}`,
];
const auditor = () => server.token('auditor', { capacity: 'auditor', placeId: '510121' });

describe('a server whose copy of the log is behind', () => {
  it('waits for a position that another process has given out', async () => {
    const answers = asked(end).map((path) => server.get(path, auditor()));
    await until(() => looks > 4);
    here = end;
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('says that it is not here yet where it does not come in time, never that there is none', async () => {
    const answers = await Promise.all(asked(positionOf(end + 1)).map((path) => server.get(path, auditor())));
    for (const { status, body, headers } of answers)
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'log.behind', '1']);
  }, 30_000);
});
