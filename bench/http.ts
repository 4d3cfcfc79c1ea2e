import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { type Figure, spread } from './figures.js';
import { fill, type Scene } from './fill.js';
import type { LoadFigures } from './measurement.js';
import { type Load, type Server, startLoad, startServer } from './processes.js';

export interface HttpOptions {
  /** Of the data folders. */
  readonly root: string;
  readonly rounds: number;
  readonly seconds: number;
  /** Votes in the large log. */
  readonly existing: number;
  /** Folder for profiles of the server's CPU time. */
  readonly profile?: string;
}

export const emptyLog = ({ root }: HttpOptions): Promise<Scene> => fill(join(root, `empty-${Date.now()}`), 0);
export const largeLog = ({ root, existing }: HttpOptions): Promise<Scene> => fill(join(root, 'large'), existing);
const million = ({ existing }: HttpOptions) => (existing === 1_000_000 ? '1 million' : existing.toLocaleString('en'));

const votesUrl = ({ url }: Server, { contestId }: Scene) => `${url}/v1/contests/${contestId}/votes`;
const noop = (load: Load, { url }: Server, { entryIds }: Scene, connections: number, seconds: number) =>
  load.run({ url: `${url}/bench/noop`, method: 'POST', connections, seconds, body: JSON.stringify({ entryId: entryIds[0] }) }, 200);

/**
 * `most`: votes a second that are hardly reached; so many are prepared. If they run out all the same, that is said.
 * @throws Error when the log has not grown by a vote for each answer
 */
async function castVotes(
  load: Load,
  server: Server,
  scene: Scene,
  { connections, seconds, most }: { connections: number; seconds: number; most: number },
): Promise<LoadFigures> {
  const { position: before } = await server.stats();
  const figures = await load.run(
    { url: votesUrl(server, scene), method: 'POST', connections, seconds, votes: { scene, prepared: Math.ceil(seconds * most) } },
    201,
  );
  if (figures.ranOutAfter !== null)
    console.log(
      `The prepared votes ran out after ${Math.round(figures.ranOutAfter)} of ${seconds * 1000} ms: figures are of the time before.`,
    );
  const grown = (await server.stats()).position - before;
  if (grown < figures.answers || grown > figures.answers + 2 * connections)
    throw new Error(`${figures.answers} votes were answered, and the log grew by ${grown} events`);
  return figures;
}

/** Resolves when the projections have come to the end of the log. */
export async function caughtUp(server: Server): Promise<void> {
  const bar = new SingleBar({ format: 'projections catch up [{bar}] {value}/{total} events, {eta} s left', clearOnComplete: true });
  let { position, projected } = await server.stats();
  if (position - projected > 100_000) bar.start(position, projected);
  for (; projected < position; { position, projected } = await server.stats()) {
    bar.update(projected);
    await sleep(100);
  }
  bar.stop();
}

/** The route of votes against the route that does nothing, on the same server in turns, with an empty and a large log. */
export async function measureVotes(options: HttpOptions): Promise<Figure[]> {
  const load = await startLoad();
  try {
    return [
      ...(await votesOn(load, await emptyLog(options), 'empty log', { rate: 0.4, p99: 15 }, options)),
      ...(await votesOn(load, await largeLog(options), `${million(options)} events`, { rate: 0.35, p99: 25 }, options)),
    ];
  } finally {
    await load.end();
  }
}

async function votesOn(
  load: Load,
  scene: Scene,
  log: string,
  bars: { readonly rate: number; readonly p99: number },
  { rounds, seconds, profile }: HttpOptions,
): Promise<Figure[]> {
  const server = await startServer(scene.folder, profile);
  try {
    await caughtUp(server);
    // warm up; no vote is faster than nothing, even nothing done by what has not yet run often
    const most = 2 * (await noop(load, server, scene, 64, seconds)).rate;
    await castVotes(load, server, scene, { connections: 64, seconds, most });
    const seen = {
      noops: [] as LoadFigures[],
      votes: [] as LoadFigures[],
      many: [] as LoadFigures[],
      delays: [] as number[],
      noopDelays: [] as number[],
    };
    for (let round = 0; round < rounds; round++) {
      await caughtUp(server); // else the route that does nothing would share the processor with them
      await server.resetStats();
      seen.noops.push(await noop(load, server, scene, 64, seconds));
      seen.noopDelays.push((await server.stats()).loopDelayP99);
      await server.resetStats();
      seen.votes.push(await castVotes(load, server, scene, { connections: 64, seconds, most }));
      seen.delays.push((await server.stats()).loopDelayP99);
      seen.many.push(await castVotes(load, server, scene, { connections: 256, seconds, most }));
    }
    await caughtUp(server);
    seen.noops.push(await noop(load, server, scene, 64, seconds));
    const { largestResidentMegabytes } = await server.stats();
    const each = <T>(of: (votes: LoadFigures, round: number) => T) => seen.votes.map(of);
    return [
      { what: `POST that does nothing, 64 connections, ${log}`, unit: 'requests/s', measured: spread(seen.noops.map(({ rate }) => rate)) },
      { what: '– 99 % of its answers within', unit: 'ms', measured: spread(seen.noops.map(({ p99 }) => p99)) },
      { what: '– delay of the event loop meanwhile, p99', unit: 'ms', measured: spread(seen.noopDelays) },
      { what: `POST …/votes, 64 connections, ${log}`, unit: 'requests/s', measured: spread(each(({ rate }) => rate)) },
      {
        what: '– to the one that does nothing, before and after it',
        unit: 'ratio',
        measured: spread(each(({ rate }, round) => (2 * rate) / (seen.noops[round]!.rate + seen.noops[round + 1]!.rate))),
        bar: { atLeast: bars.rate },
      },
      { what: '– half of the answers within', unit: 'ms', measured: spread(each(({ p50 }) => p50)) },
      { what: '– 99 % of the answers within', unit: 'ms', measured: spread(each(({ p99 }) => p99)), bar: { atMost: bars.p99 } },
      { what: '– delay of the event loop, p99', unit: 'ms', measured: spread(seen.delays), bar: { atMost: 6 } },
      {
        what: '– with 256 connections to 64',
        unit: 'ratio',
        measured: spread(seen.many.map(({ rate }, round) => rate / seen.votes[round]!.rate)),
        bar: { atLeast: 0.8 },
      },
      { what: '– with 256 connections, 99 % of the answers within', unit: 'ms', measured: spread(seen.many.map(({ p99 }) => p99)) },
      { what: `largest resident memory of the server, ${log}`, unit: 'MB', measured: spread([largestResidentMegabytes]) },
    ];
  } finally {
    await server.end();
  }
}

/** Votes while the projections catch up on the whole log, against votes when they have caught up: two copies of the same log in turns. */
export async function measureMeanwhile(options: HttpOptions): Promise<Figure[]> {
  const { rounds, seconds, root, profile } = options;
  const usualScene = await largeLog(options);
  const behindScene = copyOf(usualScene, join(root, `behind-${Date.now()}`));
  const load = await startLoad();
  try {
    const rates = { usual: [] as number[], behind: [] as number[], projected: [] as number[], memory: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      for (const [scene, name] of [
        [behindScene, 'behind'],
        [usualScene, 'usual'],
      ] as const) {
        const server = await startServer(scene.folder, profile);
        try {
          if (name === 'usual') await caughtUp(server);
          const most = 2 * (await noop(load, server, scene, 64, 1)).rate;
          await castVotes(load, server, scene, { connections: 64, seconds, most }); // warm up
          const before = await server.stats();
          const begun = performance.now();
          rates[name].push((await castVotes(load, server, scene, { connections: 64, seconds, most })).rate);
          const after = await server.stats();
          if (name === 'usual') continue;
          if (after.projected >= options.existing) throw new Error('the projections had caught up before the end of the measurement');
          rates.projected.push(((after.projected - before.projected) * 1000) / (performance.now() - begun));
          rates.memory.push(after.largestResidentMegabytes);
        } finally {
          await server.end();
        }
      }
    }
    return [
      { what: 'POST …/votes, 64 connections, projections caught up', unit: 'requests/s', measured: spread(rates.usual) },
      { what: 'POST …/votes, 64 connections, projections catching up', unit: 'requests/s', measured: spread(rates.behind) },
      {
        what: '– to the usual rate of the same round',
        unit: 'ratio',
        measured: spread(rates.behind.map((rate, round) => rate / rates.usual[round]!)),
        bar: { atLeast: 0.45 },
      },
      { what: '– events projected meanwhile', unit: 'events/s', measured: spread(rates.projected) },
      { what: '– largest resident memory of the server', unit: 'MB', measured: spread(rates.memory), bar: { atMost: 400 } },
    ];
  } finally {
    await load.end();
  }
}

/** The log alone, so that all projections begin at its begin. */
function copyOf(scene: Scene, folder: string): Scene {
  mkdirSync(folder);
  for (const name of readdirSync(scene.folder))
    if (!name.startsWith('read-models') && !name.includes('lock')) copyFileSync(join(scene.folder, name), join(folder, name));
  return { ...scene, folder };
}

/** The ranking of a hundred entries: from kept bytes, read anew for each request, and unchanged since the reader last saw it. */
export async function measureRanking(options: HttpOptions): Promise<Figure[]> {
  const { rounds, seconds, profile } = options;
  const scene = await largeLog(options);
  const load = await startLoad();
  const server = await startServer(scene.folder, profile);
  try {
    await caughtUp(server);
    const url = `${server.url}/v1/contests/${scene.contestId}/ranking`;
    const first = await fetch(url);
    const { items } = (await first.json()) as { items: readonly { votes: number }[] };
    if (items.length !== scene.entryIds.length || items[0]!.votes === 0) throw new Error('the ranking is not that of the contest');
    const etag = first.headers.get('etag')!;
    const get = async (path: string, status: number, headers: Readonly<Record<string, string>> = {}) =>
      (await load.run({ url: path, method: 'GET', connections: 64, seconds, headers }, status)).rate;
    const runs = {
      nothing: () => get(`${server.url}/bench/noop`, 200),
      anew: () => get(`${server.url}/bench/rankings/${scene.contestId}`, 200),
      kept: () => get(url, 200),
      unchanged: () => get(url, 304, { 'if-none-match': etag }),
    };
    for (const run of Object.values(runs)) await run(); // warm up
    const seen: Record<keyof typeof runs, number[]> = { nothing: [], anew: [], kept: [], unchanged: [] };
    for (let round = 0; round < rounds; round++)
      for (const name of Object.keys(runs) as (keyof typeof runs)[]) seen[name].push(await runs[name]());
    const ratio = (of: readonly number[], to: readonly number[]) => spread(of.map((rate, round) => rate / to[round]!));
    return [
      { what: 'GET that does nothing, 64 connections', unit: 'requests/s', measured: spread(seen.nothing) },
      { what: 'GET …/ranking of 100 entries, read and ranked for each request', unit: 'requests/s', measured: spread(seen.anew) },
      { what: 'GET …/ranking of 100 entries', unit: 'requests/s', measured: spread(seen.kept) },
      { what: '– to the one that reads for each request', unit: 'ratio', measured: ratio(seen.kept, seen.anew), bar: { atLeast: 4 } },
      { what: 'GET …/ranking, not changed (304)', unit: 'requests/s', measured: spread(seen.unchanged) },
      { what: '– to the one that does nothing', unit: 'ratio', measured: ratio(seen.unchanged, seen.nothing), bar: { atLeast: 1 } },
    ];
  } finally {
    await server.end();
    await load.end();
  }
}
