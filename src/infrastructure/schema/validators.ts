import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { formats, type Format } from '../../domain/shared/fields.js';
import type { FieldError } from '../../application/ports.js';
import { formatName, schemasOf, type Class } from './reader.js';

export type Validate = (value: unknown) => readonly FieldError[];

const reportedAtMost = 20;
const none: readonly FieldError[] = [];

const compiler = (coerceTypes: 'array' | false) => {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    messages: false,
    verbose: true, // errors then carry the rules beside the broken one: "2 to 40" needs both
    coerceTypes,
    formats: Object.fromEntries((Object.keys(formats) as Format[]).map((format) => [formatName(format), { type: 'string', validate: formats[format] }])),
  });
  ajv.addVocabulary(['components', 'x-personal']);
  return (type: Class): ValidateFunction => {
    const schemas = schemasOf([type]);
    return ajv.compile({ ...schemas[type.name], components: { schemas } });
  };
};
const compileBody = compiler(false);
const compileQuery = compiler('array');

const validators = new WeakMap<Class, Validate>();

/** The check of a command's, event's or value's data: no errors when it is right, else at most 20, one a field. Compiled when first called. */
export function validatorOf(type: Class): Validate {
  let validate = validators.get(type);
  if (!validate) {
    let compiled: ValidateFunction | undefined;
    validate = (value) => ((compiled ??= compileBody(type))(value) ? none : fieldErrors(compiled.errors));
    validators.set(type, validate);
  }
  return validate;
}

/** Reads the parameters of a query string, whose values are all strings: numbers, booleans and lists of one are taken as the class declares them. */
export function queryReaderOf<T extends object>(type: Class<T>): (query: Readonly<Record<string, unknown>>) => { readonly data: T; readonly errors: readonly FieldError[] } {
  let compiled: ValidateFunction | undefined;
  return (query) => {
    const data = { ...query } as T; // coercion writes into what it checks
    return { data, errors: (compiled ??= compileQuery(type))(data) ? none : fieldErrors(compiled.errors) };
  };
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

/** The figures that an explanation quotes; never the value that was sent. */
function paramsOf({ keyword, parentSchema = {} }: ErrorObject): FieldError['params'] {
  const quoted = { type: ['type'], enum: ['enum'], minimum: ['minimum', 'maximum'], maximum: ['minimum', 'maximum'], minLength: ['minLength', 'maxLength'], maxLength: ['minLength', 'maxLength'], minItems: ['minItems', 'maxItems'], maxItems: ['minItems', 'maxItems'] }[keyword] ?? [];
  return Object.fromEntries(quoted.map((name) => [name, parentSchema[name]]));
}
