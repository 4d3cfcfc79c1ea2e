import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actor, official } from '../support/application.js';
import { type Server, startServer } from '../support/server.js';
import { openIssuer } from '../../src/infrastructure/auth/issuer.js';
import type { Actor } from '../../src/application/kernel/actor.js';
import { courtyard, village } from './life.js';
import { overRest, type Stage } from './stage.js';

const door = `${courtyard}.1`;
const [first, second] = [1, 2].map((n) => actor(`cadre-${n}`, { capacity: 'cadre' as const, placeId: village })) as [Actor, Actor];
const stranger = actor('cadre-elsewhere', { capacity: 'cadre', placeId: '510121002' });

let server: Server;
let stage: Stage;
const tokenOf = ({ id, grants }: Actor) => server.token(id, ...grants);
const post = async (path: string, body: object, by: Actor, headers: Record<string, string> = {}) => {
  const { status, body: told } = await server.post(path, body, tokenOf(by), headers);
  return [status, told.code ?? told.events.map(({ type }: { type: string }) => type)] as const;
};
const reason = { reason: 'consent-withdrawn' };
const askedOf = async (id: string): Promise<string> => (await stage.ask('GetErasures', official, { id })).items[0].erasureId as string;

beforeAll(async () => {
  server = await startServer();
  stage = overRest(server);
  for (const [placeId, name, level] of [
    ['510121', '金堂县', 'county'],
    ['510121111', '金龙镇', 'town'],
    [village, '谢杨坝村', 'village'],
    [courtyard, '蔡家大院', 'courtyard'],
  ])
    await stage.give('RegisterPlace', official, { data: { placeId, name, level } });
  await stage.give('RegisterHousehold', official, { data: { placeId: door, name: '1号', area: 90_00 } });
});
afterAll(() => server.close());

const registered = async (name: string): Promise<Actor> =>
  actor((await stage.give('RegisterPerson', official, { data: { placeId: door, name, contact: '13800000000' } })).id);

describe('who may ask for and confirm an erasure', () => {
  it('is the person or an official of the place, and another official of the place', async () => {
    const cai = await registered('蔡新周');
    const path = `/v1/people/${cai.id}/erasures`;
    for (const other of [actor('neighbour', { capacity: 'resident', placeId: courtyard }), stranger])
      expect(await post(path, reason, other)).toEqual([403, 'auth.not-allowed']);
    expect(await post(path, {}, cai)).toEqual([400, 'request.invalid']);
    expect(await post(path, reason, cai, { 'idempotency-key': 'wish' })).toEqual([201, ['ErasureRequested']]);
    expect(await post(path, reason, cai, { 'idempotency-key': 'wish' })).toEqual([201, ['ErasureRequested']]);
    expect(await post(path, reason, first, { 'idempotency-key': 'again' })).toEqual([200, []]);
    const confirmation = `${path}/${await askedOf(cai.id)}/confirmation`;
    expect(await post(confirmation, {}, cai)).toEqual([403, 'auth.not-allowed']);
    expect(await post(confirmation, {}, stranger)).toEqual([403, 'auth.not-allowed']);
    expect(await post(`${path}/another/confirmation`, {}, first)).toEqual([404, 'registry.erasure-not-found']);
    expect(await post(confirmation, {}, first, { 'idempotency-key': 'yes' })).toEqual([200, ['ErasureConfirmed']]);
    expect(await post(confirmation, {}, second, { 'idempotency-key': 'yes-too' })).toEqual([200, []]);
  });

  it('is never one official alone, also where the request came on paper', async () => {
    for (const headers of [{}, { 'wuwei-channel': 'paper-form', 'wuwei-on-behalf-of': 'PERSON' }]) {
      const wei = await registered('魏某');
      const path = `/v1/people/${wei.id}/erasures`;
      const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('PERSON', wei.id)]));
      expect(await post(path, reason, first, sent)).toEqual([201, ['ErasureRequested']]);
      const confirmation = `${path}/${await askedOf(wei.id)}/confirmation`;
      expect(await post(confirmation, {}, first)).toEqual([403, 'registry.second-official']);
      expect(await post(confirmation, {}, second)).toEqual([200, ['ErasureConfirmed']]);
    }
  });

  it('tells nobody else whether somebody is registered or was erased', async () => {
    const cai = await registered('蔡新周');
    const told = async (id: string) => {
      const { status, body } = await server.get(`/v1/people/${id}/erasures`, tokenOf(stranger));
      const asked = await server.post(`/v1/people/${id}/erasures`, reason, tokenOf(stranger));
      return [status, body.code, asked.status, asked.text.replaceAll(id, '')];
    };
    expect(await told(cai.id)).toEqual(await told('nobody'));
  });
});

describe('an erased person', () => {
  const issued = (id: string) => openIssuer(server.folder).issue({ id, grants: [] }, 3600);
  let cai: Actor;
  let token: string;
  beforeAll(async () => {
    cai = await registered('蔡新周');
    token = issued(cai.id);
    await stage.give('GrantRole', official, { params: { id: cai.id }, data: { capacity: 'volunteer', placeId: courtyard } });
    expect((await server.get(`/v1/people/${cai.id}`, token)).body.name).toBe('蔡新周');
    await stage.give('CorrectPerson', official, { params: { id: cai.id }, data: { contact: '13900000000' } }); // now it is kept in memory
    await stage.give('RequestErasure', cai, { params: { id: cai.id }, data: reason });
    await stage.give('ConfirmErasure', first, { params: { id: cai.id, erasureId: await askedOf(cai.id) } });
    await stage.until(stage.inDays(0));
  });

  it('has no key and no token any more, and gets none', async () => {
    for (const sent of [token, issued(cai.id)]) {
      const { status, body } = await server.get(`/v1/people/${cai.id}`, sent);
      expect([status, body.code]).toEqual([401, 'auth.revoked-token']);
    }
    const [row] = (await stage.ask('GetErasures', official, { id: cai.id })).items;
    expect(row).toMatchObject({ personId: cai.id, reason: 'consent-withdrawn', requestedBy: cai.id, confirmedBy: first.id });
    expect(row.erasedAt).toEqual(expect.any(String));
  });

  it('is in the register without name and contact, holds no role, and is not entered for', async () => {
    const person = await stage.ask('GetPerson', official, { id: cai.id });
    expect(person).toMatchObject({ personId: cai.id, placeId: door, name: null, contact: null });
    expect(await stage.ask('GetPersonRoles', official, { id: cai.id })).toMatchObject({ items: [] });
    expect(await post(`/v1/people/${cai.id}/corrections`, { name: '蔡新洲' }, official)).toEqual([409, 'person.erased']);
    const paper = { 'wuwei-channel': 'paper-form', 'wuwei-on-behalf-of': cai.id };
    expect(await post('/v1/own-token-revocations', { tokenId: 'some' }, first, paper)).toEqual([403, 'auth.not-allowed']);
  });

  it('is not named again: what would hold a text of theirs is refused', async () => {
    const ballot = {
      placeId: village,
      subject: 'election',
      title: '选举',
      form: 'ranking',
      rule: { rule: 'borda', seats: 1 },
      options: [
        { optionId: 'cai', name: '蔡新周', personId: cai.id },
        { optionId: 'wei', name: '魏某' },
      ],
      closesAt: stage.inDays(2),
      lastTies: 'listed',
      replaceable: true,
      secretUntilClosed: true,
    };
    const answer = await server.post('/v1/ballots', ballot, tokenOf(official));
    expect([answer.status, answer.body.code ?? answer.text]).toEqual([409, 'person.erased']);
    expect(answer.text).not.toContain('蔡新周');
  });

  it('is erased once: asking again changes nothing', async () => {
    const again = { 'idempotency-key': 'again' };
    expect(await post(`/v1/people/${cai.id}/erasures`, reason, second, again)).toEqual([200, []]);
    const path = `/v1/people/${cai.id}/erasures/${await askedOf(cai.id)}/confirmation`;
    expect(await post(path, {}, second)).toEqual([200, []]);
  });
});
