import type { Capacity } from './capacity.js';

/** Classes whose class-validator decorators are the schema of a command, event or value, keyed by their name. */
export type Classes = Readonly<Record<string, new () => object>>;

/**
 * The class of an event. When its shape changes, `schemaVersion` (1 when left out) is raised and `upcast`, beside it, makes data of any
 * earlier version into the new shape. It is pure and runs at each read: what is stored never changes.
 */
export type EventClass = (new () => object) & { readonly schemaVersion?: number; upcast?(data: unknown, version: number): unknown };
type EventClasses = Readonly<Record<string, EventClass>>;

export type Immutable<T> = T extends string | number | boolean | null | undefined ? T : { readonly [K in keyof T]: Immutable<T[K]> };

export type Data<C> = C extends new () => infer T ? Immutable<T> : never;

/** What the shell loads from other streams before the command is decided, declared by the command's class. */
export type Facts<C> = C extends { readonly facts: infer F } ? Immutable<F> : Readonly<Record<never, never>>;

export type EventOf<E extends Classes> = { [K in keyof E & string]: { readonly type: K; readonly data: Data<E[K]> } }[keyof E & string];

/**
 * When and by whom. Both times are ISO 8601 instants in UTC with milliseconds, so that they compare as strings.
 * `at` is when it happened, `now` when it was entered; they differ for paper forms, door-to-door collection and imports.
 */
export interface Moment {
  readonly at: string;
  readonly now: string;
  /** The person who acts: the resident whose pledge or vote it is, also when a volunteer enters it. */
  readonly by: string;
  readonly capacity: Capacity;
  /** Who entered it, when that is not the one who acts. */
  readonly enteredBy?: string | undefined;
}

/** A `no` with a stable code `<context>.<reason>`; `with` carries the figures that the explanation quotes. */
export interface Refusal<R extends string = string> {
  readonly refused: R;
  readonly with?: Readonly<Record<string, string | number>>;
}

export const refuse = <const R extends string>(refused: R, values?: Readonly<Record<string, string | number>>): Refusal<R> =>
  values === undefined ? { refused } : { refused, with: values };

export type Context<C, E extends Classes> = Moment & {
  /** The id of the stream that is written, without its category. */
  readonly id: string;
  /** A new id, the same for every retry of the same request. */
  readonly newId: string;
  readonly facts: Facts<C>;
  /** Keeps the literal event type where a list is built by `map`. */
  readonly event: <K extends keyof E & string>(type: K, data: Data<E[K]>) => { readonly type: K; readonly data: Data<E[K]> };
};

type Decide<S, R extends string, C extends Classes, E extends Classes> = {
  readonly [K in keyof C]: (state: Immutable<S>, data: Data<C[K]>, context: Context<C[K], E>) => Refusal<R> | readonly EventOf<E>[];
};

type Evolve<S, E extends Classes> = {
  readonly [K in keyof E]: (state: Immutable<S>, data: Data<E[K]>, moment: Moment) => Immutable<S>;
};

// TypeScript does not look for surplus properties in what a callback returns; without this check a decider could write a field
// that its event does not declare, a personal one for instance, into a log that is never edited.
type Extra<V, E> = V extends { type: infer T extends keyof E; data: infer D } ? Exclude<keyof D, keyof Data<E[T]>> : never;
type ExtraOf<F, E> = F extends (...args: never) => infer V ? (V extends readonly (infer I)[] ? Extra<I, E> : never) : never;
type Exact<D, C, E> = {
  [K in keyof D]: K extends keyof C ? ([ExtraOf<D[K], E>] extends [never] ? unknown : { undeclaredField: ExtraOf<D[K], E> }) : never;
};

/**
 * One aggregate in one file: what can be asked of it, what can have happened to it, and the two pure functions between.
 * `decide` returns the events that follow, `[]` when what is asked is already so, or a refusal. `evolve` folds one event into the state.
 * `stream` is the category of its streams in the log: the stream of contest 7 is `contest-7`.
 */
export const defineDecider =
  <S, R extends string = never>() =>
  <const C extends Classes, const E extends EventClasses, D extends Decide<S, R, C, E>>(decider: {
    readonly stream: string;
    readonly initial: Immutable<S>;
    readonly commands: C;
    readonly events: E;
    readonly decide: D & Exact<D, C, E>;
    readonly evolve: Evolve<S, E>;
  }) =>
    decider as Decider<S, R, C, E>;

export interface Decider<S, R extends string, C extends Classes, E extends Classes> {
  readonly stream: string;
  readonly initial: Immutable<S>;
  readonly commands: C;
  readonly events: E;
  readonly decide: Decide<S, R, C, E>;
  readonly evolve: Evolve<S, E>;
}

/** A decider whose own types are of no interest: what the shell handles. */
export interface AnyDecider {
  readonly stream: string;
  readonly initial: unknown;
  readonly commands: Classes;
  readonly events: EventClasses;
  readonly decide: Readonly<
    Record<string, (state: never, data: never, context: never) => Refusal | readonly { readonly type: string; readonly data: object }[]>
  >;
  readonly evolve: Readonly<Record<string, (state: never, data: never, moment: Moment) => unknown>>;
}

export type StateOf<D> = D extends { readonly initial: infer S } ? S : never;
