import { auditContext } from './contexts/audit/index.js';
import { contestContext } from './contexts/contest/index.js';
import { covenantContext } from './contexts/covenant/index.js';
import { guardianshipContext } from './contexts/guardianship/index.js';
import { platformContext } from './contexts/platform/index.js';
import { registryContext } from './contexts/registry/index.js';
import { renovationContext } from './contexts/renovation/index.js';
import type { CommandDefinition } from './kernel/command.js';
import type { ContextDefinition } from './kernel/context.js';
import { requestsOf } from './kernel/idempotency.js';
import { dailyActsOf } from './kernel/quota.js';
import type { QueryDefinition } from './kernel/query.js';
import type { Recount } from './kernel/recount.js';
import { mergeTexts } from './kernel/texts.js';
import { type Seal, withholdingBy } from './kernel/withholding.js';
import { agendaProjection } from './process/agenda.js';
import type { AnyProjection } from '../projections/projection.js';

/** The one table of contexts. Routes, policies, refusal texts, projections and withheld events follow from it. */
const table = [
  registryContext,
  covenantContext,
  guardianshipContext,
  contestContext,
  renovationContext,
  platformContext,
  auditContext,
] as const;
const contexts: readonly ContextDefinition[] = table;

const seals: readonly Seal[] = contexts.flatMap((context) => context.seals ?? []);
const policies = contexts.flatMap((context) => context.policies ?? []);

/** Every command that can be given. */
export const commands: readonly CommandDefinition[] = contexts.flatMap((context) => context.commands);

/** Every question that can be asked. One that shows events also depends on the read models that tell which are withheld. */
export const queries: readonly QueryDefinition[] = contexts
  .flatMap((context) => context.queries)
  .map((query) => (query.showsEvents ? { ...query, from: [...new Set([...query.from, ...seals.flatMap(({ from }) => from)])] } : query));

/** The text of each refusal. */
export const refusals = mergeTexts(...table.map((context) => context.refusals));

/** Derives every published result from the log again: begun anew at each call. */
export const recounts = (): readonly Recount[] => contexts.flatMap(({ recount }) => (recount ? [recount()] : []));

/** Tells which events are withheld at this moment. */
export const withholding = withholdingBy(seals);

/** The commands that policies have to give and that are not done yet. */
export const dueCommands = agendaProjection(policies);
/** The requests by idempotency key. */
export const requests = requestsOf(commands);
/** How much each person did on each day of what is limited by the day. */
export const dailyActs = dailyActsOf(commands);

/** All tables that are kept. */
export const allProjections: readonly AnyProjection[] = [
  ...contexts.flatMap((context) => context.projections),
  dueCommands,
  requests,
  dailyActs,
];
