import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { formats, type Format } from '../../domain/shared/fields.js';
import type { FieldError } from '../../application/ports/check.js';
import { formatName, schemasOf, type Class, type JsonSchema } from './reader.js';

export type Validate = (value: unknown) => readonly FieldError[];

const reportedAtMost = 20;
const none: readonly FieldError[] = [];

const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  messages: false,
  verbose: true, // errors then also have the other bounds: "2 to 40" needs both
  formats: Object.fromEntries(
    (Object.keys(formats) as Format[]).map((format) => [formatName(format), { type: 'string', validate: formats[format] }]),
  ),
});
ajv.addVocabulary(['components', 'x-personal']);
// Ajv's own makes an object with the items as keys, which takes twenty times as long. Only lists of texts are declared unique (reader.ts)
ajv.removeKeyword('uniqueItems');
ajv.addKeyword({
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  errors: false,
  validate: (_: true, items: readonly unknown[]) => new Set(items).size === items.length,
});

function compile(type: Class): ValidateFunction {
  const schemas = schemasOf([type]);
  return ajv.compile({ ...schemas[type.name], components: { schemas } });
}

const validators = new WeakMap<Class, Validate>();

/**
 * The validator of a class of commands, events or values. Returns no errors for valid data, else at most 20, one per field. Compiled at
 * the first call.
 */
export function validatorOf(type: Class): Validate {
  let validate = validators.get(type);
  if (!validate) {
    let compiled: ValidateFunction | undefined;
    validate = (value) => ((compiled ??= compile(type))(value) ? none : fieldErrors(compiled.errors));
    validators.set(type, validate);
  }
  return validate;
}

/**
 * Converts the parameters of a query string, which are all text, to the types that the class declares: numbers, booleans, and lists of
 * one item.
 */
export function queryReaderOf<T extends object>(
  type: Class<T>,
): (query: Readonly<Record<string, unknown>>) => { readonly data: T; readonly errors: readonly FieldError[] } {
  const validate = validatorOf(type);
  let properties: Readonly<Record<string, JsonSchema>> | undefined;
  return (query) => {
    const declared = (properties ??= schemasOf([type])[type.name]!.properties);
    const data = Object.fromEntries(
      Object.entries(query).map(([key, value]) => [key, read(value, Object.hasOwn(declared, key) ? declared[key] : undefined)]),
    );
    return { data: data as T, errors: validate(data) };
  };
}

/** Not Ajv's own coercion: it accepts `0x10` and ` 5 ` as numbers, and `1e999` passes every maximum. */
function read(value: unknown, schema: JsonSchema | undefined): unknown {
  if (schema?.['type'] === 'array')
    return (Array.isArray(value) ? value : [value]).map((item) => read(item, schema['items'] as JsonSchema));
  if (schema?.['type'] === 'integer' && typeof value === 'string' && /^(?:0|-?[1-9]\d{0,15})$/u.test(value)) return Number(value);
  if (schema?.['type'] === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function fieldErrors(errors: readonly ErrorObject[] | null | undefined): readonly FieldError[] {
  const byPointer = new Map<string, FieldError>();
  for (const error of errors ?? []) {
    if (byPointer.size === reportedAtMost) break;
    const pointer = pointerOf(error);
    if (!byPointer.has(pointer)) byPointer.set(pointer, { pointer, code: codeOf(error), params: paramsOf(error) });
  }
  return [...byPointer.values()];
}

function pointerOf({ instancePath, params }: ErrorObject): string {
  const key = (params['missingProperty'] ?? params['additionalProperty']) as string | undefined;
  return key === undefined ? instancePath : `${instancePath}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

const codeOf = ({ keyword, params }: ErrorObject): string => (keyword === 'format' ? `format.${params['format']}` : keyword);

/** The bounds that an explanation quotes; never the value that was sent. */
const quoted: Readonly<Record<string, readonly string[]>> = {
  type: ['type'],
  enum: ['enum'],
  minimum: ['minimum', 'maximum'],
  maximum: ['minimum', 'maximum'],
  minLength: ['minLength', 'maxLength'],
  maxLength: ['minLength', 'maxLength'],
  minItems: ['minItems', 'maxItems'],
  maxItems: ['minItems', 'maxItems'],
};
const paramsOf = ({ keyword, parentSchema }: ErrorObject): FieldError['params'] =>
  Object.fromEntries((quoted[keyword] ?? []).map((name) => [name, parentSchema?.[name]]));
