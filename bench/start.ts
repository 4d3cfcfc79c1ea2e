import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Figure, spread } from './figures.js';
import type { Scene } from './fill.js';
import { caughtUp, emptyLog, type HttpOptions, largeLog } from './http.js';
import { startServer } from './processes.js';

/** From the start of `wuwei serve` to its first answer, with an empty and a large log in turns. */
export async function measureStart(options: HttpOptions, times: number): Promise<Figure[]> {
  const [empty, large] = [await emptyLog(options), await largeLog(options)];
  for (const { folder } of [empty, large]) await settle(folder);
  const seen = { empty: [] as number[], large: [] as number[] };
  for (let round = 0; round <= times; round++) {
    const [ofEmpty, ofLarge] = [await toFirstAnswer(empty), await toFirstAnswer(large)];
    if (round === 0) continue; // the first reads the files from the disk
    seen.empty.push(ofEmpty);
    seen.large.push(ofLarge);
  }
  return [
    { what: 'start to the first answer, empty log', unit: 'ms', measured: spread(seen.empty) },
    { what: `start to the first answer, ${options.existing.toLocaleString('en')} events`, unit: 'ms', measured: spread(seen.large) },
    { what: '– to the start with an empty log', unit: 'ratio', measured: ratioOf(seen.large, seen.empty), bar: { atMost: 1.3 } },
  ];
}

/** The median is that of the medians, which a start that met a busy machine does not move. */
function ratioOf(large: readonly number[], empty: readonly number[]) {
  return { ...spread(large.map((time, round) => time / empty[round]!)), median: spread(large).median / spread(empty).median };
}

/** Lets the projections catch up first. */
async function settle(folder: string): Promise<void> {
  const server = await startServer(folder);
  await caughtUp(server);
  await server.end();
}

async function toFirstAnswer({ folder, contestId }: Scene): Promise<number> {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../src/cli.js', import.meta.url)), 'serve', '--data', folder, '--port', '0', '--json', '--log-level', 'warn'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = once(child, 'exit');
  try {
    const lines = createInterface(child.stdout);
    const [line] = (await Promise.race([once(lines, 'line'), exit.then(() => Promise.reject(new Error('the server did not start')))])) as [
      string,
    ];
    const { url } = JSON.parse(line) as { url: string };
    const answer = await fetch(`${url}/v1/contests/${contestId}/ranking`);
    await answer.text();
    if (answer.status !== 200) throw new Error(`the first answer was ${answer.status}`);
    return performance.now() - begun;
  } finally {
    child.kill('SIGTERM');
    await exit;
  }
}
