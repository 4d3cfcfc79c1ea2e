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
import { fieldDescriptions, personalFields, personMarks } from './field-marks.js';
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
export const PersonId = (): Field<string> => all(format('isId'), personMarks.declare(null));
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
export const PersonIds = (min: number, max: number): Field<string[]> => all(Ids(min, max) as PropertyDecorator, personMarks.declare(null));
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
/** A list of distinct calendar days; `min` and `max` are its length. */
export const Days = (min: number, max: number): Field<string[]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ArrayUnique(), format('isDay', [], { each: true }));
/** A list of whole numbers. */
export const Ints = (minItems: number, maxItems: number, min: number, max: number): Field<number[]> =>
  all(IsArray(), ArrayMinSize(minItems), ArrayMaxSize(maxItems), IsInt({ each: true }), Min(min, { each: true }), Max(max, { each: true }));
/** A list of nested values; each is checked by the decorators of its class. */
export const Many = <X extends object>(type: () => new () => X, min: number, max: number): Field<X[]> =>
  all(
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(type),
    personMarks.declare(type),
  );
/** One nested value, checked by the decorators of its class. */
export const One = <X extends object>(type: () => new () => X): Field<X> =>
  all(IsObject(), ValidateNested(), Type(type), personMarks.declare(type));

/** The condition used by `Optional`: the field may be absent, but not null. */
export const isPresent = (_object: unknown, value: unknown) => value !== undefined;
/** The field may be left out: `@Optional() @Text(1, 40) note?: string`. */
export const Optional =
  () =>
  <T, K extends keyof T & string>(target: T, key: undefined extends T[K] ? K : never) =>
    ValidateIf(isPresent)(target as object, key);

/** What a field means, for readers of the API description. */
export const Described = (zh: string, en: string) => fieldDescriptions.declare({ zh, en });

/**
 * Marks personal data: a name, a contact, or a person's own words. `of` names the field of the same class that holds the id of the
 * person concerned; where that field is left out, it is nobody's and not personal. Without `of` it is the person who acts. The
 * value is sealed with the key of that person when the event is written (ADR 14).
 *
 * Personal: the own words of residents, even if everybody may read them (a pledge, a memory, a proposal), and a reason that an official
 * gives about a person whom the event names. Not personal: other reasons (why an entry was refused, how an objection was answered), and
 * official texts about a thing (a clause, a design). A command is not stored; the mark on its field says that the field of the event
 * is personal.
 */
export const Personal = (of?: string) => personalFields.declare(of);
