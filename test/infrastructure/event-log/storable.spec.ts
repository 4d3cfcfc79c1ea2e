import { describe, expect, it } from '@jest/globals';
import { noStream, type NewEvent } from '../../../src/application/ports/event-log.js';
import { assertStorable } from '../../../src/infrastructure/event-log/storable.js';

const event: NewEvent = {
  id: 'e-1',
  type: 'PersonRegistered',
  schemaVersion: 1,
  occurredAt: '2026-05-01T08:00:00.000Z',
  recordedAt: '2026-05-01T08:00:00.000Z',
  data: '{}',
  meta: '{}',
};

describe('what no log could store', () => {
  it.each([
    ['data', '{"name":"蔡新周\ud800"}'],
    ['meta', '蔡新周\0'],
    ['type', ''],
  ] as const)('is refused by the name of its field, and not quoted: %s', (field, text) => {
    const refused = () => assertStorable('person-7', noStream, [{ ...event, [field]: text }]);
    expect(refused).toThrow(TypeError);
    expect(refused).toThrow(new RegExp(`^${field} cannot be stored unchanged`, 'u'));
    expect(refused).not.toThrow('蔡');
  });

  it('may be the stream’s name as well', () => {
    expect(() => assertStorable('person-\0', noStream, [event])).toThrow(/^stream cannot be stored unchanged/u);
    expect(() => assertStorable('person-7', noStream, [event])).not.toThrow();
  });
});
