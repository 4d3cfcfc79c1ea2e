import type { Classes, Data, Decider } from './shared/decider.js';
import { request } from './shared/request.js';
import { contest } from './contest/contest.js';
import { vote } from './contest/vote.js';
import { covenant } from './covenant/covenant.js';
import { covenantOpinion } from './covenant/opinion.js';
import { pledge } from './covenant/pledge.js';
import { ballot } from './platform/ballot.js';
import { ballotFile } from './platform/ballot-file.js';
import { ballotPaper } from './platform/ballot-paper.js';
import { person } from './registry/person.js';
import { place } from './registry/place.js';
import { tokenRevocations } from './registry/token-revocations.js';
import { renovation } from './renovation/renovation.js';
import { renovationOpinion } from './renovation/opinion.js';
import { renovationProxy } from './renovation/proxy.js';
import { renovationVote } from './renovation/ballot-paper.js';
import { meritAccount } from './guardianship/merit-account.js';
import { meritRules } from './guardianship/merit-rules.js';
import { plot } from './guardianship/plot.js';
import { plotDivision } from './guardianship/division.js';

/** The one table of all deciders. What stands here is served, checked, documented and projected. */
export const deciders = {
  place,
  person,
  tokenRevocations,
  covenant,
  covenantOpinion,
  pledge,
  contest,
  vote,
  renovation,
  renovationVote,
  renovationProxy,
  renovationOpinion,
  plotDivision,
  plot,
  meritRules,
  meritAccount,
  ballot,
  ballotPaper,
  ballotFile,
  request,
} as const;

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a decider is contravariant in its state
type EventsOf<D> = D extends Decider<any, any, Classes, infer E> ? E : never;
type EventClasses = UnionToIntersection<{ [K in keyof typeof deciders]: EventsOf<(typeof deciders)[K]> }[keyof typeof deciders]>;

/** Every event type with the shape of its data. */
export type AllEvents = { readonly [K in keyof EventClasses]: Data<EventClasses[K]> };
