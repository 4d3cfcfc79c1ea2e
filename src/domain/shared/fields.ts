import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import type { Bilingual } from './bilingual.js';
import { isDay, isInstant } from './time.js';
import { isPlaceId } from './place-id.js';

/*
 * The field decorators of commands and events. Each combines several class-validator decorators. A decorator that does not match the
 * type of its field does not compile. The validators, OpenAPI and docs/events.md are derived from them (infrastructure/schema).
 */

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Field<X> = <T, K extends keyof T & string>(target: T, key: Same<Exclude<T[K], undefined>, X> extends true ? K : never) => void;

const all = (...decorators: readonly PropertyDecorator[]) =>
  ((target: object, key: string) => decorators.forEach((decorate) => decorate(target, key))) as Field<never>;

/** What every sealed text begins with, and nothing that anybody enters may hold (ADR 14). */
export const sealMark = 'sealed:1:';

/** Formats that need code to check. class-validator and the compiled validator use the same functions. */
export const formats = {
  isId: (value: unknown) => typeof value === 'string' && /^[0-9a-z][0-9a-z.~-]{0,99}$/u.test(value),
  isPlaceId,
  isOptionId: (value: unknown) =>
    typeof value === 'string' && isLine(value) && value === value.trim() && isSized(value, [1, 100]) && !/[,|]/u.test(value),
  isInstant,
  isDay,
  isSha256: (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/u.test(value),
  isLine,
  isWords: (value: unknown) => typeof value === 'string' && isUnbrokenText(value) && !/[^\P{Cc}\n\t]/u.test(value),
} as const satisfies Record<string, (value: unknown) => boolean>;
/** The name of a format. */
export type Format = keyof typeof formats;

function isLine(value: unknown): boolean {
  return typeof value === 'string' && isUnbrokenText(value) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value);
}

/**
 * No lone surrogates, which UTF-8 cannot encode, at least one visible character (not only white space or invisible characters), and
 * nothing that looks like a sealed text: it would be opened where it is shown.
 */
function isUnbrokenText(value: string): boolean {
  return (
    value.isWellFormed() &&
    !value.includes(sealMark) &&
    (value === '' || /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}]/u.test(value))
  );
}

const format = (name: Format, constraints: number[] = [], options?: ValidationOptions) =>
  ValidateBy(
    { name, constraints, validator: { validate: (value) => formats[name](value) && isSized(value as string, constraints) } },
    options,
  );

const isSized = (value: string, [min = 0, max = Infinity]: number[]) => {
  const length = [...value].length;
  return length >= min && length <= max;
};

/** An id of a person, contest, entry and so on: 1–100 characters of `0-9 a-z . ~ -`. Places have codes instead (`PlaceId`). */
export const Id = (): Field<string> => all(format('isId'));
/** The id of a person: the event concerns that person and belongs to that person's audit trail. */
export const PersonId = (): Field<string> => all(format('isId'), namesPerson);
/** A place code: 6 digits for a county, 9 for a town, 12 for a village or community, then `.n` per level down to the household. */
export const PlaceId = (): Field<string> => all(format('isPlaceId'));
/** The id of a ballot option, as its source writes it: `L18/11/X`. It has no `,` and no `|`, which separate ids in ballot files. */
export const OptionId = (): Field<string> => all(format('isOptionId'));
/** One line of text without control characters or line separators. `min` and `max` count code points. */
export const Text = (min: number, max: number): Field<string> => all(format('isLine', [min, max]));
/** Text that may have several lines, without other control characters. `min` and `max` count code points. */
export const Words = (min: number, max: number): Field<string> => all(format('isWords', [min, max]));
/** An instant in UTC with milliseconds: `2026-11-23T08:00:00.000Z`. */
export const Instant = (): Field<string> => all(format('isInstant'));
/** A calendar day: `2026-11-23`. */
export const Day = (): Field<string> => all(format('isDay'));
/** A SHA-256 as 64 lower-case hexadecimal digits. */
export const Sha256 = (): Field<string> => all(format('isSha256'));
/** A whole number between `min` and `max`, both included. */
export const Int = (min: number, max: number): Field<number> => all(IsInt(), Min(min), Max(max));
/** A boolean. */
export const Flag = (): Field<boolean> => all(IsBoolean());
/** One of the given strings. */
export const OneOf = <const V extends readonly string[]>(values: V): Field<V[number]> => all(IsIn([...values]));
/** A list of distinct ids; `min` and `max` are its length. */
export const Ids = (min: number, max: number): Field<string[]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ArrayUnique(), format('isId', [], { each: true }));
/** A list of distinct ids of persons, as `PersonId`; `min` and `max` are its length. */
export const PersonIds = (min: number, max: number): Field<string[]> => all(Ids(min, max) as PropertyDecorator, namesPerson);
/** A list of distinct option ids; `min` and `max` are its length. */
export const OptionIds = (min: number, max: number): Field<string[]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ArrayUnique(), format('isOptionId', [], { each: true }));
/** A list of distinct place codes; `min` and `max` are its length. */
export const PlaceIds = (min: number, max: number): Field<string[]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ArrayUnique(), format('isPlaceId', [], { each: true }));
/** A list of distinct strings out of `values`; `min` and `max` are its length. */
export const SomeOf = <const V extends readonly string[]>(values: V, min: number, max: number): Field<V[number][]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ArrayUnique(), IsIn([...values], { each: true }));
/** A list of distinct lines of text; `min` and `max` count the code points of each. */
export const Texts = (minItems: number, maxItems: number, min: number, max: number): Field<string[]> =>
  all(IsArray(), ArrayMinSize(minItems), ArrayMaxSize(maxItems), ArrayUnique(), format('isLine', [min, max], { each: true }));
/** A list of whole numbers. */
export const Ints = (minItems: number, maxItems: number, min: number, max: number): Field<number[]> =>
  all(IsArray(), ArrayMinSize(minItems), ArrayMaxSize(maxItems), IsInt({ each: true }), Min(min, { each: true }), Max(max, { each: true }));
/** A list of nested values; each is checked by the decorators of its class. */
export const Many = <X extends object>(type: () => new () => X, min: number, max: number): Field<X[]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), IsObject({ each: true }), ValidateNested({ each: true }), Type(type), holds(type));
/** One nested value, checked by the decorators of its class. */
export const One = <X extends object>(type: () => new () => X): Field<X> => all(IsObject(), ValidateNested(), Type(type), holds(type));

/** The condition used by `Optional`: the field may be absent, but not null. */
export const isPresent = (_object: unknown, value: unknown) => value !== undefined;
/** The field may be left out: `@Optional() @Text(1, 40) note?: string`. */
export const Optional =
  () =>
  <T, K extends keyof T & string>(target: T, key: undefined extends T[K] ? K : never) =>
    ValidateIf(isPresent)(target as object, key);

/** What a field means, for those who read the description of the API. */
export const Described =
  (zh: string, en: string) =>
  (target: object, key: string): void => {
    const fields = described.get(target.constructor) ?? new Map<string, Bilingual>();
    described.set(target.constructor, fields.set(key, { zh, en }));
  };
const described = new Map<object, Map<string, Bilingual>>();
/** What the fields of a class mean, as far as it is said. */
export function descriptionsOf(type: object): ReadonlyMap<string, Bilingual> {
  const parent = Object.getPrototypeOf(type) as object | null;
  return parent === null ? new Map() : new Map([...descriptionsOf(parent), ...(described.get(type) ?? [])]);
}

/**
 * Marks personal data: a name, a contact, or a person's own words. `of` names the field of the same class that holds the id of the
 * person concerned; where that field is left out, the value is nobody's and not personal. Without `of` it is the person who acts. The
 * value is sealed with the key of that person when the event is written (ADR 14).
 *
 * Personal: the own words of residents, even if everybody may read them (a pledge, a memory, a proposal), and a reason that an official
 * gives about a person whom the event names. Not personal: other reasons (why an entry was refused, how an objection was answered), and
 * official texts about a thing (a clause, a design). A command is not stored; the mark on its field says that the field of the event
 * is personal.
 */
export const Personal =
  (of?: string) =>
  (target: object, key: string): void => {
    const fields = personal.get(target.constructor) ?? new Map<string, string | undefined>();
    personal.set(target.constructor, fields.set(key, of));
  };
const personal = new Map<object, Map<string, string | undefined>>();
/** The personal fields of a class, each with the field that names the person (undefined: the person who acts). */
export const personalFields = (type: object): ReadonlyMap<string, string | undefined> => declaredIn(personal, type);

/** What is declared of the fields of a class and of the classes that it extends. Kept by class: it is asked for every event. */
function declaredIn<V>(declared: ReadonlyMap<object, ReadonlyMap<string, V>>, type: object): ReadonlyMap<string, V> {
  const ofThis = (known.get(declared) ?? new Map()) as Map<object, ReadonlyMap<string, V>>;
  known.set(declared, ofThis);
  const before = ofThis.get(type);
  if (before !== undefined) return before;
  const parent = Object.getPrototypeOf(type) as object | null;
  const found = parent === null ? new Map<string, V>() : new Map([...declaredIn(declared, parent), ...(declared.get(type) ?? [])]);
  ofThis.set(type, found);
  return found;
}
const known = new Map<object, Map<object, unknown>>();

/** Fields that hold the id of a person or a list of them (null), or values of a class of their own, which may hold some (that class). */
const namingPersons = new Map<object, Map<string, (() => object) | null>>();
const remember =
  (nested: (() => object) | null) =>
  (target: object, key: string | symbol): void => {
    const fields = namingPersons.get(target.constructor) ?? new Map<string, (() => object) | null>();
    namingPersons.set(target.constructor, fields.set(String(key), nested));
  };
const namesPerson = remember(null);
const holds = (type: () => object) => remember(type);

const nestedClasses = (type: object): readonly (readonly [field: string, nested: object])[] =>
  [...declaredIn(namingPersons, type)].flatMap(([field, nested]) => (nested === null ? [] : [[field, nested()] as const]));

const holding = new WeakMap<object, boolean>();
/** Whether values of a class can hold personal fields, in nested values too. */
export function holdsPersonal(type: object): boolean {
  const known = holding.get(type);
  if (known !== undefined) return known;
  holding.set(type, false); // a class that holds itself adds nothing
  const found = personalFields(type).size > 0 || nestedClasses(type).some(([, nested]) => holdsPersonal(nested));
  holding.set(type, found);
  return found;
}

/** A personal text in a value, the person whose it is, and where it stands, as `options/3/name`. */
export interface PersonalText {
  readonly text: string;
  readonly personId: string;
  readonly field: string;
}

/**
 * A value with its personal texts changed, in nested values too.
 * @param actor the person who acts
 */
export function changePersonal<T extends object>(
  type: object,
  value: T,
  actor: string,
  change: (personal: PersonalText) => string,
  path = '',
): T {
  const changed = { ...value } as Record<string, unknown>;
  for (const [key, of] of personalFields(type)) {
    const [text, personId] = [changed[key], of === undefined ? actor : changed[of]];
    if (typeof text === 'string' && typeof personId === 'string') changed[key] = change({ text, personId, field: path + key });
  }
  for (const [key, nested] of nestedClasses(type)) {
    const held = changed[key] as object | readonly object[] | undefined;
    if (held === undefined || !holdsPersonal(nested)) continue;
    const inner = (item: object, at: string) => changePersonal(nested, item, actor, change, `${path}${at}/`);
    changed[key] = Array.isArray(held) ? held.map((item: object, i) => inner(item, `${key}/${i}`)) : inner(held, key);
  }
  return changed as T;
}

/** Whether a JSON pointer into a value of a class, as `/options/3/name`, names a personal field. */
export function isPersonalField(type: object, pointer: string): boolean {
  const [field = '', ...below] = pointer.split('/').filter((part, i) => i > 0 && !/^\d+$/u.test(part));
  if (below.length === 0) return personalFields(type).has(field);
  const nested = nestedClasses(type).find(([name]) => name === field)?.[1];
  return nested !== undefined && isPersonalField(nested, `/${below.join('/')}`);
}

/** The fields of a class that hold the id of a person or a list of them. */
export const personFields = (type: object): readonly string[] =>
  [...declaredIn(namingPersons, type)].flatMap(([field, nested]) => (nested === null ? [field] : []));

/** The ids of the persons whom a value of this class names, in its lists and nested values too; with repeats. */
export function personsIn(type: object, value: object): readonly string[] {
  const found: string[] = [];
  for (const [field, nested] of declaredIn(namingPersons, type)) {
    const held = (value as Readonly<Record<string, unknown>>)[field];
    if (held === undefined) continue;
    for (const one of Array.isArray(held) ? (held as unknown[]) : [held]) {
      if (nested === null) found.push(one as string);
      else for (const person of personsIn(nested(), one as object)) found.push(person);
    }
  }
  return found;
}
