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
import { isDay, isInstant } from './time.js';
import { isPlaceId } from './place-id.js';

/*
 * The fields of commands and events. Each decorator is a handful of class-validator's, typed so that a decorator which does not
 * fit the field's type does not compile. infrastructure/schema reads them: they are declared here and nowhere else.
 */

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Field<X> = <T, K extends keyof T & string>(target: T, key: Same<Exclude<T[K], undefined>, X> extends true ? K : never) => void;

const all = (...decorators: readonly PropertyDecorator[]) =>
  ((target: object, key: string) => decorators.forEach((decorate) => decorate(target, key))) as Field<never>;

/** Formats that need an algorithm: the same function serves class-validator and the compiled validator. */
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
export type Format = keyof typeof formats;

function isLine(value: unknown): boolean {
  return typeof value === 'string' && isUnbrokenText(value) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value);
}

/** No lone surrogate, which UTF-8 cannot carry, and something to be seen: neither white space nor what leaves no mark (Unicode: default ignorable, format). */
function isUnbrokenText(value: string): boolean {
  return value.isWellFormed() && (value === '' || /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}]/u.test(value));
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

/** An id: of a person, a contest, an entry, … (not of a place, which has a code). */
export const Id = (): Field<string> => all(format('isId'));
/** A place's code: 6 digits a county, 9 a town, 12 a village or community; below it `.n` for each level down to the household. */
export const PlaceId = (): Field<string> => all(format('isPlaceId'));
/** What an option of a ballot is known by, as whoever lists it does: `L18/11/X`. Without `,` and `|`, which stand between ids in files of ballots. */
export const OptionId = (): Field<string> => all(format('isOptionId'));
/** One line of text, its length in code points; no control characters, no line or paragraph separators. */
export const Text = (min: number, max: number): Field<string> => all(format('isLine', [min, max]));
/** Text that may have several lines, its length in code points; no other control characters. */
export const Words = (min: number, max: number): Field<string> => all(format('isWords', [min, max]));
/** An instant as `2026-11-23T08:00:00.000Z`. */
export const Instant = (): Field<string> => all(format('isInstant'));
/** A calendar day as `2026-11-23`. */
export const Day = (): Field<string> => all(format('isDay'));
/** A SHA-256 as 64 lower-case hexadecimal digits. */
export const Sha256 = (): Field<string> => all(format('isSha256'));
export const Int = (min: number, max: number): Field<number> => all(IsInt(), Min(min), Max(max));
export const Flag = (): Field<boolean> => all(IsBoolean());
export const OneOf = <const V extends readonly string[]>(values: V): Field<V[number]> => all(IsIn([...values]));
/** A list of distinct ids. */
export const Ids = (min: number, max: number): Field<string[]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ArrayUnique(), format('isId', [], { each: true }));
/** A list of distinct options of a ballot. */
export const OptionIds = (min: number, max: number): Field<string[]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ArrayUnique(), format('isOptionId', [], { each: true }));
/** A list of distinct place codes. */
export const PlaceIds = (min: number, max: number): Field<string[]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ArrayUnique(), format('isPlaceId', [], { each: true }));
/** A list of distinct words out of a given set. */
export const SomeOf = <const V extends readonly string[]>(values: V, min: number, max: number): Field<V[number][]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), ArrayUnique(), IsIn([...values], { each: true }));
/** A list of distinct lines of text, the length of each in code points. */
export const Texts = (minItems: number, maxItems: number, min: number, max: number): Field<string[]> =>
  all(IsArray(), ArrayMinSize(minItems), ArrayMaxSize(maxItems), ArrayUnique(), format('isLine', [min, max], { each: true }));
/** A list of whole numbers. */
export const Ints = (minItems: number, maxItems: number, min: number, max: number): Field<number[]> =>
  all(IsArray(), ArrayMinSize(minItems), ArrayMaxSize(maxItems), IsInt({ each: true }), Min(min, { each: true }), Max(max, { each: true }));
/** A list of values of a class of their own. */
export const Many = <X extends object>(type: () => new () => X, min: number, max: number): Field<X[]> =>
  all(IsArray(), ArrayMinSize(min), ArrayMaxSize(max), IsObject({ each: true }), ValidateNested({ each: true }), Type(type));
/** One value of a class of its own. */
export const One = <X extends object>(type: () => new () => X): Field<X> => all(IsObject(), ValidateNested(), Type(type));

/** The condition of `Optional`: the field may be absent, but not null. */
export const isPresent = (_object: unknown, value: unknown) => value !== undefined;
/** The field may be left out: `@Optional() @Text(1, 40) note?: string`. */
export const Optional =
  () =>
  <T, K extends keyof T & string>(target: T, key: undefined extends T[K] ? K : never) =>
    ValidateIf(isPresent)(target as object, key);

/**
 * Personal data: a name, a contact, a person's own words. `of` names the field beside it that holds the id of the person
 * concerned; without it, it is the person who acts. Erasure deletes that person's key.
 *
 * What residents say in their own words is personal to them, also where all may read it: a pledge, a memory, a proposal. The reason
 * that an official gives about a person is personal to that person, where the event names one. Any other reason (an entry is refused,
 * an objection answered) and what is written in office about a thing (a clause, a design) is not. A command names nobody but its sender
 * and is not kept: its mark says that the event's field is personal.
 */
export const Personal =
  (of?: string) =>
  (target: object, key: string): void => {
    const fields = personal.get(target.constructor) ?? new Map<string, string | undefined>();
    personal.set(target.constructor, fields.set(key, of));
  };
const personal = new Map<object, Map<string, string | undefined>>();
/** The personal fields of a class, each with the field that names the person (undefined: the one who acts). */
export function personalFields(type: object): ReadonlyMap<string, string | undefined> {
  const parent = Object.getPrototypeOf(type) as object | null; // what a class inherits stays personal
  return parent === null ? new Map() : new Map([...personalFields(parent), ...(personal.get(type) ?? [])]);
}
