import type { EventReader, StoredEvent } from '../../src/application/ports/event-log.js';
import type { Actor } from '../../src/application/kernel/actor.js';
import { dueCommands, queries } from '../../src/application/contexts.js';
import { type inMemoryApplication, policyRunner } from './application.js';
import { positionOf } from '../../src/projections/position.js';

type Application = Awaited<ReturnType<typeof inMemoryApplication>>;

type Parameters = Record<string, unknown> & { as?: Actor };
const named = (query: string) => queries.find((one) => one.query === query)!;

/** What a query is answered, as the rows are now. */
export function answerOf(
  app: Application,
  query: string,
  params: Record<string, string>,
  { as, ...parameters }: Parameters = {},
  log: EventReader = app.log,
): Promise<object> {
  const viewer = as ? app.authority.viewer(as) : null;
  const { readModels: rows, services, clock } = app;
  return named(query).answer({ params, query: parameters, viewer, rows, log, services, now: clock.now().toISOString() });
}

/** What a query is answered, as fresh as the log. */
export async function ask(
  app: Application,
  query: string,
  params: Record<string, string>,
  parameters?: Parameters,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at JSON as it comes
): Promise<any> {
  await app.readModels.atLeast(await app.log.position(), named(query).from, AbortSignal.timeout(20_000));
  return app.services.opening.value(await answerOf(app, query, params, parameters));
}

/** Lets the time come and does what is due until nothing is; what could not be done is added to `stuck`. */
export async function time(app: Application, at: string, stuck: unknown[]): Promise<void> {
  app.clock.set(at);
  const runner = policyRunner(app, (entry) => stuck.push(entry));
  for (let before = -1, position = await app.log.position(); before !== position; position = await app.log.position()) {
    before = position;
    await app.readModels.atLeast(position, [dueCommands], AbortSignal.timeout(20_000));
    await runner.runDue();
  }
}

/** The events after a position. */
export async function eventsOf(app: Application, from: number): Promise<StoredEvent[]> {
  const found = [];
  for await (const { events: page } of app.log.readAll(positionOf(from))) found.push(...page);
  return found;
}
