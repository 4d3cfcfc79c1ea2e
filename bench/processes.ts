import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Job } from './load.js';
import type { LoadFigures } from './measurement.js';
import type { ServerStats } from './server.js';

/*
 * Server and load generator, each in a process of its own. A child ends when it is disconnected, and so when the parent ends, however
 * it ends.
 */

async function started(
  entry: string,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<{ readonly child: ChildProcess; readonly said: unknown }> {
  const child = fork(fileURLToPath(new URL(entry, import.meta.url)), args, {
    execArgv: [...execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return { child, said: await answer(child) };
}

async function answer(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  try {
    const [said] = (await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      once(child, 'exit', { signal: ended.signal }).then(([code]) =>
        Promise.reject(new Error(`${child.spawnfile} ended with ${code} before it answered`)),
      ),
    ])) as [unknown];
    return said;
  } finally {
    ended.abort();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await exit;
  clearTimeout(timer);
}

export interface Server {
  readonly url: string;
  stats(): Promise<ServerStats>;
  resetStats(): Promise<void>;
  end(): Promise<void>;
}

/** Starts the server over a data folder or on engines; `profile` is a folder for a profile of its CPU time. */
export async function startServer(
  folder: string,
  profile?: string,
  engines?: { readonly eventstore: string; readonly mongodb: string },
  role = 'all',
): Promise<Server> {
  const args = engines ? [folder, engines.eventstore, engines.mongodb, role] : [folder];
  const { child, said } = await started('./server.js', args, profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]);
  const { url } = said as { url: string };
  const ask = async (path: string, method: string) => (await fetch(url + path, { method })).json();
  return {
    url,
    stats: async () => (await ask('/bench/stats', 'GET')) as ServerStats,
    resetStats: async () => void (await ask('/bench/stats/reset', 'POST')),
    end: () => end(child),
  };
}

export interface Load {
  /** @throws Error when a request was not answered, or with another status than `expected` */
  run(job: Job, expected: number): Promise<LoadFigures>;
  end(): Promise<void>;
}

export async function startLoad(): Promise<Load> {
  const { child } = await started('./load.js', []);
  return {
    run: async (job, expected) => {
      const answered = answer(child);
      child.send(job);
      const said = (await answered) as { readonly figures: LoadFigures } | { readonly error: string };
      if ('error' in said) throw new Error(said.error);
      const { statuses, errors } = said.figures;
      if (errors > 0 || Object.keys(statuses).some((status) => Number(status) !== expected))
        throw new Error(`${job.method} ${job.url}: ${errors} errors, ${JSON.stringify(statuses)}`);
      return said.figures;
    },
    end: () => end(child),
  };
}

export interface CountedOnce {
  readonly milliseconds: number;
  readonly residentMegabytes: number;
}

/** Runs count-once.ts to its end. */
export async function countOnce(args: readonly string[]): Promise<CountedOnce> {
  const { child, said } = await started('./count-once.js', args);
  await end(child);
  return said as CountedOnce;
}
