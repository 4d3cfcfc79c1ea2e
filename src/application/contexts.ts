import { assemblyContext } from './contexts/assembly/index.js';
import { auditContext } from './contexts/audit/index.js';
import { contestContext } from './contexts/contest/index.js';
import { covenantContext } from './contexts/covenant/index.js';
import { electionContext } from './contexts/election/index.js';
import { guardianshipContext } from './contexts/guardianship/index.js';
import { platformContext } from './contexts/platform/index.js';
import { registryContext } from './contexts/registry/index.js';
import { renovationContext } from './contexts/renovation/index.js';
import type { CommandDefinition } from './kernel/command.js';
import type { ContextDefinition, Destructions } from './kernel/context.js';
import { requestsOf } from './kernel/idempotency.js';
import { dailyActsOf } from './kernel/quota.js';
import type { QueryDefinition } from './kernel/query.js';
import type { Recount } from './kernel/recount.js';
import { mergeTexts } from './kernel/texts.js';
import { type Seal, withholdingBy } from './kernel/withholding.js';
import { agendaProjection } from './process/agenda.js';
import agendaDigest from './process/agenda-digest.json' with { type: 'json' };
import { type AnyProjection, versionFrom } from '../projections/projection.js';

/**
 * The table of contexts. Routes, policies, refusal texts, projections and withheld events follow from it. The types of all events follow
 * from src/domain/deciders.ts, which has a line per context too: the domain cannot import this table.
 */
const table = [
  registryContext,
  covenantContext,
  guardianshipContext,
  contestContext,
  renovationContext,
  platformContext,
  electionContext,
  assemblyContext,
  auditContext,
] as const;
const contexts: readonly ContextDefinition[] = table;

const seals: readonly Seal[] = contexts.flatMap((context) => context.seals ?? []);
const policies = contexts.flatMap((context) => context.policies ?? []);

/** All commands. */
export const commands: readonly CommandDefinition[] = contexts.flatMap((context) => context.commands);

/** All queries. Those that show events also depend on the read models that decide which events are withheld. */
export const queries: readonly QueryDefinition[] = contexts
  .flatMap((context) => context.queries)
  .map((query) => (query.showsEvents ? { ...query, from: [...new Set([...query.from, ...seals.flatMap(({ from }) => from)])] } : query));

/** The texts of all refusals, by code. */
export const refusals = mergeTexts(...table.map((context) => context.refusals));

/** Derives every published result from the log again. Each call starts with empty state. */
export const recounts = (): readonly Recount[] => contexts.flatMap(({ recount }) => (recount ? [recount()] : []));

/** The types of events which say that a key is destroyed, with its owner. */
export const destructions: Destructions = Object.assign({}, ...contexts.map((context) => context.destructions ?? {})) as Destructions;

/** Decides which events are withheld at present. */
export const withholding = withholdingBy(seals);

/**
 * The agenda: commands that policies have to give and have not given yet. Its version follows from what they put on it when they are told
 * the golden logs of the tests; `npm run docs` writes the hash of that.
 */
export const dueCommands = agendaProjection(policies, versionFrom([agendaDigest.sha256]));
/** The requests by idempotency key. */
export const requests = requestsOf(commands);
/** How many events with a daily limit each person caused on each day. */
export const dailyActs = dailyActsOf(commands);

/** All projections that are kept up to date. */
export const allProjections: readonly AnyProjection[] = [
  ...contexts.flatMap((context) => context.projections),
  dueCommands,
  requests,
  dailyActs,
];
