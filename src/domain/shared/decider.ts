import type { Capacity } from './capacity.js';

/** Classes whose class-validator decorators are the schema of a command, event or value, keyed by their name. */
export type Classes = Readonly<Record<string, new () => object>>;

/** A class that a mixin adds fields to: those that all events of an aggregate have, beside what the command of each says. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript allows no other constructor for a mixin
export type Extendable = new (...args: any[]) => object;

/**
 * The class of an event. If its shape changes, raise `schemaVersion` (default: 1) and add `upcast`, which turns data of any earlier
 * version into the new shape. `upcast` is pure and runs on every read. Stored events never change.
 */
export type EventClass = (new () => object) & { readonly schemaVersion?: number; upcast?(data: unknown, version: number): unknown };
type EventClasses = Readonly<Record<string, EventClass>>;

/** `T` with every property read-only, at every depth. */
export type Immutable<T> = T extends string | number | boolean | null | undefined ? T : { readonly [K in keyof T]: Immutable<T[K]> };

/** The data of a command or event, derived from its class. */
export type Data<C> = C extends new () => infer T ? Immutable<T> : never;

/** Facts from other streams, declared by the command's class. The kernel loads them before it calls `decide`. */
export type Facts<C> = C extends { readonly facts: infer F } ? Immutable<F> : Readonly<Record<never, never>>;

/** The union of all events of `E`, each with its type and its data. */
export type EventOf<E extends Classes> = { [K in keyof E & string]: { readonly type: K; readonly data: Data<E[K]> } }[keyof E & string];

/**
 * When something happened and who did it. Both times are ISO 8601 instants in UTC with milliseconds, so they compare as strings.
 * `at` is when it happened; `now` is when it was entered. They differ for paper forms, door-to-door collection and imports.
 */
export interface Moment {
  readonly at: string;
  readonly now: string;
  /** The person who acts. If a volunteer enters a vote for a resident, this is the resident. */
  readonly by: string;
  readonly capacity: Capacity;
  /** The person who entered it, if that is somebody else than `by`. */
  readonly enteredBy?: string | undefined;
}

/** A refusal with a stable code `<context>.<reason>`. `with` holds the values for the placeholders of its text (`refusals.ts`). */
export interface Refusal<R extends string = string> {
  readonly refused: R;
  readonly with?: Readonly<Record<string, string | number>>;
}

/** Makes a refusal: its code, and the values for the placeholders of its text. */
export const refuse = <const R extends string>(refused: R, values?: Readonly<Record<string, string | number>>): Refusal<R> =>
  values === undefined ? { refused } : { refused, with: values };

/** Everything besides state and data that `decide` may use. */
export type Context<C, E extends Classes> = Moment & {
  /** The id of the aggregate: the stream's name without its category. */
  readonly id: string;
  /** A new id. A retry of the same request gets the same id. */
  readonly newId: string;
  readonly facts: Facts<C>;
  /** Builds an event and keeps its literal type, which `map` would widen to string. */
  readonly event: <K extends keyof E & string>(type: K, data: Data<E[K]>) => { readonly type: K; readonly data: Data<E[K]> };
};

/** What decides on each command: the new events, or a refusal. */
export type Decide<S, R extends string, C extends Classes, E extends Classes> = {
  readonly [K in keyof C]: (state: Immutable<S>, data: Data<C[K]>, context: Context<C[K], E>) => Refusal<R> | readonly EventOf<E>[];
};

/** What applies each event to the state. */
export type Evolve<S, E extends Classes> = {
  readonly [K in keyof E]: (state: Immutable<S>, data: Data<E[K]>, moment: Moment) => Immutable<S>;
};

// TypeScript does not check for extra properties in what a callback returns. Without this type, a decider could write a field that
// its event does not declare, for example a personal one, into a log that cannot be edited.
type Extra<V, E> = V extends { type: infer T extends keyof E; data: infer D } ? Exclude<keyof D, keyof Data<E[T]>> : never;
type ExtraOf<F, E> = F extends (...args: never) => infer V ? (V extends readonly (infer I)[] ? Extra<I, E> : never) : never;
type Exact<D, C, E> = {
  [K in keyof D]: K extends keyof C ? ([ExtraOf<D[K], E>] extends [never] ? unknown : { undeclaredField: ExtraOf<D[K], E> }) : never;
};

/** Event stores take what stands before the first `-` of a stream's name as its category, so a category has none. */
type OneWord<N extends string> = N extends `${string}-${string}` ? { categoryWithHyphen: N } : unknown;

/**
 * Defines one aggregate: its commands, its events, `decide` and `evolve`. Both functions are pure.
 * `decide` returns the new events, `[]` if nothing changes, or a refusal. `evolve` applies one event to the state.
 * `stream` is the category of its streams in the log, one word: contest 7 is the stream `contest-7`.
 */
export const defineDecider =
  <S, R extends string = never>() =>
  <const N extends string, const C extends Classes, const E extends EventClasses, D extends Decide<S, R, C, E>>(decider: {
    readonly stream: N & OneWord<N>;
    readonly initial: Immutable<S>;
    readonly commands: C;
    readonly events: E;
    readonly decide: D & Exact<D, C, E>;
    readonly evolve: Evolve<S, E>;
  }) =>
    decider as Decider<S, R, C, E>;

/** An aggregate with the types of its state `S`, refusal codes `R`, commands `C` and events `E`. */
export interface Decider<S, R extends string, C extends Classes, E extends Classes> {
  readonly stream: string;
  readonly initial: Immutable<S>;
  readonly commands: C;
  readonly events: E;
  readonly decide: Decide<S, R, C, E>;
  readonly evolve: Evolve<S, E>;
}

/** Any decider, without its own types: what the kernel works with. */
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

/** The state type of a decider. */
export type StateOf<D> = D extends { readonly initial: infer S } ? S : never;
