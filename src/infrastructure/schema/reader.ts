import type { TypeMetadata } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import { formats, isPresent, type Format } from '../../domain/shared/fields.js';
import { fieldDescriptions, personalFields } from '../../domain/shared/field-marks.js';

export type Class<T extends object = object> = new () => T;
export type JsonSchema = Readonly<Record<string, unknown>>;
export interface ObjectSchema extends JsonSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** The JSON Schema format for a decorator of fields.ts: `isPlaceId` is `place-id`. */
export const formatName = (format: Format): string =>
  format
    .slice(2)
    .replace(/(?<=[a-z])[A-Z]/gu, '-$&')
    .toLowerCase();

const formatRule =
  (format: Format) =>
  ([minLength, maxLength]: readonly unknown[] = []): JsonSchema => ({
    type: 'string',
    format: formatName(format),
    ...(maxLength === undefined ? {} : { minLength, maxLength }),
  });

/** The JSON Schema of each rule of class-validator. A rule that is missing here is refused, so that the schema never checks less. */
const rules: Readonly<Record<string, (constraints: readonly unknown[]) => JsonSchema>> = {
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isIn: ([values]) => (isWords(values) ? { type: 'string', enum: [...values] } : {}),
  isObject: () => ({}), // always used with a nested class, whose schema says it
  isArray: () => ({ type: 'array' }),
  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
  ...Object.fromEntries((Object.keys(formats) as Format[]).map((format) => [format, formatRule(format)])),
};

const isWords = (values: unknown): values is readonly string[] =>
  Array.isArray(values) && values.every((value) => typeof value === 'string');

/** Formats that do not limit the length of a text. */
const freeText: readonly Format[] = ['isLine', 'isWords'];

/** Sets of keywords that describe a value completely, with bounds. */
const complete: ReadonlySet<string> = new Set([
  '$ref',
  'type:boolean',
  'maximum minimum type:integer',
  'enum type:string',
  ...(Object.keys(formats) as Format[]).map(
    (format) => `format:${formatName(format)}${freeText.includes(format) ? ' maxLength minLength' : ''} type:string`,
  ),
  'items maxItems minItems type:array',
  'items maxItems minItems type:array uniqueItems',
]);

/**
 * JSON Schema 2020-12 of these classes and all nested ones, by class name: the `components.schemas` of OpenAPI.
 * @throws Error at the first declaration that JSON Schema would not check exactly as class-validator does
 */
export function schemasOf(classes: Iterable<Class>): Readonly<Record<string, ObjectSchema>> {
  const read = new Map<string, { type: Class; schema: ObjectSchema }>();
  const pending = [...classes];
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    const known = read.get(type.name);
    if (known && known.type !== type) throw new Error(`two classes are named ${type.name}`);
    if (!known) read.set(type.name, { type, schema: schemaOf(type, (nested) => pending.push(nested)) });
  }
  return Object.fromEntries([...read].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { schema }]) => [name, schema]));
}

function schemaOf(type: Class, found: (nested: Class) => void): ObjectSchema {
  const storage = getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(type, '', false, false);
  refuseRedecorated(type, metadata);
  const byKey = storage.groupByPropertyName(metadata);
  const personal = personalFields.of(type);
  const descriptions = fieldDescriptions.of(type);
  const keys = Object.keys(new type());
  for (const key of [...Object.keys(byKey), ...personal.keys()]) {
    if (!keys.includes(key)) fail(type, key, 'is decorated, but is not a field');
  }
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const key of keys) {
    const own = byKey[key] ?? fail(type, key, 'has no decorator');
    const conditions = own.filter((m) => m.type === 'conditionalValidation');
    if (conditions.some((m) => m.constraints[0] !== isPresent)) fail(type, key, 'has a condition other than Optional()');
    if (conditions.length === 0) required.push(key);
    const schema = fieldSchema(
      type,
      key,
      own.filter((m) => !conditions.includes(m)),
      found,
    );
    const description = descriptions.get(key);
    properties[key] = {
      ...schema,
      ...(description && { description: `${description.zh} · ${description.en}` }),
      ...(personal.has(key) && { 'x-personal': true }),
    };
  }
  for (const [key, of] of personal) {
    if (of !== undefined && properties[of]?.['format'] !== 'id') fail(type, key, `is personal to ${of}, which is not the id of a person`);
  }
  return { type: 'object', properties, required, additionalProperties: false };
}

function fieldSchema(type: Class, key: string, metadata: readonly ValidationMetadata[], found: (nested: Class) => void): JsonSchema {
  const whole: Record<string, unknown> = {};
  const items: Record<string, unknown> = {};
  for (const m of metadata) {
    const schema = m.each ? items : whole;
    if (m.groups?.length || m.always !== undefined || m.validateIf) fail(type, key, 'has groups, always or validateIf');
    const more =
      m.type === 'nestedValidation'
        ? nestedSchema(type, key, found)
        : (rules[m.name ?? ''] ?? fail(type, key, `has a rule that is not in the table: ${m.name ?? m.type}`))(m.constraints ?? []);
    if (m.name === 'arrayUnique' && hasIdentifier(m)) fail(type, key, 'has ArrayUnique with a function');
    for (const [keyword, value] of Object.entries(more)) {
      if (keyword in schema && schema[keyword] !== value) fail(type, key, `says ${keyword} twice`);
      schema[keyword] = value;
    }
  }
  for (const [each, schema] of [
    [false, whole],
    [true, items],
  ] as const) {
    const isObject = metadata.some((m) => m.name === 'isObject' && Boolean(m.each) === each);
    // ValidateNested alone lets an array pass for an object
    if (isObject !== '$ref' in schema) fail(type, key, 'needs both IsObject and ValidateNested');
  }
  if (Object.keys(items).length > 0) {
    // class-validator would let a bare value pass
    if (whole['type'] !== 'array') fail(type, key, 'has rules for each item, but is no array');
    if (whole['uniqueItems'] && '$ref' in items) fail(type, key, 'has ArrayUnique on objects'); // same reference there, equal content here
    whole['items'] = checked(type, key, items);
  }
  return checked(type, key, whole);
}

function nestedSchema(type: Class, key: string, found: (nested: Class) => void): JsonSchema {
  const stated = defaultMetadataStorage.findTypeMetadata(type, key) as TypeMetadata | undefined;
  const nested = (stated?.typeFunction?.() as Class | undefined) ?? fail(type, key, 'is nested without @Type');
  if (stated?.options?.discriminator) fail(type, key, 'is a union');
  found(nested);
  return { $ref: `#/components/schemas/${nested.name}` };
}

function checked(type: Class, key: string, schema: JsonSchema): JsonSchema {
  const keywords = Object.entries(schema)
    .map(([keyword, value]) => (keyword === 'type' || keyword === 'format' ? `${keyword}:${String(value)}` : keyword))
    .sort()
    .join(' ');
  return complete.has(keywords) ? schema : fail(type, key, `is not fully described, or not bounded, by ${keywords || 'nothing'}`);
}

/** If a subclass decorates a property again, class-validator drops the ordinary rules of the parent class. */
function refuseRedecorated(type: Class, metadata: readonly ValidationMetadata[]): void {
  const own = new Set(metadata.filter((m) => m.target === type).map((m) => m.propertyName));
  const parent = Object.getPrototypeOf(type) as Class;
  if (typeof parent !== 'function' || parent.name === '') return;
  const inherited = getMetadataStorage().getTargetValidationMetadatas(parent, '', false, false);
  refuseRedecorated(parent, inherited);
  for (const { propertyName } of inherited) if (own.has(propertyName)) fail(type, propertyName, 'is decorated again in a subclass');
}

/** The metadata does not contain the function of ArrayUnique(function), but the function cannot distinguish two empty objects. */
function hasIdentifier({ constraintCls }: ValidationMetadata): boolean {
  const constraint = new (constraintCls as new () => { validate(value: unknown): boolean })();
  try {
    return !constraint.validate([Object.create(null), Object.create(null)]);
  } catch {
    return true;
  }
}

function fail(type: Class, key: string, reason: string): never {
  throw new Error(`${type.name}.${key} ${reason}`);
}
