import { isIPv6 } from 'node:net';
import type { HttpSettings } from '../settings.js';
import { openWuwei, type WuweiOptions, type Wuwei } from '../wuwei.js';
import { UsageError } from './common.js';

interface Where extends WuweiOptions {
  readonly host: string;
  readonly port: number;
  readonly http?: HttpSettings;
}

/** Serves a data folder until `work` ends, then closes it, also after an error. */
export async function serving(
  { host, port, http, ...opening }: Where,
  work: (served: { readonly wuwei: Wuwei; readonly url: string }) => Promise<void>,
): Promise<void> {
  const [wuwei, { createHttpApp }] = await Promise.all([openWuwei(opening), import('../http/app.js')]); // loaded while the stores open
  try {
    const app = await createHttpApp(wuwei, opening.logger, [], http);
    try {
      await app.listen(port, host).catch(async (error: NodeJS.ErrnoException) => {
        throw error.code === 'EADDRINUSE' ? await portTaken(host, port) : error;
      });
      await work({ wuwei, url: await app.getUrl() });
    } finally {
      await app.close();
    }
  } finally {
    await wuwei.close();
  }
}

/** Finds out whether another Wuwei uses the port: in every role it answers /health/ready with its projections. */
async function portTaken(host: string, port: number): Promise<UsageError> {
  const url = `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const isWuwei = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })
    .then(async (answer) => (await answer.text()).includes('"projections":['))
    .catch(() => false);
  const holder = isWuwei ? `another Wuwei, which answers at ${url}` : 'another program';
  return new UsageError(`port ${port} of ${host} is used by ${holder}. Stop it, or choose another port with --port (0: any free port).`);
}
