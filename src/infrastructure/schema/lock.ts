import { deciders } from '../../domain/deciders.js';
import type { AnyDecider, EventClass } from '../../domain/shared/decider.js';
import { pagesOf, rollPage } from '../../domain/renovation/roll.js';
import { request as noted } from '../../domain/shared/request.js';
import { beginning } from '../../projections/position.js';
import type { CommandDefinition, Request } from '../../application/kernel/command.js';
import { idOf, metaOf, targetOf } from '../../application/kernel/deciding.js';
import { keyedRequest, noteIdOf } from '../../application/kernel/idempotency.js';
import { versionOf } from '../../application/kernel/decode.js';
import { type JsonSchema, schemasOf } from './reader.js';

/*
 * docs/events.lock.json: of each event type and schema version the JSON Schema of its data. Stored events never change, so neither does an
 * entry: another shape is another version.
 */

/*
 * docs/streams.lock.json: how the rest of a stored event is made. Logs have events under these names and with these ids, and a program that
 * made others would not find them again. `<name>` stands for what a request has under this name.
 */
interface StreamsLock {
  /** By command: the stream that it writes. */
  readonly streams: Readonly<Record<string, string>>;
  /** What is derived from one request, and from one page of a roll. */
  readonly derived: Readonly<Record<string, string>>;
}

const quoting = new Proxy<Record<string, string>>({}, { get: (_, name) => `<${String(name)}>` });

/** The streams, ids and meta that the program makes now. */
function streamsMade(commands: readonly CommandDefinition[]): StreamsLock {
  const target = { params: quoting, data: quoting, by: '<by>', newId: '<newId>' };
  const targetFor = ({ path }: CommandDefinition) => (path.includes(':id') ? target : { ...target, params: {} });
  const streams = commands.map((definition) => {
    const id = idOf(definition, targetFor(definition));
    return [definition.command, `${definition.decider.stream}-${id}`] as const;
  });
  const request: Request = {
    definition: commands.find(({ command }) => command === 'RaiseObjection')!,
    params: { id: 'contest-1' },
    data: { words: 'words' },
    sender: { id: 'sender', grants: [] },
    onBehalfOf: 'voter',
    channel: 'paper-form',
    occurredAt: '2020-05-01T08:00:00.000Z',
    key: 'key',
    isNoted: true,
    correlation: 'correlation',
    causation: { id: 'causation', position: beginning },
  };
  const keyed = keyedRequest(request, { hashOf: (text) => `HMAC ${text}` });
  const { newId, by } = targetOf(request, 'key');
  const meta = JSON.stringify(metaOf(request, keyed, { by, capacity: 'resident', concerned: '510121' }));
  const page = pagesOf('ballot-1', [{ unitId: '510121.1', area: 1, owners: ['owner'] }]).next().value;
  const derived = { newId, note: `${noted.stream}-${noteIdOf(keyed)}`, rollPage: `${rollPage.stream}-${page!.id}`, meta };
  return { streams: Object.fromEntries(streams), derived };
}

/** The lock with the commands that it does not have yet, and what is made in another way now. */
export function lockStreams(locked: Partial<StreamsLock>, commands: readonly CommandDefinition[]) {
  const made = streamsMade(commands);
  const problems: string[] = [];
  const kept = (part: keyof StreamsLock) => {
    const before = locked[part] ?? {};
    for (const [name, text] of Object.entries(before))
      if (Object.hasOwn(made[part], name) && made[part][name] !== text)
        problems.push(
          `${name} is ${made[part][name]} now, but logs have ${text}: what is stored is found and compared by it, so it never changes`,
        );
    return Object.fromEntries(Object.entries({ ...made[part], ...before }).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const lock: StreamsLock = { streams: kept('streams'), derived: kept('derived') };
  return { lock, problems };
}

/** By event type and schema version. */
export type EventsLock = Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
type EventClasses = Readonly<Record<string, EventClass>>;

/** All events that the program declares, by type. */
export const declaredEvents = (): EventClasses =>
  Object.assign({}, ...Object.values(deciders as Readonly<Record<string, AnyDecider>>).map(({ events }) => events)) as EventClasses;

/** The schema of an event with all nested ones inside, and without descriptions. */
function shapeOf(declared: EventClass): JsonSchema {
  const schemas = schemasOf([declared]);
  const inlined = (value: unknown): unknown => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
    const reference = (value as JsonSchema)['$ref'] as string | undefined;
    if (reference !== undefined) return inlined(schemas[reference.split('/').at(-1)!]);
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key, inner]) => key !== 'description' || typeof inner !== 'string') // a field may have that name
        .map(([key, inner]) => [key, inlined(inner)]),
    );
  };
  return inlined(schemas[declared.name]) as JsonSchema;
}

/** A schema as text, the same for any order of its fields: those that a class inherits come first, wherever they stand in stored data. */
const unordered = (schema: JsonSchema): string =>
  JSON.stringify(schema, (key, value: unknown) => {
    if (Array.isArray(value)) return key === 'required' ? (value as string[]).toSorted() : (value as unknown[]);
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  });

/**
 * The lock with the events that it does not have yet, and what is wrong: shapes that changed without a new version, versions without an
 * upcaster, types that are no longer declared.
 */
export function lockEvents(locked: EventsLock, declared: EventClasses = declaredEvents()) {
  const problems: string[] = [];
  const lock: Record<string, Readonly<Record<string, JsonSchema>>> = { ...locked };
  for (const [type, shape] of Object.entries(declared)) {
    const version = versionOf(shape);
    const known = locked[type] ?? {};
    const latest = Math.max(0, ...Object.keys(known).map(Number));
    const schema = shapeOf(shape);
    if (version > 1 && !shape.upcast) problems.push(`${type} has schema version ${version}, but no upcast`);
    else if (version < latest)
      problems.push(`${type} is declared with schema version ${version}, but events of version ${latest} are locked`);
    else if (version > Math.max(latest, 1) && version !== latest + 1)
      problems.push(`${type} is declared with schema version ${version}, but version ${latest + 1} is next`);
    else if (known[version] && unordered(known[version]) !== unordered(schema))
      problems.push(
        `the shape of ${type} has changed, but not its schema version. Stored events do not change: declare schemaVersion = ` +
          `${version + 1} and ` +
          `an upcast from version ${version} in its class. Only if no log has such an event yet, remove its entry from ` +
          'docs/events.lock.json',
      );
    else lock[type] = { ...known, [version]: known[version] ?? schema };
  }
  for (const type of Object.keys(locked))
    if (!Object.hasOwn(declared, type))
      problems.push(`${type} is no longer declared, but logs may have it: types are never removed or renamed`);
  const sorted = Object.fromEntries(Object.entries(lock).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { lock: sorted as EventsLock, problems };
}
