import type { RefusalOf, RefusalTexts } from '../../../src/application/kernel/texts.js';
import { defineDecider, refuse, type Data } from '../../../src/domain/shared/decider.js';
import { Flag, Id, Ids, Int, Many, OneOf, Optional, Text } from '../../../src/domain/shared/fields.js';
import { Problem } from '../../../src/infrastructure/http/problem.js';
import { given } from '../../support/given.js';

/* Programs that must not compile: read by `npm run typecheck`, which fails where one of them does. Never run. */

class Cast {
  @Id() entryId!: string;
  declare static readonly facts: { open: boolean };
}
class Withdraw {
  @Text(1, 9) reason!: string;
}
class WasCast {
  @Id() entryId!: string;
  @Optional() @Int(0, 9) weight?: number;
}
class WasWithdrawn {
  @Text(1, 9) reason!: string;
}
interface Ballot {
  readonly cast: readonly string[];
}
type No = 'contest.closed' | 'contest.cast-nothing';
const parts = { stream: 'ballot', initial: { cast: [] as string[] }, commands: { Cast, Withdraw }, events: { WasCast, WasWithdrawn } } as const;
const evolve = {
  WasCast: (state: Data<new () => Ballot>, { entryId }: { entryId: string }) => ({ cast: [...state.cast, entryId] }),
  WasWithdrawn: () => ({ cast: [] }),
};
const define = defineDecider<Ballot, No>();

/** The right program, in each of the ways to return events. */
export const ballot = define({
  ...parts,
  decide: {
    Cast: (state, { entryId }, { facts, by, event }) => {
      if (!facts.open) return refuse('contest.closed', { by });
      if (state.cast.includes(entryId)) return [];
      return [...state.cast.map((id) => event('WasCast', { entryId: id })), { type: 'WasCast', data: { entryId, weight: 1 } }];
    },
    Withdraw: (state, data) => (state.cast.length === 0 ? refuse('contest.cast-nothing') : [{ type: 'WasWithdrawn', data }]),
  },
  evolve,
});
const { decide } = ballot;

/* Entries */
// @ts-expect-error -- Withdraw is not decided
define({ ...parts, decide: { Cast: decide.Cast }, evolve });
// @ts-expect-error -- nobody declares Recount
define({ ...parts, decide: { ...decide, Recount: () => [] }, evolve });
// @ts-expect-error -- WasWithdrawn is not folded
define({ ...parts, decide, evolve: { WasCast: evolve.WasCast } });
define({
  ...parts,
  decide,
  evolve: {
    WasCast: evolve.WasCast,
    WasWithdrawn: evolve.WasWithdrawn,
    // @ts-expect-error -- nobody declares WasRecounted
    WasRecounted: () => ({ cast: [] }),
  },
});
define({
  ...parts,
  decide,
  evolve: {
    WasCast: evolve.WasCast,
    // @ts-expect-error -- that is no state of a ballot
    WasWithdrawn: () => ({ cast: 0 }),
  },
});
// @ts-expect-error -- that is no state of a ballot
define({ ...parts, initial: {}, decide, evolve });

/* Decisions */
// @ts-expect-error -- an event that is not declared
define({ ...parts, evolve, decide: { ...decide, Withdraw: () => [{ type: 'WasRecounted', data: {} }] } });
// @ts-expect-error -- a field is missing
define({ ...parts, evolve, decide: { ...decide, Withdraw: () => [{ type: 'WasWithdrawn', data: {} }] } });
// @ts-expect-error -- a field is of the wrong type
define({ ...parts, evolve, decide: { ...decide, Withdraw: () => [{ type: 'WasWithdrawn', data: { reason: 5 } }] } });
// @ts-expect-error -- a field that the event does not declare would reach the log
define({ ...parts, evolve, decide: { ...decide, Withdraw: (_, { reason }, { by }) => [{ type: 'WasWithdrawn', data: { reason, name: by } }] } });
// @ts-expect-error -- the same behind a condition
define({ ...parts, evolve, decide: { ...decide, Withdraw: (s, { reason }, { by }) => (s.cast.length ? [] : [{ type: 'WasWithdrawn', data: { reason, name: by } }]) } });
// @ts-expect-error -- the same by `event`
define({ ...parts, evolve, decide: { ...decide, Withdraw: (_, { reason }, { by, event }) => [event('WasWithdrawn', { reason, name: by })] } });
// @ts-expect-error -- a refusal that nobody explains
define({ ...parts, evolve, decide: { ...decide, Withdraw: () => refuse('contest.unheard-of') } });
// @ts-expect-error -- a decision that waits
define({ ...parts, evolve, decide: { ...decide, Withdraw: () => Promise.resolve([]) } });
// @ts-expect-error -- a decision that says nothing
define({ ...parts, evolve, decide: { ...decide, Withdraw: () => undefined } });
// @ts-expect-error -- a field that the command does not have
define({ ...parts, evolve, decide: { ...decide, Withdraw: (_, { entryId }) => (entryId ? [] : []) } });
// @ts-expect-error -- a fact that the command does not declare
define({ ...parts, evolve, decide: { ...decide, Withdraw: (_, __, { facts }) => (facts.open ? [] : []) } });
// @ts-expect-error -- facts that the command declares otherwise
define({ ...parts, evolve, decide: { ...decide, Cast: (_, __, { facts }) => (facts.closed ? [] : []) } });
define({
  ...parts,
  evolve,
  decide: {
    Cast: (state, data) => {
      // @ts-expect-error -- a state is never changed
      state.cast[0] = '';
      // @ts-expect-error -- nor what was asked
      data.entryId = '';
      return [];
    },
    Withdraw: decide.Withdraw,
  },
});

/* Scenarios */
// @ts-expect-error -- facts that the command declares must be given
given(ballot).when('Cast', { entryId: 'a' });
// @ts-expect-error -- a command of another decider
given(ballot).when('Recount', {});
// @ts-expect-error -- data of another command
given(ballot).when('Withdraw', { entryId: 'a' });
// @ts-expect-error -- an event of another decider
given(ballot, { type: 'WasRecounted', data: {} });
// @ts-expect-error -- a refusal of another decider
given(ballot).when('Withdraw', { reason: 'x' }).thenRefused('registry.place-exists');
// @ts-expect-error -- a field that the event does not declare
given(ballot).when('Withdraw', { reason: 'x' }).then([{ type: 'WasWithdrawn', data: { reason: 'x', name: 'y' } }]);

/* Categories */
const nothing = { initial: null, commands: {}, events: {}, decide: {}, evolve: {} } as const;
defineDecider<null>()({ ...nothing, stream: 'contestVote' });
// @ts-expect-error -- event stores would take `contest` as its category
defineDecider<null>()({ ...nothing, stream: 'contest-vote' });

/* Texts */
const closed = { zh: '投票已结束。', en: 'Voting is over.' };
export const texts: RefusalTexts<RefusalOf<typeof ballot>> = { 'contest.closed': closed, 'contest.cast-nothing': closed };
// @ts-expect-error -- a refusal without a text
export const silent: RefusalTexts<RefusalOf<typeof ballot>> = { 'contest.closed': closed };
// @ts-expect-error -- a text for nothing
export const idle: RefusalTexts<RefusalOf<typeof ballot>> = { ...texts, 'contest.unheard-of': closed };
// @ts-expect-error -- a text in one language
export const half: RefusalTexts<'contest.closed'> = { 'contest.closed': { zh: '投票已结束。' } };
// @ts-expect-error -- a problem that the shell does not explain
export const problem = new Problem('auth.unheard-of');

/* Fields */
export class Wrong {
  // @ts-expect-error -- text, not a number
  @Text(1, 9) a!: number;
  // @ts-expect-error -- an id, not null
  @Id() b!: string | null;
  // @ts-expect-error -- a number, not text
  @Int(0, 9) c!: string;
  // @ts-expect-error -- yes or no, not text
  @Flag() d!: 'yes' | 'no';
  // @ts-expect-error -- one word is missing in the type
  @OneOf(['a', 'b']) e!: 'a';
  // @ts-expect-error -- one word is missing in the list
  @OneOf(['a', 'b']) f!: 'a' | 'b' | 'c';
  // @ts-expect-error -- any text is too much
  @OneOf(['a', 'b']) g!: string;
  // @ts-expect-error -- a list, not one
  @Ids(0, 9) h!: string;
  // @ts-expect-error -- a list of another class
  @Many(() => WasCast, 0, 9) i!: Withdraw[];
  // @ts-expect-error -- one, not a list
  @Many(() => WasCast, 0, 9) j!: WasCast;
  // @ts-expect-error -- it is not optional
  @Optional() @Id() k!: string;
}
