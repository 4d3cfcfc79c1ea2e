import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import type { Grant } from '../../src/application/kernel/actor.js';
import { createHttpApp } from '../../src/infrastructure/http/app.js';
import { defaultHttpSettings, type HttpSettings } from '../../src/infrastructure/settings.js';
import { openWuwei } from '../../src/infrastructure/wuwei.js';
import { FakeClock } from './application.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- whatever the server says is what the test looks at
}

/** The whole program over a temporary data folder, on a free port of the loopback; its clock stands still until it is set. */
export async function startServer({
  more = [],
  clock = new FakeClock(),
  logger = pino({ level: 'silent' }),
  settings = { keepsAnswers: process.env['WUWEI_TEST_ANSWERS'] !== 'anew' },
}: { more?: readonly Type[]; clock?: FakeClock; logger?: Logger; settings?: Partial<HttpSettings> } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-http-'));
  let wuwei = await openWuwei({ folder, clock, logger });
  let app = await createHttpApp(wuwei, logger, more, { ...defaultHttpSettings, ...settings });
  await app.listen(0, '127.0.0.1');
  let url = await app.getUrl();

  const token = (person: string, ...grants: readonly Grant[]) => wuwei.issuer.issue({ id: person, grants }, 3600);
  const ask = async (path: string, { as, ...init }: RequestInit & { as?: string } = {}): Promise<Answer> => {
    const headers = new Headers(init.headers);
    if (as !== undefined) headers.set('authorization', `Bearer ${as}`);
    const response = await fetch(url + path, { ...init, headers });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body:
        text !== '' &&
        /json/u.test(response.headers.get('content-type') ?? '') &&
        !/ndjson/u.test(response.headers.get('content-type') ?? '')
          ? JSON.parse(text)
          : null,
    };
  };
  return {
    clock,
    folder,
    token,
    /** From now on this token is found expired, as if its time had come. */
    expire: (expired: string) => {
      const verify = wuwei.issuer.verify.bind(wuwei.issuer);
      wuwei.issuer.verify = (text) => (text === expired ? 'auth.expired-token' : verify(text));
    },
    get url() {
      return url;
    },
    get wuwei() {
      return wuwei;
    },
    get: (path: string, as?: string, headers: Record<string, string> = {}) => ask(path, { headers, ...(as === undefined ? {} : { as }) }),
    post: (path: string, body: unknown, as?: string, headers: Record<string, string> = {}) =>
      ask(path, {
        method: 'POST',
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
        ...(as === undefined ? {} : { as }),
      }),
    /** Ends the program and starts it again on the same folder. */
    async restart(): Promise<void> {
      await app.close();
      await wuwei.close();
      wuwei = await openWuwei({ folder, clock, logger });
      app = await createHttpApp(wuwei, logger, more, { ...defaultHttpSettings, ...settings });
      await app.listen(0, '127.0.0.1');
      url = await app.getUrl();
    },
    async close(): Promise<void> {
      await app.close();
      await wuwei.close();
      rmSync(folder, { recursive: true });
    },
  };
}
export type Server = Awaited<ReturnType<typeof startServer>>;

export const office: Grant[] = [
  { capacity: 'department', placeId: '510121' },
  { capacity: 'cadre', placeId: '510121' },
];
export const county = { placeId: '510121', name: '金堂县', level: 'county' };
export const town = { placeId: '510121111', name: '金龙镇', level: 'town' };
export const village = { placeId: '510121111219', name: '谢杨坝村', level: 'village' };
export const courtyard = { placeId: '510121111219.1', name: '蔡家大院', level: 'courtyard' };
