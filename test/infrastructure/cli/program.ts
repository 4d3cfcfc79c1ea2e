import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { run } from '../../../src/infrastructure/cli/program.js';

/** What `npm test` has built. */
const program = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WUWEI_')));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program as people do: a process of its own, without a terminal. */
export const start = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, [program, ...args], { env: { ...environment, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
  return {
    child,
    ended,
    /** Resolves with what it has printed as soon as that contains a text. */
    printed: (text: string) =>
      new Promise<string>((resolve, reject) => {
        const look = () => texts.stdout.includes(text) && resolve(texts.stdout);
        child.stdout.on('data', look);
        void ended.then(({ code, stderr }) => reject(new Error(`it ended with ${code} before it printed ${text}: ${stderr}`)));
        look();
      }),
  };
};

/** Runs it to its end. */
export const wuwei = (...args: readonly string[]): Promise<Ended> => start(args).ended;

/**
 * Runs it to its end in this process, where starting it would only take time. One after another: standard output and standard error are
 * those of the process. What pino logs is not among them.
 */
export async function inProcess(...args: readonly string[]): Promise<Ended> {
  const texts = { stdout: '', stderr: '' };
  const { env, exitCode, stderr } = process;
  const { isTTY } = stderr;
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => !!(texts[name] += text.toString())),
  );
  try {
    stderr.isTTY = false;
    process.env = { ...environment };
    process.exitCode = 0;
    await run(args);
    return { code: Number(process.exitCode), ...texts };
  } finally {
    for (const spy of spies) spy.mockRestore();
    Object.assign(process, { env, exitCode });
    stderr.isTTY = isTTY;
  }
}
