import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { allProjections, destructions, dueCommands } from '../../src/application/contexts.js';
import { Aggregates } from '../../src/application/kernel/aggregates.js';
import { decode, versionOf } from '../../src/application/kernel/decode.js';
import { Opening } from '../../src/application/kernel/sealing.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import { deciders } from '../../src/domain/deciders.js';
import type { AnyDecider } from '../../src/domain/shared/decider.js';
import { declaredEvents, type EventsLock } from '../../src/infrastructure/schema/lock.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { validatorOf } from '../../src/infrastructure/schema/validators.js';
import { people } from '../../src/projections/registry/people.js';
import type { AnyProjection } from '../../src/projections/projection.js';
import {
  agendaDigest,
  type Golden,
  goldenLogs,
  recordGolden,
  type Rows,
  rowsOf,
  versionedType,
  withKeysOf,
  writeRows,
} from '../support/golden.js';

const fail = ({ why }: { readonly why: string }): never => {
  throw new Error(why);
};

/*
 * Events that were stored once are read for ever: old logs are replayed, and give the rows that they gave. `npm run docs` (RECORD) adds
 * what is new: events that no golden log has, and the rows of new versions of projections. It never replaces what is there.
 */

const isRecording = process.env['RECORD'] !== undefined;
const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const digestFile = file('src/application/process/agenda-digest.json');
const declared = declaredEvents();
const lock = JSON.parse(readFileSync(file('docs/events.lock.json'), 'utf8')) as EventsLock;

/** Of the events in the lock and in the code, the types and versions that no golden log has. */
function missingIn(logs: readonly Golden[]): readonly string[] {
  const stored = new Set(logs.flatMap(({ events }) => events.map(versionedType)));
  const known = [
    ...Object.entries(lock).flatMap(([type, versions]) =>
      Object.keys(versions).map((version) => ({ type, schemaVersion: Number(version) })),
    ),
    ...Object.entries(declared).map(([type, shape]) => ({ type, schemaVersion: versionOf(shape) })),
  ];
  return [...new Set(known.map(versionedType))].filter((one) => !stored.has(one));
}

let logs: readonly Golden[];
beforeAll(async () => {
  const missing = missingIn(goldenLogs());
  if (isRecording && missing.length > 0) await recordGolden(new Set(missing));
  logs = goldenLogs();
}, 120_000);

it('given the golden logs, when their events are listed, then every type and version that was ever stored is there', () => {
  const howTo = (one: string) => `${one}: let it happen in test/system/life.ts, then run \`npm run docs\`, which adds a golden log`;
  expect(missingIn(logs).map(howTo)).toEqual([]);
});

const verdict = (projection: string, recorded: Rows[string] | undefined, found: Rows[string]): string => {
  if (recorded === undefined) return `${projection} has no recorded rows in this version: run \`npm run docs\``;
  if (recorded.sha256 === found.sha256) return 'the same';
  return `${projection} makes other rows of stored events: if they shall change, raise its \`version\` and run \`npm run docs\``;
};

describe('the rows of every projection', () => {
  it.each(allProjections.filter(({ name }) => name !== dueCommands.name).map(({ name, version }) => [name, version] as const))(
    'given the golden logs, when %s is built in version %i, then its rows are the same as ever',
    async (name, version) => {
      const projection = allProjections.find((one) => one.name === name)!;
      const key = `${name}@${version}`;
      for (const log of logs) {
        const found = await rowsOf(projection, log);
        const recorded = goldenLogs().find((one) => one.name === log.name)!.rows; // with what was recorded for the projections before
        if (isRecording && !recorded[key]) writeRows(log.name, { ...recorded, [key]: found });
        else expect(verdict(name, recorded[key], found)).toBe('the same');
      }
    },
  );

  it('given a projection that folds an event in another way, when it is built, then its rows are not the same', async () => {
    const { name, on } = people;
    const [log] = logs;
    const found = await rowsOf({ ...people, on: { ...on, PersonCorrected: undefined } } as AnyProjection, log!);
    expect(verdict(name, await rowsOf(people, log!), found)).toMatch(/^people makes other rows of stored events/u);
  });

  it('given the golden logs, when policies react to them, then the version of the agenda follows from what they put on it', () => {
    const text = `{ "sha256": "${agendaDigest(dueCommands, logs)}" }\n`;
    if (isRecording) writeFileSync(digestFile, text);
    expect(readFileSync(digestFile, 'utf8') === text ? 'current' : 'the agenda is another: run `npm run docs` and commit it').toBe(
      'current',
    );
  });
});

describe('the state of every aggregate', () => {
  it('given the golden logs and their keys, when every stream is loaded, then each event is read and each sealed text opened', async () => {
    let sealed = 0;
    for (const { name, events } of logs)
      await withKeysOf(name, async (keys) => {
        const opening = new Opening(keys, fail);
        const streams = new Map<string, StoredEvent[]>();
        for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
        const log = memoryLog();
        for (const [stream, stored] of streams) await log.append(stream, -1, stored);
        const aggregates = new Aggregates(log, (type, value) => validatorOf(type)(value), opening);
        for (const [stream, stored] of streams) {
          const category = stream.slice(0, stream.indexOf('-'));
          const decider = (Object.values(deciders) as readonly AnyDecider[]).find((one) => one.stream === category)!;
          const { revision } = await aggregates.load(decider, stream.slice(category.length + 1));
          expect([stream, revision]).toEqual([stream, stored.length - 1]);
        }
        const erased = new Set(
          events.map(decode).flatMap(({ type, aggregateId }) => {
            if (type === 'RegistrationEnded') return [aggregateId]; // of a person whose erasure stands in a stream that is not in this log
            const destroyed = destructions[type];
            return destroyed ? [destroyed.owner(aggregateId), aggregateId] : []; // in the oldest log by the id alone
          }),
        );
        const sealedFor = new Set(events.flatMap(({ data }) => [...data.matchAll(/sealed:1:([^:]+):/gu)].map(([, person]) => person!)));
        sealed += sealedFor.size;
        expect([...sealedFor].filter((person) => !erased.has(person)).sort()).toEqual([...(await keys.find(sealedFor)).keys()].sort());
      });
    expect(sealed).toBeGreaterThan(0);
  });
});
