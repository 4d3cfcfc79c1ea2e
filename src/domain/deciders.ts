import type { Classes, Data, Decider } from './shared/decider.js';
import { place } from './registry/place.js';

/** The one table of all deciders. What stands here is served, checked, documented and projected. */
export const deciders = { place } as const;

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a decider is contravariant in its state
type EventsOf<D> = D extends Decider<any, any, Classes, infer E> ? E : never;
type EventClasses = UnionToIntersection<{ [K in keyof typeof deciders]: EventsOf<(typeof deciders)[K]> }[keyof typeof deciders]>;

/** Every event type with the shape of its data. */
export type AllEvents = { readonly [K in keyof EventClasses & string]: Data<EventClasses[K]> };
