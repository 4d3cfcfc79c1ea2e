import { expect } from '@jest/globals';
import type { Classes, Context, Data, Decider, EventOf, Facts, Immutable, Moment } from '../../src/domain/shared/decider.js';
import { isMissingPersonal } from '../../src/domain/shared/field-marks.js';
import { validatorOf } from '../../src/infrastructure/schema/validators.js';

/** An event that stands in the stream already, with its own moment where it matters. */
type Past<E extends Classes> = EventOf<E> & Partial<Moment>;

/** What a scenario may say about the circumstances; facts that the command's class declares must be given. */
type Circumstances<C> = Partial<Moment & { id: string; newId: string }> &
  (C extends { readonly facts: unknown } ? { facts: Facts<C> } : unknown);
type Given<C> = C extends { readonly facts: unknown } ? [Circumstances<C>] : [Circumstances<C>?];

interface Outcome<R extends string, E extends Classes> {
  /** Exactly these events in this order, with exactly these fields. */
  readonly then: (events: readonly EventOf<E>[]) => void;
  readonly thenRefused: (code: R, values?: Readonly<Record<string, string | number>>) => void;
  /** What was asked is already so. */
  readonly thenNothing: () => void;
}

const defaults = {
  at: '2026-05-01T08:00:00.000Z',
  by: 'resident-1',
  capacity: 'resident',
  id: 'subject-1',
  newId: 'new-1',
} as const;

/**
 * A scenario: what has happened in the stream, what is asked, what comes of it. The data of the command and of all events is
 * checked against their classes, so that a scenario cannot use a shape that the API would refuse.
 */
export function given<S, R extends string, C extends Classes, E extends Classes>(
  decider: Decider<S, R, C, E>,
  ...past: readonly Past<E>[]
) {
  const fold = (state: Immutable<S>, { type, data, ...moment }: Past<E>): Immutable<S> => {
    expectShape(decider.events, type, data, { mayBeErased: true });
    return deepFreeze(decider.evolve[type](state, data, momentOf(moment)));
  };
  const state = past.reduce(fold, deepFreeze(decider.initial));
  return {
    when<K extends keyof C & string>(command: K, data: Data<C[K]>, ...[circumstances]: Given<C[K]>): Outcome<R, E> {
      expectShape(decider.commands, command, data);
      const context = {
        ...defaults,
        ...momentOf(circumstances ?? {}),
        facts: {},
        event: (type: string, eventData: unknown) => ({ type, data: eventData }),
        ...circumstances,
      } as unknown as Context<C[K], E>;
      const outcome = decider.decide[command](state, deepFreeze(data), context);
      const refusal = 'refused' in outcome ? outcome : undefined;
      if (!('refused' in outcome))
        outcome.reduce((before, event) => {
          expectShape(decider.events, event.type, event.data);
          return fold(before, { ...event, ...pick(context) });
        }, state);
      const written = asWritten(outcome);
      if (past.length === 0) expect(written).not.toStrictEqual([]); // ADR 6: it has to refuse
      return {
        then: (events) => expect(written).toStrictEqual(asWritten(events)),
        thenRefused: (code, values = refusal?.with) => expect(written).toStrictEqual(asWritten({ refused: code, with: values })),
        thenNothing: () => expect(written).toStrictEqual([]),
      };
    },
  };
}

const momentOf = (told: Partial<Moment>): Moment => ({
  now: told.at ?? defaults.at,
  at: defaults.at,
  by: defaults.by,
  capacity: defaults.capacity,
  ...told,
});
const pick = ({ at, now, by, capacity, enteredBy }: Moment): Moment => ({ at, now, by, capacity, enteredBy });

/** As the log would hold it: a field that is undefined is not there. */
const asWritten = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** An event as deciders read it after the person was erased: without these texts. */
export const erasedIn = <P extends { readonly data: object }>(past: P, ...fields: readonly (keyof P['data'] & string)[]): P => ({
  ...past,
  data: Object.fromEntries(Object.entries(past.data).filter(([name]) => !(fields as readonly string[]).includes(name))),
});

function expectShape(classes: Classes, name: string, data: unknown, { mayBeErased = false } = {}): void {
  const type = classes[name]!;
  const errors = validatorOf(type)(data).filter((error) => !mayBeErased || !isMissingPersonal(type, error));
  if (errors.length > 0) throw new Error(`the data of ${name} has not its shape: ${JSON.stringify(errors)}`);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
