import type { PolicyRunner } from '../../src/application/process/runner.js';
import type { Actor } from '../../src/application/kernel/actor.js';
import type { Execute } from '../../src/application/kernel/execute.js';
import type { CommandResult } from '../../src/application/kernel/command.js';
import type { Services } from '../../src/application/kernel/services.js';
import type { Authority } from '../../src/application/kernel/authority.js';
import type { EventLog } from '../../src/application/ports/event-log.js';
import type { Build } from '../../src/application/ports/projection-store.js';
import type { ReadModels } from '../../src/application/ports/read-models.js';
import { commands, queries } from '../../src/application/contexts.js';
import type { Channel } from '../../src/domain/shared/capacity.js';
import { plusDays } from '../../src/domain/shared/time.js';
import type { FakeClock } from '../support/application.js';
import type { Server } from '../support/server.js';

type Given = Pick<CommandResult, 'id' | 'revision' | 'position' | 'events'>;
interface Act {
  readonly params?: Readonly<Record<string, string>>;
  readonly data?: object;
  readonly channel?: Channel;
  readonly onBehalfOf?: string;
  /** Idempotency key. */
  readonly key?: string;
}
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer is looked at as a client sees it */
export type Seen = any;

/** Where a life is played: over the application itself, or over REST. */
export interface Stage {
  /** Gives a command that must succeed. */
  give(command: string, by: Actor, act?: Act): Promise<Given>;
  /** What a query is answered, as fresh as the log. */
  ask(query: string, by: Actor, params?: Readonly<Record<string, string>>, parameters?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Lets the time come, and the system do what falls due until nothing is left to do. */
  until(instant: string): Promise<void>;
  /** So many days from now. */
  inDays(days: number): string;
}

/** What runs below a stage. */
export interface Running {
  readonly log: EventLog;
  readonly readModels: ReadModels;
  readonly builds: () => readonly Build[];
  readonly authority: Authority;
  readonly services: Services;
  readonly execute: Execute;
  readonly clock: FakeClock;
  readonly policyRunner: PolicyRunner;
}

/** Waits until all projections have come to the end of the log. */
export async function caughtUp({ log, readModels, builds }: Pick<Running, 'log' | 'readModels' | 'builds'>): Promise<void> {
  await readModels.atLeast(
    await log.position(),
    builds().filter(({ failure }) => !failure),
    AbortSignal.timeout(15_000),
  );
}

/** Does what is due, and what follows from it, until nothing is. */
export async function settle(running: Running): Promise<void> {
  for (let before = -1, position = await running.log.position(); position !== before; position = await running.log.position()) {
    before = position;
    await caughtUp(running);
    await running.policyRunner.runDue();
  }
  await caughtUp(running);
}

const rowOf = <R extends { readonly path: string }>(rows: readonly R[], matches: (row: R) => boolean, name: string): R => {
  const row = rows.find(matches);
  if (!row) throw new Error(`there is no ${name}`);
  return row;
};
const commandRow = (command: string) => rowOf(commands, (row) => row.command === command, command);
const queryRow = (query: string) => rowOf(queries, (row) => row.query === query, query);

const timeOf = (running: () => Running): Pick<Stage, 'until' | 'inDays'> => ({
  until: async (instant) => {
    running().clock.set(instant);
    await settle(running());
  },
  inDays: (days) => plusDays(running().clock.now().toISOString(), days),
});

/** A stage over the application, without HTTP. */
export function onApplication(running: Running): Stage {
  return {
    ...timeOf(() => running),
    async give(command, by, { params = {}, data = {}, channel = 'web', onBehalfOf, key } = {}) {
      const outcome = await running.execute.run({
        definition: commandRow(command),
        params,
        data,
        sender: by,
        channel,
        ...(key !== undefined && { key, isNoted: true }),
        ...(onBehalfOf !== undefined && { onBehalfOf }),
      });
      if ('refused' in outcome) throw new Error(`${command} was refused: ${outcome.refused} ${JSON.stringify(outcome.with ?? {})}`);
      return outcome;
    },
    async ask(query, by, params = {}, parameters = {}) {
      await caughtUp(running);
      const answer = await queryRow(query).answer({
        params,
        query: parameters,
        viewer: running.authority.viewer(by),
        rows: running.readModels,
        log: running.log,
        services: running.services,
        now: running.clock.now().toISOString(),
      });
      return running.services.opening.value(answer);
    },
  };
}

const pathOf = (path: string, params: Readonly<Record<string, string>>) =>
  `/v1/${path.replace(/:(\w+)/gu, (_, name: string) => params[name] ?? '')}`;

/** A stage over REST: what is given is posted, what is asked is read. */
export function overRest(server: Server): Stage {
  const running = () => ({ ...server.wuwei, clock: server.clock });
  const tokenOf = ({ id, grants }: Actor) => server.token(id, ...grants);
  return {
    ...timeOf(running),
    async give(command, by, { params = {}, data = {}, channel, onBehalfOf, key } = {}) {
      const headers = {
        ...(channel !== undefined && { 'wuwei-channel': channel }),
        ...(onBehalfOf !== undefined && { 'wuwei-on-behalf-of': onBehalfOf }),
        ...(key !== undefined && { 'idempotency-key': key }),
      };
      const { status, text, body } = await server.post(pathOf(commandRow(command).path, params), data, tokenOf(by), headers);
      if (status !== 200 && status !== 201) throw new Error(`${command} was answered ${status}: ${text}`);
      return body as Given;
    },
    async ask(query, by, params = {}, parameters = {}) {
      const search = new URLSearchParams({ ...parameters, atLeast: String(await server.wuwei.log.position()) });
      const { status, text, body } = await server.get(`${pathOf(queryRow(query).path, params)}?${search.toString()}`, tokenOf(by));
      if (status !== 200) throw new Error(`${query} was answered ${status}: ${text}`);
      return body;
    },
  };
}
