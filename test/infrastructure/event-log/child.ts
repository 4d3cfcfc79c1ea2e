import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const log = new URL('../../../dist/infrastructure/event-log/sqlite/log.js', import.meta.url).href;
const reader = new URL('../../../dist/infrastructure/event-log/sqlite/reader.js', import.meta.url).href;

/** What every child program finds: the log as it was built, its arguments, an event, and a way to say a line that no kill can take back. */
const prelude = `
import { writeSync } from 'node:fs';
const { openSqliteLog } = await import(${JSON.stringify(log)});
const { openLogReader } = await import(${JSON.stringify(reader)});
const [folder, ...args] = process.argv.slice(2);
let n = 0;
const event = (data = '{}') => ({ id: folder + process.pid + '-' + ++n, type: 'Happened', schemaVersion: 1,
  occurredAt: '2026-11-22T08:00:00.000Z', recordedAt: '2026-11-23T08:00:00.000Z', data, meta: '{}' });
const say = (value) => {
  for (let rest = Buffer.from(JSON.stringify(value) + '\\n'); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error; // the pipe is full: whoever reads it is slow
    }
  }
};
const attempt = (work) => work().then((value) => ({ value }), ({ name, message }) => ({ name, message }));
`;

export interface ChildOptions {
  /** A program and its arguments that is to run node. */
  readonly by?: readonly string[];
  readonly uid?: number;
}

/** Starts a process of its own that runs an ES module; `prelude` comes first. */
export function startChild(source: string, args: readonly string[], { by = [], uid }: ChildOptions = {}): ChildProcess {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-child-'));
  const file = join(folder, 'program.mjs');
  chmodSync(folder, 0o755);
  writeFileSync(file, prelude + source);
  const [program, ...rest] = [...by, process.execPath, file, ...args];
  const child = spawn(program!, rest, { stdio: ['ignore', 'pipe', 'pipe'], ...(uid === undefined ? {} : { uid, gid: uid }) });
  return child.on('close', () => rmSync(folder, { recursive: true }));
}

/** Runs it to its end. Answers what it said, one value a line; fails with its errors when it does not end well. */
export async function runChild(source: string, args: readonly string[], options?: ChildOptions): Promise<unknown[]> {
  const child = startChild(source, args, options);
  const [out, errors, [code, signal]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close') as Promise<[number | null, string | null]>,
  ]);
  if (code !== 0) throw new Error(`child ended with ${code ?? signal}: ${errors}`);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}
