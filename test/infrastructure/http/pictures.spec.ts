import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pictures } from '../../../src/infrastructure/http/pictures.js';
import { type Server, startServer } from '../../support/server.js';
import { liveBallot, liveContests, liveCovenant, liveRenovation, openContest, settleDown, village } from '../../system/life.js';
import { overRest } from '../../system/stage.js';

let server: Server;
let ballot: string;
let decision: string;
let contest: string;
/** Open to votes: one embargoed until the result, one not at all. */
let hidden: Awaited<ReturnType<typeof openContest>>;
let open: typeof hidden;
let stage: ReturnType<typeof overRest>;
let cast: Awaited<ReturnType<typeof settleDown>>;

beforeAll(async () => {
  server = await startServer();
  stage = overRest(server);
  cast = await settleDown(stage);
  await liveCovenant(stage, cast);
  await liveContests(stage, cast);
  await liveRenovation(stage, cast);
  await liveBallot(stage, cast);
  ballot = `/v1/ballots/${(await server.get('/v1/ballots')).body.items[0].ballotId}/result`;
  contest = `/v1/contests/${(await server.get('/v1/contests')).body.items.find(({ stage: how }: { stage: string }) => how === 'awarded').contestId}/result`;
  hidden = await openContest(stage, cast, { title: '最美阳台' });
  open = await openContest(stage, cast, { title: '最美庭院', embargo: 'none' });
  await stage.until(stage.inDays(1));
  decision = `/v1/renovations/${(await server.get('/v1/renovations?place=510121')).body.items[0].renovationId}/decision`;
}, 120_000);
afterAll(() => server.close());

const svg = { accept: 'image/avif,image/svg+xml,*/*;q=0.8' };
const seen = async (path: string, headers: Record<string, string> = {}) => {
  const { status, headers: answered, text } = await server.get(path, undefined, { ...svg, ...headers });
  return {
    status,
    type: answered.get('content-type'),
    etag: answered.get('etag')!,
    vary: answered.get('vary'),
    policy: answered.get('content-security-policy'),
    text,
  };
};

describe('the picture of a result', () => {
  it('is seen by whoever accepts one, in their language, the names as people know them', async () => {
    const [zh, en] = [await seen(ballot, { 'accept-language': 'zh-CN' }), await seen(ballot)];
    expect(zh).toMatchObject({
      status: 200,
      type: 'image/svg+xml',
      vary: 'accept, accept-language',
      policy: expect.stringContaining("default-src 'none'"),
    });
    expect([zh.text, en.text]).toEqual([
      expect.stringMatching(/^<\?xml [^]*按预算选择[^]*改造changyi[^]*<\/svg>/u),
      expect.stringMatching(/Chosen under the budget[^]*改造changyi/u),
    ]);
    expect(en.etag).not.toBe(zh.etag);
  });
  it('names the ballot, its place and its days', async () => {
    const { declared } = (await server.get(ballot.replace('/result', ''))).body;
    const { text } = await seen(ballot);
    expect(text).toMatch(
      new RegExp(`<title id="title">${declared.title} · Chosen under the budget · [^<]+ · voting \\d{4}-\\d\\d-\\d\\d to`, 'u'),
    );
  });
  it('says so where it shows what another rule would give', async () => {
    const [official, other] = [await seen(ballot), await seen(`${ballot}?rule=approval`)];
    expect([official.text.includes('what if, not official'), other.text.includes('what if, not official')]).toEqual([false, true]);
  });
  it('is not sent to who has it, and is another thing than the figures', async () => {
    const { etag } = await seen(ballot);
    expect(await seen(ballot, { 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });
    const figures = await server.get(ballot, undefined, { 'if-none-match': etag });
    expect([figures.status, figures.headers.get('content-type'), figures.headers.get('vary'), figures.body.official]).toEqual([
      200,
      'application/json; charset=utf-8',
      'accept, accept-language',
      true,
    ]);
    expect((await seen(ballot)).etag).toBe(etag);
  });
  it('shows what another rule would give', async () => {
    const [official, greedy] = [await seen(ballot), await seen(`${ballot}?rule=approval`)];
    expect(greedy).toMatchObject({ status: 200, type: 'image/svg+xml' });
    expect(greedy.text).not.toBe(official.text);
  });
  it('tells amounts of money where there is a budget, and none where seats are filled: whoever is seated costs nothing', async () => {
    const [budget, committee] = [await seen(ballot), await seen(`${ballot}?rule=phragmen&seats=2`)];
    expect([budget.text, committee.status, committee.text]).toEqual([
      expect.stringMatching(/>¥[\d,.]+</u),
      200,
      expect.not.stringContaining('¥'),
    ]);
    expect((await seen(`${ballot}?rule=phragmen&seats=2`, { 'accept-language': 'zh' })).text).not.toMatch(/\d 元/u);
  });
  it('is told in figures where there is nothing to draw, and refused as they are', async () => {
    expect(await seen(`${ballot}?why=ludeng`)).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' });
    expect(await seen(`${ballot}?rule=schulze`)).toMatchObject({ status: 422, type: expect.stringContaining('application/problem+json') });
    expect(await seen('/v1/ballots')).toMatchObject({ status: 200, type: 'application/json; charset=utf-8', vary: null });
  });
});

it('a decision on a renovation is seen too, also by another rule', async () => {
  const [made, other] = [
    await seen(decision, { 'accept-language': 'zh' }),
    await seen(`${decision}?rule=simple-majority`, { 'accept-language': 'zh' }),
  ];
  expect(made).toMatchObject({ status: 200, type: 'image/svg+xml', text: expect.stringContaining('表决') });
  expect([other.status, other.text === made.text]).toEqual([200, false]);
});

it('a decision on a covenant is seen too, and one that is not decided is told', async () => {
  const [zh, en] = [await seen(`/v1/covenants/${village}`, { 'accept-language': 'zh' }), await seen(`/v1/covenants/${village}`)];
  expect([zh.type, zh.text]).toEqual(['image/svg+xml', expect.stringMatching(/表决[^]*80×2[^]*通过。/u)]);
  expect([en.type, en.text, en.vary]).toEqual([
    'image/svg+xml',
    expect.stringMatching(/Decision[^]*80×2[^]*Adopted\./u),
    'accept, accept-language',
  ]);
  expect(await pictures['GetCovenant']!({ step: 'drafted' }, 'zh', null as never, village)).toBeNull();
  expect(await seen('/v1/covenants/510121')).toMatchObject({ status: 404, type: expect.stringContaining('application/problem+json') });
});

it('the ranking of a contest is seen too, also by another formula: the same picture for the same account', async () => {
  const { body } = await server.get(contest);
  const { ranking, labels, words } = body as {
    ranking: { entryId: string; votes: number; juryPoints: number; score: string }[];
    labels: Record<string, string>;
    words: { zh: string[]; en: string[] };
  };
  const [zh, en, again, other] = [
    await seen(contest, { 'accept-language': 'zh' }),
    await seen(contest),
    await seen(contest),
    await seen(`${contest}?publicShare=100`),
  ];
  expect([zh.type, zh.vary, en.type, other.type]).toEqual(['image/svg+xml', 'accept, accept-language', 'image/svg+xml', 'image/svg+xml']);
  expect([
    again.text === en.text,
    other.text === en.text,
    zh.text.includes('评选排名'),
    en.text.includes('Ranking of the contest'),
  ]).toEqual([true, false, true, true]);
  for (const sentence of words.zh) expect(zh.text).toContain(sentence);
  for (const sentence of words.en) expect(en.text).toContain(sentence);
  expect(ranking.length).toBeGreaterThan(0);
  for (const { entryId, votes, juryPoints } of ranking)
    for (const figure of [`${labels[entryId]}<`, `>${votes}<`, `>${juryPoints} (1)<`]) expect(en.text).toContain(figure);
});

describe('the picture of a live ranking', () => {
  /** The ranking as fresh as the log. */
  const ranking = async ({ id }: { id: string }) => `/v1/contests/${id}/ranking?atLeast=${await server.wuwei.log.position()}`;
  const vote = (by: number, { params, a }: typeof open) => stage.give('CastVote', cast.residents[by]!, { params, data: { entryId: a } });

  it('shows how the contest stands, and is another one after a vote', async () => {
    await vote(0, open);
    const { body } = await server.get(await ranking(open));
    const before = await seen(await ranking(open), { 'accept-language': 'zh' });
    expect(before).toMatchObject({
      status: 200,
      type: 'image/svg+xml',
      vary: 'accept, accept-language',
      policy: expect.stringContaining("default-src 'none'"),
    });
    expect(before.text).toMatch(/<title id="title">最美庭院 · 实时排名 · [^<]+ · 投票 \d{4}-\d\d-\d\d 至 \d{4}-\d\d-\d\d<\/title>/u);
    for (const { label } of body.items as { label: string }[]) expect(before.text).toContain(label);
    expect(before.text).not.toMatch(/评委分|✓/u); // no jury yet, and no award
    expect(await seen(await ranking(open), { 'accept-language': 'zh', 'if-none-match': before.etag })).toMatchObject({
      status: 304,
      text: '',
    });
    const figures = await server.get(await ranking(open), undefined, { 'if-none-match': before.etag });
    expect([figures.status, figures.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    await vote(1, open);
    const after = await seen(await ranking(open), { 'accept-language': 'zh', 'if-none-match': before.etag });
    expect([after.status, after.etag === before.etag, after.text.includes('得票 2')]).toEqual([200, false, true]);
  });

  it('tells nothing while the contest is embargoed, to nobody, whatever is voted', async () => {
    const asked = async () => [
      await seen(await ranking(hidden)),
      await seen(await ranking(hidden), { authorization: `Bearer ${server.token(cast.residents[2]!.id)}` }),
    ];
    const before = await asked();
    await vote(2, hidden);
    const { body } = await server.get(await ranking(hidden));
    expect(body.embargoed).toBe(true);
    for (const picture of [...before, ...(await asked())]) {
      expect(picture).toMatchObject({ status: 200, type: 'image/svg+xml', etag: before[0]!.etag });
      expect(picture.text).toContain('The ranking is not public yet.');
      for (const entryId of [hidden.a, hidden.b]) expect(picture.text).not.toContain(entryId);
    }
  });

  it('is refused where the ranking is', async () => {
    expect(await seen(`/v1/contests/${village}/ranking`)).toMatchObject({
      status: 404,
      type: expect.stringContaining('application/problem+json'),
    });
  });
});

it('given a client that does not want a picture, when it names the type, then the answer is JSON', async () => {
  for (const accept of ['image/svg+xml;q=0, application/json', 'application/json, image/svg+xml;q=0.5', 'text/event-stream;q=0, */*'])
    expect((await server.get(contest, undefined, { accept })).headers.get('content-type')).toContain('application/json');
});
