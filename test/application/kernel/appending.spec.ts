import { describe, expect, it } from '@jest/globals';
import { append, backoff } from '../../../src/application/kernel/appending.js';
import { LogUnavailable, noStream, OutcomeUnknown, WrongExpectedRevision } from '../../../src/application/ports/event-log.js';
import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';
import { all, newEvents } from '../../contracts/event-log.contract.js';

type Append = ReturnType<typeof memoryLog>['append'];
const unknown = () => Promise.reject(new OutcomeUnknown('no answer'));

/** A log whose first appends do what the test says; later ones are as usual. */
function logThat(...first: ((append: Append, ...args: Parameters<Append>) => Promise<unknown>)[]) {
  const log = memoryLog();
  const usual = log.append.bind(log);
  let asked = 0;
  log.append = async (...args) => {
    const step = first[asked++];
    if (step) await step(usual, ...args);
    return usual(...args);
  };
  return { log, usual, asked: () => asked };
}
/** The append writes, but the answer is lost. */
const lost = async (usual: Append, ...args: Parameters<Append>) => usual(...args).then(unknown);

describe('an append whose outcome is unknown', () => {
  it('given that it was written, when the stream is read, then it is answered as written, and not written again', async () => {
    const { log, asked } = logThat(lost);
    const events = newEvents(2);
    expect(await append(log, 's-1', noStream, events)).toEqual({ revision: 1, position: 2 });
    expect((await all(log)).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    expect(asked()).toBe(1);
  });

  it('given that others have written more since, when the stream is read, then it is answered with its own events', async () => {
    const { log } = logThat(async (usual, ...args) => {
      await usual(...args);
      await usual('s-1', 1, newEvents(3));
      return unknown();
    });
    expect(await append(log, 's-1', noStream, newEvents(2))).toEqual({ revision: 1, position: 2 });
  });

  it('given that nothing was written, when it is appended again, then it is written once', async () => {
    const { log, asked } = logThat(unknown, unknown);
    const events = newEvents(1);
    expect(await append(log, 's-1', noStream, events)).toEqual({ revision: 0, position: 1 });
    expect([asked(), (await all(log)).length]).toEqual([3, 1]);
  });

  it('given that another writer is in its place, when the stream is read, then it was not written and never will be', async () => {
    const { log } = logThat(async (usual) => {
      await usual('s-1', noStream, newEvents(3));
      return unknown();
    });
    expect(await append(log, 's-1', noStream, newEvents(2))).toBeNull();
    expect(await all(log)).toHaveLength(3);
  });

  it('given a log that then refuses, when it is tried again, then it stays unknown, for the first attempt may have written', async () => {
    const unavailable = () => Promise.reject(new LogUnavailable('closed'));
    const { log, asked } = logThat(unknown, ...Array.from({ length: 9 }, () => unavailable));
    await expect(append(log, 's-1', noStream, newEvents(1))).rejects.toBeInstanceOf(OutcomeUnknown);
    expect(asked()).toBe(6);
    const unreadable = memoryLog();
    unreadable.append = unknown;
    unreadable.read = unavailable;
    await expect(append(unreadable, 's-1', noStream, newEvents(1))).rejects.toBeInstanceOf(OutcomeUnknown);
  });
});

describe('an append whose outcome is known', () => {
  it('given another writer or a log that cannot write, when it fails, then that is told at once', async () => {
    const { log, asked } = logThat();
    await log.append('s-1', noStream, newEvents(1));
    expect(await append(log, 's-1', noStream, newEvents(1))).toBeNull();
    log.append = () => Promise.reject(new LogUnavailable('the disk is full'));
    await expect(append(log, 's-1', 0, newEvents(1))).rejects.toBeInstanceOf(LogUnavailable);
    log.append = () => Promise.reject(new WrongExpectedRevision('s-1', 0, 1));
    expect(await append(log, 's-1', 0, newEvents(1))).toBeNull();
    expect(asked()).toBe(2);
  });
});

describe('the wait before an attempt is repeated', () => {
  it('doubles up to a maximum; half of it is chance', () => {
    const waits = { first: 20, most: 500 };
    const repeated = [1, 2, 3, 4, 5, 6, 7];
    expect(repeated.map((n) => backoff(n, waits, () => 1))).toEqual([20, 40, 80, 160, 320, 500, 500]);
    expect(repeated.map((n) => backoff(n, waits, () => 0))).toEqual([10, 20, 40, 80, 160, 250, 250]);
  });
});
