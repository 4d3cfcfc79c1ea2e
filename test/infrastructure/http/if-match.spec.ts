import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/application/kernel/actor.js';
import { official } from '../../support/application.js';
import { type Server, startServer } from '../../support/server.js';
import { adopt, type Cast, courtyard, dividePlots, liveCovenant, settleDown, village } from '../../system/life.js';
import { overRest, type Stage } from '../../system/stage.js';

let server: Server;
let stage: Stage;
let cast: Cast;

beforeAll(async () => {
  server = await startServer();
  stage = overRest(server);
  cast = await settleDown(stage);
  await liveCovenant(stage, cast);
  await dividePlots(stage, cast);
}, 60_000);
afterAll(() => server.close());

const tokenOf = ({ id, grants }: Actor) => server.token(id, ...grants);
const read = async (path: string, by: Actor) => {
  const { status, headers, body } = await server.get(`/v1/${path}?atLeast=${await server.wuwei.log.position()}`, tokenOf(by));
  expect(status).toBe(200);
  return { etag: headers.get('etag')!, body };
};

const design = (n: number) => ({ summary: `第${n}稿`, document: 'a'.repeat(64), cost: n });
async function designed(): Promise<string> {
  const { id } = await stage.give('ProposeRenovation', cast.residents[0]!, {
    data: { placeId: courtyard, title: '院坝改造', description: '铺平地面', aspects: ['space-layout'], budget: 80_000_00 },
  });
  const params = { id };
  await stage.give('OpenRenovationConsultation', cast.cadre, { params });
  await stage.give('GiveRenovationOpinion', cast.residents[1]!, { params, data: { words: '想要一处能下棋的地方' } });
  await stage.until(stage.inDays(12));
  await stage.give('SubmitRenovationDesign', cast.planner, { params, data: design(0) });
  return `renovations/${id}`;
}
const someClauses = [{ number: 1, text: '爱护环境' }];

/** Where something is read, which command changes it time and again, and who may give that. */
type Thing = readonly [path: string, command: string, by: Actor, data: (n: number) => object];
const things: readonly (readonly [string, () => Thing | Promise<Thing>])[] = [
  ['place', () => [`places/${courtyard}`, 'names', official, (n) => ({ name: `第${n}院` })]],
  ['household', () => [`places/${courtyard}.1`, 'names', official, (n) => ({ name: `第${n}户` })]],
  ['person', () => [`people/${cast.residents[0]!.id}`, 'corrections', official, (n) => ({ name: `某${n}` })]],
  ['covenant', () => [`covenants/${village}`, 'amendments', official, (n) => ({ title: `第${n}稿`, clauses: someClauses, slogans: [] })]],
  ['pledge', () => [`pledges/${village}.${courtyard}.1`, 'amendments', cast.residents[0]!, (n) => ({ words: `第${n}诺`, clauses: [1] })]],
  [
    'plot',
    async () => (await adopt(stage, 1, cast.member, cast), [`plots/${courtyard}~1`, 'care', cast.member, () => ({ kinds: ['watering'] })]),
  ],
  ['renovation', async () => [await designed(), 'design-revisions', cast.planner, design]],
];

describe('the ETag of what was read', () => {
  it.each(things)('%s: lets it be changed, and nobody who read it before that change', async (_, begin) => {
    const [path, command, by, data] = await begin();
    const change = (n: number, etag: string) => server.post(`/v1/${path}/${command}`, data(n), tokenOf(by), { 'if-match': etag });
    const { etag } = await read(path, by);
    expect(await change(1, etag)).toMatchObject({ status: 200, body: { events: [{ id: expect.any(String) }] } });
    expect(await change(2, etag)).toMatchObject({ status: 412, body: { code: 'precondition.failed' } });
    const again = await read(path, by);
    expect(again.etag).not.toBe(etag);
    expect(await change(3, again.etag)).toMatchObject({ status: 200 });
  });

  it('names no revision where there is nothing yet that it could be of, nor where another thing is shown', async () => {
    for (const path of [`plots/${courtyard}~2`, `places/${village}.4`]) {
      const { etag, body } = await read(path, official);
      expect(body).not.toHaveProperty('revision');
      expect(etag).toMatch(/^"[0-9a-f]{16}"$/u);
    }
  });
});
