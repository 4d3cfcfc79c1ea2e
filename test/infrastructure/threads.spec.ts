import { afterEach, describe, expect, it } from '@jest/globals';
import { WorkerClient, threadFile } from '../../src/infrastructure/threads.js';

describe('threadFile', () => {
  it.each([
    ['file:///usr/src/app/src/infrastructure/a/b.ts', 'file:///usr/src/app/dist/infrastructure/a/x.thread.js'],
    ['file:///usr/src/app/dist/infrastructure/a/b.js', 'file:///usr/src/app/dist/infrastructure/a/x.thread.js'],
    ['file:///app/dist-bench/src/infrastructure/a/b.js', 'file:///app/dist-bench/src/infrastructure/a/x.thread.js'],
  ])('beside %s is %s', (from, expected) => {
    expect(threadFile(from, './x.thread.js').href).toBe(expected);
  });
});

describe('WorkerClient', () => {
  /** Answers with what it was asked and how often; ends unasked, or throws, when it is told to. */
  const entry = new URL(
    `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads';
    let asked = 0;
    parentPort.on('message', (question) => {
      if (question === null) return parentPort.close();
      if (question === 'end') process.exit(0);
      if (question === 'throw') throw new TypeError('thrown');
      while (question === 'for ever');
      parentPort.postMessage(workerData + question + ++asked);
    });`)}`,
  );
  let client: WorkerClient<string, string>;
  afterEach(() => client.end());

  it('answers one question after another, and ends when it is told to, once or twice', async () => {
    client = new WorkerClient(entry, 'data-');
    expect(await client.ask('a')).toBe('data-a1');
    expect(await client.ask('b')).toBe('data-b2');
    await client.end();
    await client.end();
  });

  it('is broken off amid an answer, which is another then, and begins anew with the next question', async () => {
    client = new WorkerClient(entry, '');
    expect(await client.ask('a')).toBe('a1');
    const answer = client.ask('for ever');
    await client.terminate('broken off');
    expect(await answer).toBe('broken off');
    expect(await client.ask('b')).toBe('b1');
    await client.terminate('unasked');
    await client.terminate('ended already');
    expect(await client.ask('c')).toBe('c1');
  });

  it.each([
    ['end', 'the thread ended'],
    ['throw', 'thrown'],
  ])('rejects a question that made the thread %s, and starts it again for the next', async (question, told) => {
    client = new WorkerClient(entry, '');
    expect(await client.ask('a')).toBe('a1');
    await expect(client.ask(question)).rejects.toThrow(told);
    expect(await client.ask('b')).toBe('b1');
  });
});
