import type { StoredEvent } from '../../src/application/ports/event-log.js';
import type { Actor } from '../../src/application/kernel/actor.js';
import { dueCommands, queries } from '../../src/application/contexts.js';
import { type inMemoryApplication, policyRunner } from './application.js';
import { positionOf } from '../../src/projections/position.js';

type Application = Awaited<ReturnType<typeof inMemoryApplication>>;

/** What a query is answered, as fresh as the log. */
export async function ask(
  app: Application,
  query: string,
  params: Record<string, string>,
  { as, ...parameters }: Record<string, unknown> & { as?: Actor } = {},
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at JSON as it comes
): Promise<any> {
  const row = queries.find((one) => one.query === query)!;
  await app.readModels.atLeast(await app.log.position(), row.from, AbortSignal.timeout(20_000));
  const answer = await row.answer({
    params,
    query: parameters,
    viewer: as ? app.authority.viewer(as) : null,
    rows: app.readModels,
    log: app.log,
    services: app.services,
    now: app.clock.now().toISOString(),
  });
  return app.services.opening.value(answer);
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
