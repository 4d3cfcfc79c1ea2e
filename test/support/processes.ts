import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../../src/application/kernel/actor.js';
import { openIssuer } from '../../src/infrastructure/auth/issuer.js';
import { openEventStoreLog } from '../../src/infrastructure/event-log/eventstoredb/log.js';
import { openMongoKeys } from '../../src/infrastructure/personal-keys/mongodb.js';
import { start } from '../infrastructure/cli/program.js';
import { newDatabase } from './mongodb.js';

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the server says is what the test looks at */
type Body = any;
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A process of the program, by its role. */
export interface Process {
  readonly url: string;
  /** Asks it to stop; resolves when it has ended. */
  readonly stop: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

/**
 * An installation on the engines, with a database of its own; the log may hold what is not of this installation. Its processes share a
 * folder with the two keys.
 */
export async function installation(eventstore: string, mongodb: string) {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-processes-'));
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  const issuer = openIssuer(folder);
  const { connection, remove } = newDatabase(mongodb);
  // the log may hold events of others already, whose keys are not in this database
  const [log, keys] = [openEventStoreLog(eventstore), await openMongoKeys({ connection, masterKeyFile })];
  const last = await log.at(await log.position());
  if (last) await keys.noteCompared({ position: last.position, eventId: last.id });
  await Promise.all([keys.close(), log.close()]);
  const running = new Set<Process>();

  /** @param engines other ways to the same servers, for example through a proxy */
  const serve = async (
    role: string,
    engines: { eventstore?: string; mongodb?: string } = {},
    ...more: readonly string[]
  ): Promise<Process> => {
    const args = [
      'serve',
      '--data',
      folder,
      '--port',
      '0',
      '--json',
      '--log-level',
      'error',
      '--role',
      role,
      '--writes',
      '1000000',
      ...more,
    ];
    const { child, ended, printed } = start(args, { WUWEI_EVENTSTORE: eventstore, WUWEI_MONGODB: connection, ...named(engines) });
    const { url } = JSON.parse(await printed('\n')) as { readonly url: string };
    const end = (signal: NodeJS.Signals) => async () => {
      running.delete(process);
      child.kill(signal);
      await ended;
    };
    const process = { url, stop: end('SIGTERM'), kill: end('SIGKILL') };
    running.add(process);
    void ended.then(({ code, stderr }) => {
      if (running.has(process)) globalThis.process.stderr.write(`a process of the role ${role} ended by itself with ${code}: ${stderr}\n`);
    });
    return process;
  };
  /** Runs a command to its end, by the settings alone. */
  const run = (...args: readonly string[]) =>
    start(args, { WUWEI_DATA: folder, WUWEI_EVENTSTORE: eventstore, WUWEI_MONGODB: connection }).ended;
  const tokenOf = ({ id, grants }: Actor) => issuer.issue({ id, grants }, 3600);
  const told = async (answer: Response): Promise<Told> => ({ status: answer.status, headers: answer.headers, body: await answer.json() });
  return {
    folder,
    connection,
    serve,
    run,
    post: async ({ url }: Process, path: string, body: object, by: Actor, headers: Readonly<Record<string, string>> = {}): Promise<Told> =>
      told(
        await fetch(`${url}/v1/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(by)}`, ...headers },
          body: JSON.stringify(body),
        }),
      ),
    get: async ({ url }: Process, path: string, by?: Actor): Promise<Told> =>
      told(await fetch(`${url}/${path}`, by ? { headers: { authorization: `Bearer ${tokenOf(by)}` } } : {})),
    close: async () => {
      await Promise.all([...running].map(({ stop }) => stop()));
      await remove();
      rmSync(folder, { recursive: true });
    },
  };
}
export type Installation = Awaited<ReturnType<typeof installation>>;

const named = ({ eventstore, mongodb }: { eventstore?: string; mongodb?: string }) => ({
  ...(eventstore !== undefined && { WUWEI_EVENTSTORE: eventstore }),
  ...(mongodb !== undefined && { WUWEI_MONGODB: mongodb }),
});
