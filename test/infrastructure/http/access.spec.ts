import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { chmodSync, statSync, readdirSync, readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigner } from 'fast-jwt';
import { pino } from 'pino';
import type { Grant } from '../../../src/application/kernel/actor.js';
import type { Allow } from '../../../src/application/kernel/actor.js';
import { openIssuer } from '../../../src/infrastructure/auth/issuer.js';
import { allowOf } from '../../../src/infrastructure/http/access.js';
import { createHttpApp } from '../../../src/infrastructure/http/app.js';
import { DocsController } from '../../../src/infrastructure/http/docs.controller.js';
import { EventsController } from '../../../src/infrastructure/http/events.controller.js';
import { SystemController } from '../../../src/infrastructure/http/system.controller.js';
import { county, type Server, startServer } from '../../support/server.js';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

describe('every route', () => {
  it('declares who may call it, and turns away who sends no token unless it is public', async () => {
    const { wuwei } = server;
    const declared = new Map<string, Allow | undefined>();
    for (const row of wuwei.commands) if (row.allow !== 'system') declared.set(`POST /v1/${row.path}`, row.allow);
    for (const row of wuwei.queries) declared.set(`GET /v1/${row.path}`, row.allow);
    declared.set('GET /v1/events', allowOf(EventsController.prototype.events)); // eslint-disable-line @typescript-eslint/unbound-method -- only its metadata is read
    for (const prototype of [SystemController.prototype, DocsController.prototype])
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const handler = (prototype as unknown as Record<string, object>)[name]!;
        const path = Reflect.getMetadata('path', handler) as string | undefined;
        if (path !== undefined) declared.set(`GET /${path}`, allowOf(handler));
      }

    const app = await createHttpApp(wuwei, pino({ level: 'silent' }));
    const served: { method: string; url: string }[] = [];
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRoute', ({ method, url }: { method: string | string[]; url: string }) => {
        for (const one of [method].flat()) if (one !== 'HEAD' && one !== 'OPTIONS') served.push({ method: one, url });
      });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    expect(served.length).toBeGreaterThan(50);
    const wrong: string[] = [];
    for (const { method, url } of served) {
      const allow = declared.get(`${method} ${url}`);
      const path = url.replace(/:\w+/gu, 'some-id');
      const { statusCode } = await app
        .getHttpAdapter()
        .getInstance()
        .inject({ method: method as 'GET', url: path, ...(method === 'POST' && { payload: {} }) });
      if (allow === undefined || (statusCode === 401) !== (allow !== 'public') || statusCode >= 500)
        wrong.push(`${method} ${url}: declares ${JSON.stringify(allow)}, answers ${statusCode} without a token`);
    }
    await app.close();
    expect(wrong).toStrictEqual([]);
  });

  it('that declares nothing keeps the application from starting', async () => {
    class Careless {
      open() {
        return {};
      }
    }
    Controller('careless')(Careless);
    Get()(Careless.prototype, 'open', Object.getOwnPropertyDescriptor(Careless.prototype, 'open')!);
    await expect(createHttpApp(server.wuwei, pino({ level: 'silent' }), [Careless])).rejects.toThrow('Careless.open declares nobody');
  });
});

describe('a token', () => {
  const rejected = async (token: string, code: string) => {
    const answer = await server.post('/v1/places', county, token);
    expect([answer.status, answer.body.code, answer.headers.get('www-authenticate')]).toStrictEqual([
      401,
      code,
      code === 'auth.missing' ? 'Bearer' : 'Bearer error="invalid_token"',
    ]);
  };
  const key = () => readFileSync(join(server.folder, 'issuer.key'), 'utf8').trim();
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 'a', roles: ['department@510121'], jti: 'token-1', aud: 'wuwei', iat: now, exp: now + 60 };
  const sign = (payload: object, options = {}) => createSigner({ key: Buffer.from(key(), 'hex'), algorithm: 'HS256', ...options })(payload);

  it('must be genuine, in date, and of the one algorithm', async () => {
    await rejected('abc', 'auth.invalid-token');
    const genuine = sign(claims);
    await rejected(genuine.slice(0, -4) + (genuine.at(-4) === 'A' ? 'B' : 'A') + genuine.slice(-3), 'auth.invalid-token');
    await rejected(sign({ ...claims, exp: 1 }), 'auth.expired-token');
    await rejected(sign(claims, { algorithm: 'HS512' }), 'auth.invalid-token');
    await rejected(createSigner({ algorithm: 'none' })(claims), 'auth.invalid-token');
    for (const claim of ['sub', 'exp'] as const) {
      const { [claim]: _, ...others } = claims;
      await rejected(sign(others), 'auth.invalid-token');
    }
  });

  it('says whom it is for, which one it is, and when it was issued', async () => {
    expect((await server.post('/v1/places', county, sign(claims))).status).toBe(201);
    for (const claim of ['aud', 'jti', 'iat'] as const) {
      const { [claim]: _, ...others } = claims;
      await rejected(createSigner({ key: Buffer.from(key(), 'hex'), algorithm: 'HS256', noTimestamp: true })(others), 'auth.invalid-token');
    }
    await rejected(sign({ ...claims, aud: 'wuwei2' }), 'auth.invalid-token');
    await rejected(sign({ ...claims, jti: 'A B' }), 'auth.invalid-token');
    const tokens = [server.token('a'), server.token('a')].map((token) => JSON.parse(atob(token.split('.')[1]!)));
    for (const { jti, aud, iat, exp } of tokens) {
      expect(jti).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
      expect([aud, exp - iat]).toEqual(['wuwei', 3600]);
    }
    expect(tokens[0].jti).not.toBe(tokens[1].jti);
  });

  it('lives for 30 days at most, or for as many as are set', async () => {
    const most = (days: number) => days * 24 * 3600;
    for (const [issuer, days] of [
      [server.wuwei.issuer, 30],
      [openIssuer(server.folder, 7), 7],
    ] as const) {
      expect(typeof issuer.issue({ id: 'a', grants: [] }, most(days))).toBe('string');
      expect(() => issuer.issue({ id: 'a', grants: [] }, most(days) + 1)).toThrow(`a token is valid for at most ${days} days`);
    }
    // one that was issued earlier, or elsewhere, for a longer life
    await rejected(sign({ ...claims, iat: now - most(30) - 60, exp: now + most(300) }), 'auth.expired-token');
    const token = sign({ ...claims, iat: now - most(30) + 60, exp: now + most(300) });
    const { issuer } = server.wuwei;
    expect(issuer.verify(token)).toMatchObject({ actor: { id: 'a' } });
    const clock = Date.now;
    Date.now = () => clock() + 120_000;
    try {
      expect(issuer.verify(token)).toBe('auth.expired-token');
    } finally {
      Date.now = clock;
    }
  });

  it('cannot make anybody the system, nor vouch for what is no role at a place', async () => {
    await rejected(sign({ ...claims, sub: 'system' }), 'auth.invalid-token');
    await rejected(sign({ ...claims, roles: ['system@510121'] }), 'auth.invalid-token');
    await rejected(sign({ ...claims, roles: ['cadre@everywhere'] }), 'auth.invalid-token');
    await rejected(sign({ ...claims, sub: 'A B' }), 'auth.invalid-token');
  });

  it('ends when it expires, also when it was seen before', () => {
    const issuer = openIssuer(server.folder);
    const token = issuer.issue({ id: 'a', grants: [] }, 1);
    expect(issuer.verify(token)).toMatchObject({ actor: { id: 'a', grants: [] } });
    const now = Date.now;
    Date.now = () => now() + 2_000;
    try {
      expect(issuer.verify(token)).toBe('auth.expired-token');
    } finally {
      Date.now = now;
    }
  });

  it('is signed with a key that only its owner may read', () => {
    expect(statSync(join(server.folder, 'issuer.key')).mode & 0o777).toBe(0o600);
    expect(key()).toMatch(/^[0-9a-f]{64}$/u);
  });

  it('is not issued with a key that others may read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wuwei-key-'));
    const file = join(folder, 'issuer.key');
    openIssuer(folder);
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(file, mode);
      expect(() => openIssuer(folder)).toThrow(`${file} can be used by others than its owner. Run: chmod 600 ${file} `);
    }
    chmodSync(file, 0o600);
    openIssuer(folder);
    rmSync(folder, { recursive: true });
  });

  it('is not issued with a key file that is none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wuwei-key-'));
    writeFileSync(join(folder, 'issuer.key'), 'oops', { mode: 0o600 });
    expect(() => openIssuer(folder)).toThrow(/hexadecimal/u);
    rmSync(join(folder, 'issuer.key'));
    openIssuer(folder);
    expect(readdirSync(folder)).toEqual(['issuer.key']);
    rmSync(folder, { recursive: true });
  });
});

describe('a token that was revoked', () => {
  const idOf = (token: string): string => JSON.parse(atob(token.split('.')[1]!)).jti;
  const status = async (token: string) => {
    const { status, body } = await server.get('/v1/people/holder', token);
    return status === 401 ? body.code : 'accepted';
  };
  const office: Grant = { capacity: 'department', placeId: '510121' };

  it('by its holder is refused at once, also after a restart, and no other token is', async () => {
    const [lost, kept] = [server.token('holder'), server.token('holder')];
    expect(await status(lost)).toBe('accepted');
    expect((await server.post('/v1/own-token-revocations', { tokenId: idOf(lost) }, kept)).body.events).toMatchObject([
      { type: 'TokenRevoked' },
    ]);
    expect([await status(lost), await status(kept)]).toEqual(['auth.revoked-token', 'accepted']);
    await server.restart();
    expect([await status(lost), await status(kept)]).toEqual(['auth.revoked-token', 'accepted']);
  });

  it('by the county’s office is refused; nobody else may revoke a token of others', async () => {
    const lost = server.token('holder');
    const revocation = { tokenId: idOf(lost), personId: 'holder' };
    for (const by of [
      server.token('cadre', { capacity: 'cadre', placeId: '510121' }),
      server.token('town', { ...office, placeId: '510121111' }),
    ])
      expect((await server.post('/v1/token-revocations', revocation, by)).body.code).toBe('auth.not-allowed');
    await server.post('/v1/own-token-revocations', { tokenId: idOf(lost) }, server.token('somebody-else'));
    expect(await status(lost)).toBe('accepted');
    await server.post('/v1/token-revocations', revocation, server.token('county-office', office));
    expect(await status(lost)).toBe('auth.revoked-token');
    expect((await server.post('/v1/places', county, lost, { 'accept-language': 'zh' })).body.title).toBe('令牌已吊销');
  });

  it('holds no stream open', async () => {
    const auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
    const followed = await fetch(`${server.url}/v1/events?follow=true`, { headers: { authorization: `Bearer ${auditor}` } });
    await server.post('/v1/own-token-revocations', { tokenId: idOf(auditor) }, auditor);
    expect(await followed.text()).not.toContain(idOf(auditor)); // the stream ends, and without what came after the right did
  });
});
