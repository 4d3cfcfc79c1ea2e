import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
