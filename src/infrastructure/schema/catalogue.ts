import { versionOf } from '../../application/kernel/decode.js';
import { deciders } from '../../domain/deciders.js';
import type { AnyDecider, EventClass } from '../../domain/shared/decider.js';
import { type JsonSchema, schemasOf } from './reader.js';

/** The text of docs/events.md: every event type with its fields, from the classes that declare them. */
export function eventCatalogue(): string {
  const sections = (Object.values(deciders) as readonly AnyDecider[])
    .toSorted((a, b) => (a.stream < b.stream ? -1 : 1))
    .map(({ stream, events }) =>
      [`## Streams \`${stream}-…\``, ...Object.entries(events).map(([type, declared]) => eventSection(type, declared))].join('\n\n'),
    );
  return `${[
    '# Events',
    'Written from the code by `npm run docs`; do not edit. Every event also carries the envelope: id (UUIDv7), type, schema ' +
      'version, stream, revision, position, occurredAt, recordedAt, and meta (actor, capacity, channel, place, enteredBy, ' +
      'correlation, causation, idempotency key with the keyed hash of its request).',
    'A field marked personal is a person’s name, contact or own words. It is stored sealed (docs/personal-data.md).',
    ...sections,
  ].join('\n\n')}\n`;
}

function eventSection(type: string, declared: EventClass): string {
  const schemas = schemasOf([declared]);
  const version = versionOf(declared);
  const rows = rowsOf(schemas, declared.name, '', new Set());
  const table = rows.length > 0 ? ['| field | type | |', '|---|---|---|', ...rows].join('\n') : 'No fields.';
  return `### ${type}${version > 1 ? ` (schema version ${version})` : ''}\n\n${table}`;
}

type Schemas = ReturnType<typeof schemasOf>;

function rowsOf(schemas: Schemas, name: string, prefix: string, within: ReadonlySet<string>): string[] {
  const schema = schemas[name];
  if (!schema || within.has(name)) return [];
  return Object.entries(schema.properties).flatMap(([field, property]) => {
    const nested = nestedIn(property);
    const notes = [schema.required.includes(field) ? '' : 'optional', property['x-personal'] ? 'personal' : ''].filter(Boolean).join(', ');
    const path = `${prefix}${field}${property['type'] === 'array' ? '[]' : ''}`;
    return [
      `| ${path} | ${describe(property)} | ${notes} |`,
      ...(nested ? rowsOf(schemas, nested, `${path}.`, new Set([...within, name])) : []),
    ];
  });
}

function nestedIn(property: JsonSchema): string | undefined {
  const reference = (property['$ref'] ?? (property['items'] as JsonSchema | undefined)?.['$ref']) as string | undefined;
  return reference?.split('/').at(-1);
}

function describe(property: JsonSchema): string {
  if (property['type'] === 'array')
    return `list of ${property['minItems'] as number}–${property['maxItems'] as number}: ${describe(property['items'] as JsonSchema)}`;
  const reference = nestedIn(property);
  if (reference) return reference;
  if (property['enum']) return (property['enum'] as string[]).join(', ');
  if (property['type'] === 'integer') return `integer ${property['minimum'] as number} to ${property['maximum'] as number}`;
  if (property['type'] === 'boolean') return 'true or false';
  const length =
    property['maxLength'] === undefined ? '' : `, ${property['minLength'] as number}–${property['maxLength'] as number} characters`;
  return `${property['format'] as string}${length}`;
}
