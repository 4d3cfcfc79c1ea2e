import { createHttpApp } from '../http/app.js';
import { openWuwei, type Opening, type Wuwei } from '../wuwei.js';

interface Where extends Opening {
  readonly host: string;
  readonly port: number;
}

/** Serves a data folder for as long as the work lasts, and closes it however that ends. */
export async function serving(
  { host, port, ...opening }: Where,
  work: (served: { readonly wuwei: Wuwei; readonly url: string }) => Promise<void>,
): Promise<void> {
  const wuwei = await openWuwei(opening);
  try {
    const app = await createHttpApp(wuwei, opening.logger);
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
