import type { Bilingual } from './bilingual.js';

/*
 * What the decorators of fields.ts declare about fields, beside the rules of class-validator: their meaning, whose personal data they
 * hold, and which persons they name.
 */

/** One kind of mark, by class and field. A class has the marks of the classes that it extends. */
class Marks<V> {
  readonly #own = new Map<object, Map<string, V>>();
  /** Computed once for each class: they are asked for with every event. */
  readonly #all = new Map<object, ReadonlyMap<string, V>>();

  /** A decorator that sets this mark. */
  declare(value: V) {
    return (target: object, field: string | symbol): void => {
      const fields = this.#own.get(target.constructor) ?? new Map<string, V>();
      this.#own.set(target.constructor, fields.set(String(field), value));
    };
  }

  /** The marked fields of a class. */
  of(type: object): ReadonlyMap<string, V> {
    const known = this.#all.get(type);
    if (known !== undefined) return known;
    const parent = Object.getPrototypeOf(type) as object | null;
    const found = new Map(parent === null ? [] : [...this.of(parent), ...(this.#own.get(type) ?? [])]);
    this.#all.set(type, found);
    return found;
  }
}

/** What fields mean, as far as it is declared. */
export const fieldDescriptions = new Marks<Bilingual>();
/** Personal fields, each with the field that names their owner (`ownerIn`); undefined: the person who acts. */
export const personalFields = new Marks<string | undefined>();
/** Fields that hold the id of a person or a list of them (null), or nested values, which may hold some (their class). */
export const personMarks = new Marks<(() => object) | null>();

const nestedClasses = (type: object): readonly (readonly [field: string, nested: object])[] =>
  [...personMarks.of(type)].flatMap(([field, nested]) => (nested === null ? [] : [[field, nested()] as const]));

const holding = new WeakMap<object, boolean>();
/** Whether values of a class can hold personal fields, in nested values too. */
export function holdsPersonal(type: object): boolean {
  const known = holding.get(type);
  if (known !== undefined) return known;
  holding.set(type, false); // ends the recursion if a class contains itself
  const found = personalFields.of(type).size > 0 || nestedClasses(type).some(([, nested]) => holdsPersonal(nested));
  holding.set(type, found);
  return found;
}

/**
 * The owner of the key of texts that are personal to this field of a class: the person, or `<field>/<id>` if it holds the id of a thing.
 * No id of a person has a `/`, so erasing a person never reaches a thing.
 */
export const ownerIn = (type: object, field: string, id: string): string =>
  personMarks.of(type).get(field) === null ? id : `${field}/${id}`;

/** A personal text inside a value: the owner of its key (`ownerIn`), and its path, as `options/3/name`. */
export interface PersonalText {
  readonly text: string;
  readonly owner: string;
  readonly field: string;
}

/**
 * A copy of a value with its personal texts replaced, in nested values too.
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
  for (const [key, of] of personalFields.of(type)) {
    const [text, id] = [changed[key], of === undefined ? actor : changed[of]];
    if (typeof text !== 'string' || typeof id !== 'string') continue;
    changed[key] = change({ text, owner: of === undefined ? id : ownerIn(type, of, id), field: path + key });
  }
  for (const [key, nested] of nestedClasses(type)) {
    const held = changed[key] as object | readonly object[] | undefined;
    if (held === undefined || !holdsPersonal(nested)) continue;
    const inner = (item: object, at: string) => changePersonal(nested, item, actor, change, `${path}${at}/`);
    changed[key] = Array.isArray(held) ? held.map((item: object, i) => inner(item, `${key}/${i}`)) : inner(held, key);
  }
  return changed as T;
}

/** Whether a JSON pointer into a value of a class, as `/options/3/name`, points to a personal field. */
function isPersonalField(type: object, pointer: string): boolean {
  const [field = '', ...below] = pointer.split('/').filter((part, i) => i > 0 && !/^\d+$/u.test(part));
  if (below.length === 0) return personalFields.of(type).has(field);
  const nested = nestedClasses(type).find(([name]) => name === field)?.[1];
  return nested !== undefined && isPersonalField(nested, `/${below.join('/')}`);
}

/**
 * Whether a personal text of an event is absent although its class requires it: its key was destroyed. The types do not say so, because
 * whoever writes an event must give the text.
 */
export const isAbsent = (text: string | undefined): boolean => text === undefined;

/** Whether an error of validation says that a required personal text is absent, as it is when its key was destroyed. */
export const isMissingPersonal = (type: object, { pointer, code }: { readonly pointer: string; readonly code: string }): boolean =>
  code === 'required' && isPersonalField(type, pointer);

/** The fields of a class that hold the id of a person or a list of them. */
export const personFields = (type: object): readonly string[] =>
  [...personMarks.of(type)].flatMap(([field, nested]) => (nested === null ? [field] : []));

/** The ids of the persons whom a value of this class names, in its lists and nested values too; an id may be repeated. */
export function personsIn(type: object, value: object): readonly string[] {
  const found: string[] = [];
  for (const [field, nested] of personMarks.of(type)) {
    const held = (value as Readonly<Record<string, unknown>>)[field];
    if (held === undefined) continue;
    for (const one of Array.isArray(held) ? (held as unknown[]) : [held]) {
      if (nested === null) found.push(one as string);
      else for (const person of personsIn(nested(), one as object)) found.push(person);
    }
  }
  return found;
}
