import type { Classes, Data, Decider } from './shared/decider.js';
import { request } from './shared/request.js';
import { registryDeciders } from './registry/index.js';
import { covenantDeciders } from './covenant/index.js';
import { guardianshipDeciders } from './guardianship/index.js';
import { contestDeciders } from './contest/index.js';
import { renovationDeciders } from './renovation/index.js';
import { platformDeciders } from './platform/index.js';
import { assemblyDeciders } from './assembly/index.js';
import { electionDeciders } from './election/index.js';

/** All deciders, one line per context. Routes, schema checks, docs/events.md and projections are derived from this table. */
export const deciders = {
  ...registryDeciders,
  ...covenantDeciders,
  ...guardianshipDeciders,
  ...contestDeciders,
  ...renovationDeciders,
  ...platformDeciders,
  ...electionDeciders,
  ...assemblyDeciders,
  request,
} as const;

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a decider is contravariant in its state
type EventsOf<D> = D extends Decider<any, any, Classes, infer E> ? E : never;
type EventClasses = UnionToIntersection<{ [K in keyof typeof deciders]: EventsOf<(typeof deciders)[K]> }[keyof typeof deciders]>;

/** Every event type, with the shape of its data. */
export type AllEvents = { readonly [K in keyof EventClasses]: Data<EventClasses[K]> };
