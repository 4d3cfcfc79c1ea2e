import type { Logger } from 'pino';
import type { Clock } from '../../application/ports/clock.js';
import { createHttpApp } from '../http/app.js';
import { openWuwei, type Wuwei } from '../wuwei.js';

interface Where {
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Serves a data folder for as long as the work lasts, and closes it however that ends. */
export async function serving(
  { folder, host, port, clock, logger }: Where,
  work: (served: { readonly wuwei: Wuwei; readonly url: string }) => Promise<void>,
): Promise<void> {
  const wuwei = await openWuwei({ folder, clock, logger });
  try {
    const app = await createHttpApp(wuwei, logger);
    try {
      await app.listen(port, host);
      await work({ wuwei, url: await app.getUrl() });
    } finally {
      await app.close();
    }
  } finally {
    await wuwei.close();
  }
}
