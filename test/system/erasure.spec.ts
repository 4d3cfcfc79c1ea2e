import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actor, official } from '../support/application.js';
import { type Server, startServer } from '../support/server.js';
import { openIssuer } from '../../src/infrastructure/auth/issuer.js';
import type { Actor } from '../../src/application/kernel/actor.js';
import { courtyard, village } from './life.js';
import { keptFile, openProjectList } from './project-list.js';
import { overRest, type Seen, type Stage } from './stage.js';
import { atOnce } from '../support/at-once.js';

const door = `${courtyard}.1`;
const [first, second] = [1, 2].map((n) => actor(`cadre-${n}`, { capacity: 'cadre' as const, placeId: village })) as [Actor, Actor];
const office = actor('another-office', ...official.grants);
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
  await stage.give('AdoptPlacePolicy', official, { data: atOnce(stage.inDays(0)) });
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

  it('is nobody for the actors of the program itself, which are no persons', async () => {
    for (const id of ['system', 'importer', 'operator'])
      expect(await post(`/v1/people/${id}/erasures`, reason, official)).toEqual([409, 'registry.no-person']);
  });

  it('can be withdrawn by who asked until it is confirmed, and asked for again', async () => {
    const cai = await registered('蔡新周');
    const path = `/v1/people/${cai.id}/erasures`;
    expect(await post(path, reason, cai, { 'idempotency-key': 'wish' })).toEqual([201, ['ErasureRequested']]);
    const withdrawal = `${path}/${await askedOf(cai.id)}/withdrawal`;
    expect(await post(withdrawal, {}, stranger)).toEqual([403, 'auth.not-allowed']);
    expect(await post(withdrawal, {}, first)).toEqual([403, 'registry.not-who-asked']);
    expect(await post(withdrawal, {}, cai)).toEqual([200, ['ErasureWithdrawn']]);
    expect((await stage.ask('GetErasures', cai, { id: cai.id })).items[0].withdrawnAt).toEqual(expect.any(String));
    expect(await post(`${path}/${await askedOf(cai.id)}/confirmation`, {}, first)).toEqual([409, 'registry.erasure-withdrawn']);
    expect(await post(path, reason, cai, { 'idempotency-key': 'wish-again' })).toEqual([200, ['ErasureRequested']]);
    const again = `${path}/${await askedOf(cai.id)}`;
    expect(`${again}/withdrawal`).not.toBe(withdrawal);
    expect(await post(`${again}/confirmation`, {}, first)).toEqual([200, ['ErasureConfirmed']]);
    expect(await post(`${again}/withdrawal`, {}, cai)).toEqual([409, 'registry.erasure-confirmed']);
  });

  it('is listed for the officials of the place where the person is registered now, in pages, while it waits', async () => {
    const open = async (place: string, by: Actor, more = {}) => {
      const listed = [];
      let next: string | null | undefined;
      do {
        const query = new URLSearchParams({ place, ...more, ...(next && { cursor: next }) });
        const { status, body } = await server.get(`/v1/erasures?${query.toString()}`, tokenOf(by));
        if (status !== 200) return [status, body.code];
        listed.push(...body.items.map(({ personId }: { personId: string }) => personId));
        ({ next } = body);
      } while (next != null);
      return listed;
    };
    const people = [];
    for (const name of ['甲', '乙', '丙', '丁']) people.push(await registered(name));
    const [a, b, c, d] = people as [Actor, Actor, Actor, Actor];
    const nobody = 'a-visitor';
    for (const { id } of [...people, { id: nobody }]) await stage.give('RequestErasure', official, { params: { id }, data: reason });
    await stage.give('WithdrawErasure', official, { params: { id: b.id, erasureId: await askedOf(b.id) } });
    await stage.give('ConfirmErasure', first, { params: { id: c.id, erasureId: await askedOf(c.id) } });
    await stage.give('RegisterHousehold', official, { data: { placeId: `${courtyard}.2`, name: '2号' } });
    await stage.give('MoveHousehold', official, { params: { id: d.id }, data: { householdId: `${courtyard}.2` } });
    const atLeast = String(await server.wuwei.log.position());
    expect(await open(door, first, { atLeast })).toEqual([a.id]);
    expect(await open(`${courtyard}.2`, first)).toEqual([d.id]);
    expect(await open(village, first, { limit: '1' })).toEqual([a.id, d.id].sort());
    expect(await open('510121', official, { limit: '1' })).toEqual([a.id, d.id, nobody].sort());
    expect(await open(village, stranger)).toEqual([403, 'auth.not-allowed']);
    expect(await open(village, a)).toEqual([403, 'auth.not-allowed']);
    const { body } = await server.get(`/v1/erasures?place=${door}`, tokenOf(first));
    expect(body.items).toEqual([
      {
        personId: a.id,
        erasureId: await askedOf(a.id),
        reason: 'consent-withdrawn',
        requestedBy: official.id,
        requestedAt: expect.any(String),
        placeId: door,
      },
    ]);
  });

  it('says who may, without saying where the person is registered', async () => {
    const { id } = await registered('蔡新周');
    for (const path of [`/v1/people/${id}/erasures`, '/v1/people/nobody/erasures']) {
      const { body } = await server.post(path, reason, tokenOf(stranger), { 'accept-language': 'en' });
      expect([body.code, body.detail]).toEqual([
        'auth.not-allowed',
        'This needs one of these roles at the place where the person is registered, or at the county if they are not: cadre, department. Ask somebody who has one.',
      ]);
      const { body: zh } = await server.post(path, reason, tokenOf(stranger), { 'wuwei-capacity': 'planner' });
      expect([zh.code, zh.detail]).toEqual(['auth.no-such-capacity', expect.stringContaining('cadre, department')]);
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

describe('what was erased', () => {
  const title = '老井的故事';
  let cai: Actor;
  let contest: string;
  let ballot: string;
  const erase = async ({ id }: Actor) => {
    await stage.give('RequestErasure', official, { params: { id }, data: { reason: 'relatives-asked' } });
    await stage.give('ConfirmErasure', office, { params: { id, erasureId: await askedOf(id) } });
    await stage.until(stage.inDays(0));
  };
  /** A contest with a memory of somebody. */
  const remembered = async (by: Actor): Promise<string> => {
    const { id } = await stage.give('OpenContest', official, {
      data: {
        placeId: village,
        category: 'memory',
        title: '最美记忆',
        entriesUntil: stage.inDays(1),
        votingFrom: stage.inDays(0),
        votingUntil: stage.inDays(2),
        votesPerVoter: 1,
        formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['earlier-entry'] },
        noticeDays: 7,
      },
    });
    await stage.give('EnterContest', by, { params: { id }, data: { title, story: '村口有一口井。' } });
    const { items } = await stage.ask('ListContestEntries', official, { id });
    await stage.give('ScreenEntry', official, { params: { id }, data: { entryId: items[0].entryId, decision: 'accepted' } });
    return id;
  };
  /** Follows an answer as server-sent events; `next` answers with the next one, or null at the end. */
  const follow = async (path: string, by: Actor) => {
    const response = await fetch(`${server.url}${path}`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${tokenOf(by)}` },
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return async (): Promise<Seen> => {
      for (;;) {
        const block = /^event: change\n.*\ndata: (.*)\n\n/mu.exec(text);
        if (block) {
          text = text.slice(block.index + block[0].length);
          return JSON.parse(block[1]!);
        }
        const { value, done } = await reader.read().catch(() => ({ value: '', done: true }));
        if (done) return null;
        text += value;
      }
    };
  };

  beforeAll(async () => {
    cai = await registered('蔡忘川');
    contest = await remembered(cai);
    ballot = await openProjectList(stage, village, {
      options: [
        { optionId: 'jing', name: title, cost: 5, personId: cai.id },
        { optionId: 'ludeng', name: '路灯', cost: 5 },
      ],
      secretUntilClosed: true,
    });
    await stage.give('CastPaper', actor('voter', { capacity: 'resident', placeId: courtyard }), {
      params: { id: ballot },
      data: { approved: ['jing'] },
    });
    await stage.until(stage.inDays(1));
  });

  it('goes from answers, kept answers, open streams, pictures, files and the audit trail, with a mark where it was', async () => {
    const ranking = `/v1/contests/${contest}/ranking`;
    const next = await follow(ranking, cai);
    expect((await next()).items[0].label).toBe(title);
    expect((await server.get(ranking)).text).toContain(title); // public, so it is kept
    const picture = async (language: string) =>
      (await server.get(ranking, undefined, { accept: 'image/svg+xml', 'accept-language': language })).text;
    expect(await picture('zh')).toContain(title);
    const file = async () => (await server.get(`/v1/ballots/${ballot}/export?format=pb`)).text;
    expect(await file()).toContain(title);
    const result = async () => (await server.get(`/v1/ballots/${ballot}/result`)).body;
    expect((await result()).words.zh.join()).toContain(title);

    await erase(cai);

    expect(await next()).toBeNull(); // their own token ended
    const { body } = await server.get(ranking);
    expect([body.items[0].label, body.erased]).toEqual([null, ['/items/0/label']]);
    expect([await picture('zh'), await picture('en')]).toEqual([expect.stringContaining('已删除'), expect.stringContaining('erased')]);
    expect(await file()).toContain('已删除 / erased');
    const { words, winners } = await result();
    expect([words.zh.join(), words.en.join()]).toEqual([expect.stringContaining('已删除'), expect.stringContaining('erased')]);
    expect(winners).toContain('jing');
    const trail = await stage.ask(
      'GetAuditTrail',
      actor('auditor', { capacity: 'auditor', placeId: '510121' }),
      {},
      { type: 'StoryEntered' },
    );
    expect([trail.items[0].data.title, trail.erased]).toEqual([null, ['/items/0/data/title', '/items/0/data/story']]);
    for (const told of [body, words, trail, await file(), await picture('zh')]) expect(JSON.stringify(told)).not.toContain(title);
  });

  it('of a kept ballot file is all of it, and none of the papers', async () => {
    const id = await openProjectList(stage, village);
    const params = { id };
    const { bytes } = keptFile;
    await stage.give('KeepBallotFile', official, { params, data: keptFile });
    const shown = async () => {
      const auditor = actor('auditor', { capacity: 'auditor', placeId: '510121' });
      const { text } = await server.get('/v1/events?type=BallotFileKept', tokenOf(auditor));
      return text;
    };
    expect(await shown()).toContain(bytes);
    await erase(actor(id)); // as if the ballot were a person
    expect(await shown()).toContain(bytes);
    expect(await post(`/v1/ballots/${id}/file-erasures`, { reason: 'retention-ended' }, stranger)).toEqual([403, 'auth.not-allowed']);
    await stage.give('RequestBallotFileErasure', first, { params, data: { reason: 'retention-ended' } });
    expect(await post(`/v1/ballots/${id}/file-erasures/confirmation`, {}, first)).toEqual([403, 'platform.second-official']);
    await stage.give('ConfirmBallotFileErasure', second, { params });
    await stage.until(stage.inDays(0));
    expect(await shown()).not.toContain(bytes);
    expect(JSON.parse(await shown()).data).toMatchObject({ sha256: null, bytes: null, erased: ['/sha256', '/bytes'] });
    const again = stage.give('KeepBallotFile', official, { params, data: keptFile });
    await expect(again).rejects.toThrow('platform.file-erased');
  });

  it('of a candidate who is in no register is the name in one ballot alone', async () => {
    const election = async () => {
      const { id } = await stage.give('OpenBallot', official, {
        data: {
          placeId: village,
          subject: 'election',
          title: '选举',
          form: 'ranking',
          rule: { rule: 'borda', seats: 1 },
          options: ['1', '魏三'].map((optionId) => ({ optionId, name: `候选人${optionId}` })),
          closesAt: stage.inDays(2),
          lastTies: 'listed',
          replaceable: true,
          secretUntilClosed: true,
        },
      });
      return id;
    };
    const shown = async (id: string) => (await stage.ask('GetBallot', official, { id })).declared.options as readonly Seen[];
    const names = async (id: string) => (await shown(id)).map(({ name }) => name);
    const [here, elsewhere] = [await election(), await election()];
    await erase(actor('1'));
    expect(await names(here)).toEqual(['候选人1', '候选人魏三']);
    for (const { personId } of await shown(here)) await erase(actor(personId));
    expect([await names(here), await names(elsewhere)]).toEqual([
      [null, null],
      ['候选人1', '候选人魏三'],
    ]);
    expect(await names(await election())).toEqual(['候选人1', '候选人魏三']);
  });

  it('is told anew to others who follow it', async () => {
    const wei = await registered('魏忘川');
    const id = await remembered(wei);
    await stage.until(stage.inDays(0));
    const next = await follow(`/v1/contests/${id}/ranking`, actor('somebody-else'));
    let told = await next();
    expect(told.items[0].label).toBe(title);
    await erase(wei);
    while (told.items[0].label !== null) told = await next();
    expect(told.erased).toEqual(['/items/0/label']);
  });
});
