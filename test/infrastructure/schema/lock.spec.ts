import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Described, Flag, Int, Many, Optional, Personal, Text } from '../../../src/domain/shared/fields.js';
import { beginning } from '../../../src/projections/position.js';
import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';
import { derivedId } from '../../../src/application/kernel/ids.js';
import { all } from '../../contracts/event-log.contract.js';
import { inMemoryApplication, official } from '../../support/application.js';
import { commands } from '../../../src/application/contexts.js';
import { type EventsLock, lockEvents, lockStreams } from '../../../src/infrastructure/schema/lock.js';

class Item {
  @Text(1, 40) description!: string;
}
class ThingHappened {
  @Described('多少', 'How many') @Int(1, 9) count!: number;
  @Many(() => Item, 0, 3) items!: Item[];
}
const locked = {
  ThingHappened: {
    1: {
      type: 'object',
      properties: {
        count: { type: 'integer', minimum: 1, maximum: 9 },
        items: {
          type: 'array',
          minItems: 0,
          maxItems: 3,
          items: {
            type: 'object',
            properties: { description: { type: 'string', format: 'line', minLength: 1, maxLength: 40 } },
            required: ['description'],
            additionalProperties: false,
          },
        },
      },
      required: ['count', 'items'],
      additionalProperties: false,
    },
  },
};
const changed = (next: number) =>
  `the shape of ThingHappened has changed, but not its schema version. Stored events do not change: declare schemaVersion = ${next} and ` +
  `an upcast from version ${next - 1} in its class. Only if no log has such an event yet, remove its entry from docs/events.lock.json`;

describe('the lock of event shapes', () => {
  it('given an event that is not in it, when it is written, then it has the whole schema of the event, and no descriptions', () => {
    expect(lockEvents({}, { ThingHappened })).toEqual({ lock: locked, problems: [] });
    expect(JSON.stringify(lockEvents(locked, { ThingHappened }).lock)).toBe(JSON.stringify(locked));
  });

  it('given the same fields in another order, when it is written, then it stays as it was', () => {
    class Reordered {
      @Many(() => Item, 0, 3) items!: Item[];
      @Int(1, 9) count!: number;
    }
    const { lock, problems } = lockEvents(locked, { ThingHappened: Reordered });
    expect([JSON.stringify(lock), problems]).toEqual([JSON.stringify(locked), []]);
  });

  it('given a shape that changed, when the version is the same, then it is named, and the lock stays as it was', () => {
    class Wider {
      @Int(1, 10) count!: number;
      @Many(() => Item, 0, 3) items!: Item[];
    }
    class WithMore {
      @Int(1, 9) count!: number;
      @Many(() => Item, 0, 3) items!: Item[];
      @Optional() @Flag() more?: boolean;
    }
    class SecretItem {
      @Personal() @Text(1, 40) description!: string;
    }
    class Sealed {
      @Int(1, 9) count!: number;
      @Many(() => SecretItem, 0, 3) items!: SecretItem[];
    }
    for (const shape of [Wider, WithMore, Sealed])
      expect(lockEvents(locked, { ThingHappened: shape })).toEqual({ lock: locked, problems: [changed(2)] });
  });

  it('given a new version with an upcast, when it is written, then the old entry stays, and a later change of it is named', () => {
    class Second {
      static readonly schemaVersion = 2;
      static upcast = (data: unknown) => data;
      @Int(0, 9) count!: number;
    }
    const { lock, problems } = lockEvents(locked, { ThingHappened: Second });
    expect(problems).toEqual([]);
    expect(lock['ThingHappened']!['1']).toBe(locked.ThingHappened[1]);
    expect(Object.keys(lock['ThingHappened']!)).toEqual(['1', '2']);
    class Changed extends Second {
      @Optional() @Flag() more?: boolean;
    }
    expect(lockEvents(lock, { ThingHappened: Changed }).problems).toEqual([changed(3)]);
  });

  it('given a version that is missing, skipped or taken back, or an event that is gone, when it is checked, then that is named', () => {
    class WithoutUpcast {
      static readonly schemaVersion = 2;
    }
    class Third {
      static readonly schemaVersion = 3;
      static upcast = (data: unknown) => data;
    }
    const problemsOf = (lock: EventsLock, shape?: new () => object) => lockEvents(lock, shape ? { ThingHappened: shape } : {}).problems;
    expect(problemsOf(locked, WithoutUpcast)).toEqual(['ThingHappened has schema version 2, but no upcast']);
    expect(problemsOf(locked, Third)).toEqual(['ThingHappened is declared with schema version 3, but version 2 is next']);
    expect(problemsOf({}, Third)).toEqual(['ThingHappened is declared with schema version 3, but version 1 is next']);
    expect(problemsOf({ ThingHappened: { ...locked.ThingHappened, 2: {} } }, ThingHappened)).toEqual([
      'ThingHappened is declared with schema version 1, but events of version 2 are locked',
    ]);
    expect(problemsOf(locked)).toEqual(['ThingHappened is no longer declared, but logs may have it: types are never removed or renamed']);
  });

  it('given the events of the program, when the lock is written again, then it is the same', () => {
    const text = readFileSync(new URL('../../../docs/events.lock.json', import.meta.url), 'utf8');
    const { lock, problems } = lockEvents(JSON.parse(text) as EventsLock);
    expect([problems, `${JSON.stringify(lock, null, 1)}\n` === text]).toEqual([[], true]);
  });
});

describe('the lock of streams, derived ids and meta', () => {
  const text = readFileSync(new URL('../../../docs/streams.lock.json', import.meta.url), 'utf8');
  const locked = JSON.parse(text) as ReturnType<typeof lockStreams>['lock'];

  it('given the commands of the program, when it is written again, then it is the same', () => {
    const { lock, problems } = lockStreams(locked, commands);
    expect([problems, `${JSON.stringify(lock, null, 1)}\n` === text]).toEqual([[], true]);
  });

  it('given a command that writes another stream, or is new, when it is checked, then the one is named, and the other added', () => {
    const [first, ...others] = commands;
    const other = { ...first!, decider: { ...first!.decider, stream: 'other' } };
    const { lock, problems } = lockStreams(locked, [other, ...others]);
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${first!.command} is other-<.*> now, but logs have \\w+-<`, 'u'))]);
    expect(lock).toEqual(locked);
    const added = lockStreams(locked, [...commands, { ...first!, command: 'DoMore', stream: ({ by }) => `${by}.2` }]);
    expect([added.problems, added.lock.streams['DoMore']]).toEqual([[], `${first!.decider.stream}-<by>.2`]);
  });

  it.each(Object.keys(locked.derived))('given another %s in logs, when it is checked, then that is named', (name) => {
    const before = { ...locked, derived: { ...locked.derived, [name]: 'another' } };
    const { lock, problems } = lockStreams(before, commands);
    expect(problems).toEqual([
      `${name} is ${locked.derived[name]} now, but logs have another: what is stored is found and compared by it, so it never changes`,
    ]);
    expect(lock).toEqual(before);
  });

  it('given what the program records, when it is compared, then meta, stream and note are those of the lock', async () => {
    const app = await inMemoryApplication(memoryLog());
    const place = { placeId: '510121', name: '金堂县', level: 'county' };
    const { stream } = await app.done({
      command: 'RegisterPlace',
      data: place,
      correlation: 'c',
      causation: { id: 'e', position: beginning },
    });
    await app.done({ command: 'RenamePlace', params: { id: '510121' }, data: { name: place.name }, key: 'same' });
    const [registered, noted] = await all(app.log);
    await app.close();
    expect(stream).toBe(locked.streams['RegisterPlace']!.replace('<placeId>', place.placeId));
    expect(noted!.stream).toBe(`request-${derivedId(official.id, 'same')}`);
    const names = Object.keys(JSON.parse(locked.derived['meta']!) as object);
    expect(names.filter((name) => name !== 'enteredBy')).toEqual(Object.keys(JSON.parse(registered!.meta) as object));
  });
});
