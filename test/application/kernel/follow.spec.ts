import { describe, expect, it } from '@jest/globals';
import { follow } from '../../../src/application/kernel/follow.js';
import { type EventLog, noStream, type Page } from '../../../src/application/ports/event-log.js';
import { append } from '../../../src/application/kernel/appending.js';
import { defineProjection } from '../../../src/projections/projection.js';
import { newEvents } from '../../contracts/event-log.contract.js';
import { PoorLog } from '../../support/poor-log.js';
import { poorReadModels } from '../../support/poor-rows.js';
import { until } from '../../support/until.js';

/** The subscriptions to the log break after so many pages each. */
function breaking(log: EventLog, afterPages: number) {
  const subscribe = log.subscribe.bind(log);
  const begins: number[] = [];
  log.subscribe = async function* (after, filter, signal) {
    begins.push(after);
    let pages = 0;
    for await (const page of subscribe(after, filter, signal)) {
      if (pages++ === afterPages) throw new Error('the connection broke');
      yield page;
    }
  };
  return begins;
}
const write = (log: EventLog, count: number, stream: string) => append(log, stream, noStream, newEvents(count));

describe('given a poor log whose subscriptions break', () => {
  it('when it is followed, then each is resumed after the last page, and no event is missed or told twice', async () => {
    const log = new PoorLog();
    await write(log, 2, 's-before');
    const begins = breaking(log, 2);
    const closing = new AbortController();
    const pages: Page[] = [];
    const troubles: unknown[] = [];
    const onPage = (page: Page) => void pages.push(page);
    const onTrouble = (error: unknown) => void troubles.push(error);
    const following = follow(log, {}, { signal: closing.signal, onPage, onTrouble, waits: { first: 1, most: 2 } });
    for (let i = 0; i < 10; i++) await write(log, 4, `s-${i}`);
    await until(() => pages.flatMap(({ events }) => events).length >= 40);
    closing.abort();
    await following;
    expect(pages[0]!.events).toEqual([]); // where the log ended
    expect(pages.flatMap(({ events }) => events.map(({ stream, revision }) => `${stream}/${revision}`))).toEqual(
      Array.from({ length: 40 }, (_, i) => `s-${Math.floor(i / 4)}/${i % 4}`),
    );
    expect(begins.length).toBeGreaterThan(3);
    expect(begins.slice(1).every((begin) => pages.some(({ upTo }) => upTo === begin))).toBe(true);
    expect(troubles).toHaveLength(begins.length - 1);
  });

  it('when it cannot even be asked where it ends, then this is tried again', async () => {
    const log = new PoorLog();
    const position = log.position.bind(log);
    let asked = 0;
    log.position = () => (++asked < 4 ? Promise.reject(new Error('not yet')) : position());
    const closing = new AbortController();
    const pages: Page[] = [];
    const troubles: unknown[] = [];
    const onPage = (page: Page) => void pages.push(page);
    const onTrouble = (error: unknown) => void troubles.push(error);
    const following = follow(log, {}, { signal: closing.signal, onPage, onTrouble, waits: { first: 1, most: 2 } });
    await until(() => pages.length === 1);
    await write(log, 1, 's-1');
    await until(() => pages.length === 2);
    closing.abort();
    await following;
    expect(troubles).toHaveLength(3);
  });

  it('when events are appended, then the projections go on', async () => {
    const log = new PoorLog();
    breaking(log, 1);
    const each = defineProjection<object>({ name: 'each', version: 1, on: {} });
    const rows = await poorReadModels(log, [each]);
    for (let i = 0; i < 5; i++) {
      await write(log, 4, `s-${i}`);
      const end = await log.position();
      await rows.readModels.atLeast(end, [each], AbortSignal.timeout(20_000));
    }
    expect(rows.builds().every(({ failure }) => failure === null)).toBe(true);
    await rows.close();
  });
});
