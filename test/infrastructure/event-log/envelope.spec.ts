import { jsonEvent, type RecordedEvent } from '@eventstore/db-client';
import { expect, it } from '@jest/globals';
import { LogCorrupt } from '../../../src/application/ports/event-log.js';
import { fromEngine, toEngine } from '../../../src/infrastructure/event-log/eventstoredb/envelope.js';
import { explained } from '../../../src/infrastructure/cli/common.js';
import { newEvent } from '../../contracts/event-log.contract.js';

const recorded = { streamId: 'order-1', revision: 0n, created: new Date(0), isJson: true, position: { commit: 7n, prepare: 7n } };

it('given an event, when it is sent, then its metadata is JSON with the names that the views of the engine follow', () => {
  const meta = JSON.stringify({ actor: 'a', correlation: 'c1', causation: 'c2' });
  const { metadata } = toEngine(newEvent({ meta })) as { metadata: Uint8Array };
  expect(metadata.constructor).toBe(Uint8Array); // of anything else the client makes JSON
  expect(JSON.parse(new TextDecoder().decode(metadata))).toMatchObject({ $correlationId: 'c1', $causationId: 'c2', meta });
});

it('given an event of another program, when it is read, then that is said in one line, without a stack', () => {
  const foreign = { ...jsonEvent({ id: '3f0c9a52-6d1e-4b47-a2c9-51e7d08b4f63', type: 'Ordered', data: {} }), ...recorded };
  const read = () => fromEngine(foreign as unknown as RecordedEvent);
  expect(read).toThrow(LogCorrupt);
  expect(read).toThrow(/order-1 was not written by Wuwei.*事件库中有其他程序的事件/u);
  expect(explained(new LogCorrupt('…'))).toEqual({ message: '…', exitCode: 2 });
});
