import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PolicyRunner } from '../../../../src/application/process/runner.js';
import { allProjections } from '../../../../src/application/contexts.js';
import type { Actor } from '../../../../src/application/kernel/actor.js';
import { queries } from '../../../../src/application/contexts.js';
import { actor, inMemoryApplication, policyRunner } from '../../../support/application.js';

let app: Awaited<ReturnType<typeof inMemoryApplication>>;
let runner: PolicyRunner;
let cai: Actor;
let wei: Actor;

const village = '510121111219';
const courtyard = `${village}.1`;
const secretary = actor('secretary', { capacity: 'cadre', placeId: village });
const lawyer = actor('lawyer', { capacity: 'cadre', placeId: '510121111' });
const volunteer = actor('volunteer', { capacity: 'volunteer', placeId: village });
const text = {
  clauses: [
    { number: 1, text: '不乱搭乱建' },
    { number: 2, text: '垃圾分类' },
  ],
  slogans: [{ text: '不乱搭' }, { text: '爱花草' }, { text: '美到家' }],
};
const words = '自觉维护环境卫生，做好垃圾分类';
const heads = (count: number) => ({ heads: count, area: 0, households: 0 });
const papers = { minutes: 'a'.repeat(64), signIn: 'b'.repeat(64) };
const vote = { papers, expected: heads(120), present: heads(98), approving: heads(91) };
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever is answered is what the test looks at */
type Seen = any;

const fresh = async () => app.readModels.atLeast(await app.log.position(), allProjections, AbortSignal.timeout(5_000));
async function ask(name: string, params: Record<string, string>, query: object = {}): Promise<Seen> {
  const row = queries.find((candidate) => candidate.query === name);
  if (!row) throw new Error(`no such query: ${name}`);
  await fresh();
  const answer = await row.answer({
    params,
    query,
    viewer: null,
    rows: app.readModels,
    log: app.log,
    services: app.services,
    now: app.clock.now().toISOString(),
  });
  return app.services.opening.value(answer);
}
async function comes(time: string): Promise<void> {
  app.clock.set(time);
  await fresh();
  await runner.runDue();
}

beforeEach(async () => {
  app = await inMemoryApplication();
  runner = policyRunner(app);
  for (const [placeId, name, level] of [
    ['510121', '金堂县', 'county'],
    ['510121111', '金龙镇', 'town'],
    [village, '谢杨坝村', 'village'],
    [courtyard, '蔡家大院', 'courtyard'],
    [`${courtyard}0`, '新大院', 'courtyard'],
  ])
    await app.done({ command: 'RegisterPlace', data: { placeId, name, level } });
  for (const n of ['.7', '.8', '.9', '0.1'])
    await app.done({ command: 'RegisterHousehold', data: { placeId: `${courtyard}${n}`, name: `${n.slice(-1)}号` } });
  cai = await headOf('蔡新周', `${courtyard}.7`);
  wei = await headOf('蔡维成', `${courtyard}.8`);
});
afterEach(() => app.close());

async function headOf(name: string, placeId: string): Promise<Actor> {
  const { id } = await app.done({ command: 'RegisterPerson', data: { placeId, name } });
  await app.done({ command: 'GrantRole', params: { id }, data: { capacity: 'household-head', placeId } });
  return actor(id);
}

/** From draft to adoption, with the hearing ended by the clock. */
async function adopted(placeId = village, ends = '2026-05-08T16:00:00.000Z') {
  const params = { id: placeId };
  await app.done({ command: 'DraftCovenant', data: { placeId, title: '村规民约', ...text }, sender: secretary });
  await app.done({ command: 'OpenCovenantOpinions', params, sender: secretary });
  await comes(ends);
  await app.done({ command: 'ReviewCovenant', params, data: { passed: true }, sender: lawyer });
  await isVotedOn(placeId);
}
/** Announces the vote, and records it when the notice is over. */
async function isVotedOn(placeId: string) {
  const params = { id: placeId };
  await app.done({ command: 'AnnounceCovenantVote', params, sender: secretary });
  app.clock.set((await ask('GetCovenant', params)).votesFrom);
  await app.done({ command: 'RecordCovenantVote', params, data: vote, sender: secretary });
}
const pledges = (sender: Actor, n: number, covenantId = village, more: object = {}) =>
  app.give({
    command: 'MakePledge',
    params: { id: covenantId },
    data: { householdId: `${courtyard}.${n}`, words, clauses: [2], consent: false, ...more },
    sender,
  });
const pledgeOf = (n: number, covenantId = village) => ({ id: `${covenantId}.${courtyard}.${n}` });

describe('a covenant', () => {
  it('is drafted, heard, reviewed, adopted, filed and amended; the hearing ends by itself', async () => {
    const params = { id: village };
    expect(
      await app.done({ command: 'DraftCovenant', data: { placeId: village, title: '村规民约', ...text }, sender: secretary }),
    ).toMatchObject({ id: village, created: true });
    await app.done({ command: 'OpenCovenantOpinions', params, sender: secretary });
    const opinion = (sender: Actor) =>
      app.give({ command: 'GiveCovenantOpinion', params, data: { clause: 2, words: '写明投放时间' }, sender });
    expect(await opinion(cai)).toMatchObject({ id: `${village}.${cai.id}` });
    expect(await opinion(actor('stranger'))).toMatchObject({ refused: 'auth.not-allowed' });
    await comes('2026-05-08T15:59:59.000Z');
    expect(await app.give({ command: 'ReviewCovenant', params, data: { passed: true }, sender: lawyer })).toMatchObject({
      refused: 'covenant.opinions-first',
    });
    await comes('2026-05-08T16:00:00.000Z');
    expect((await app.log.read(`covenant-${village}`)).map(({ type }) => type)).toEqual([
      'CovenantDrafted',
      'CovenantOpinionsOpened',
      'CovenantOpinionsClosed',
    ]);
    await comes('2026-05-09T08:00:00.000Z');
    expect(await app.log.read(`covenant-${village}`)).toHaveLength(3);
    expect(await opinion(cai)).toEqual({ refused: 'covenant.opinions-closed' });
    expect(await app.give({ command: 'ReviewCovenant', params, data: { passed: true }, sender: secretary })).toEqual({
      refused: 'covenant.reviewer-drafted',
    });
    await app.done({ command: 'ReviewCovenant', params, data: { passed: true }, sender: lawyer });
    await isVotedOn(village);
    await app.done({ command: 'FileCovenant', params, data: { fileNumber: '3号' }, sender: secretary });
    const amendment = { clauses: [{ number: 1, text: '不乱搭' }], slogans: [] };
    await app.done({ command: 'AmendCovenant', params, data: amendment, sender: secretary });

    const seen = await ask('GetCovenant', params);
    expect(seen).toMatchObject({
      covenantId: village,
      version: 2,
      step: 'drafted',
      ...amendment,
      inForce: { version: 1, title: '村规民约', ...text, fileNumber: '3号' },
    });
    expect(await ask('GetCovenantVersion', { ...params, version: '1' })).toEqual({
      covenantId: village,
      version: 1,
      title: '村规民约',
      ...text,
    });
    expect(await ask('GetCovenantVersion', { ...params, version: '3' })).toEqual({
      refused: 'covenant.no-such-version',
      with: { version: '3' },
    });
    expect((await ask('ListCovenantOpinions', params)).items).toMatchObject([{ version: 1, clause: 2, words: '写明投放时间' }]);
    expect(await ask('GetCovenant', { id: courtyard })).toEqual({ refused: 'covenant.not-found', with: { id: courtyard } });
    for (const [place, found] of [
      ['510121', 1],
      [village, 1],
      [courtyard, 0],
      ['510121111220', 0],
    ] as const)
      expect((await ask('ListCovenants', {}, { place })).items).toHaveLength(found);
  });

  it('tells its decision in words, and each of the four deliberations', async () => {
    await adopted();
    const { decision } = await ask('GetCovenant', { id: village });
    expect(decision).toMatchObject({ rule: 'villagers-assembly', outcome: 'adopted', expected: { heads: 120 }, lapsed: true });
    expect(decision.words).toEqual({
      zh: [
        '由村民会议决定，依据：《中华人民共和国村民委员会组织法（2018年修正）》第22条（2018-12-29 至 2025-12-31 施行，其后的文本尚未核对）。',
        '人数：参与表决 98 人，应参与 120 人；98×2 (196) > 120×1 (120)（须大于），达到法定参与数。',
        '人数：同意 91 人，参与表决 98 人；91×2 (182) > 98×1 (98)（须大于），达到同意比例。',
        '结果：通过。',
      ],
      en: [
        'Decided by the villagers’ assembly, under 《中华人民共和国村民委员会组织法（2018年修正）》第22条 (in force from 2018-12-29 to 2025-12-31; the later text has not been compared yet).',
        '98 voters took part, of 120 entitled; 98×2 (196) > 120×1 (120) (must be more): quorum reached.',
        '91 voters approve, of 98 who took part; 91×2 (182) > 98×1 (98) (must be more): majority reached.',
        'Outcome: adopted.',
      ],
    });
    const params = { id: village };
    await app.done({ command: 'AmendCovenant', params, data: { clauses: text.clauses, slogans: [] }, sender: secretary });
    expect(await ask('GetCovenant', params)).not.toHaveProperty('decision');
    await app.done({ command: 'OpenCovenantOpinions', params, sender: secretary });
    await comes('2026-05-31T16:00:00.000Z');
    await app.done({ command: 'ReviewCovenant', params, data: { passed: true }, sender: lawyer });
    for (const [rule, size] of [
      ['branch-proposal', 9],
      ['committees-consultation', 12],
    ] as const)
      await app.done({
        command: 'RecordCovenantVote',
        params,
        data: { rule, expected: heads(size), present: heads(size), approving: heads(size - 1), papers },
        sender: secretary,
      });
    const { deliberations } = await ask('GetCovenant', params);
    expect(deliberations.map(({ rule, words: told }: Seen) => [rule, told.zh[1].split('；')[0], told.en.at(-1)])).toEqual([
      ['branch-proposal', '人数：参与表决 9 人，应参与 9 人', 'Outcome: adopted.'],
      ['committees-consultation', '人数：参与表决 12 人，应参与 12 人', 'Outcome: adopted.'],
    ]);
  });

  it('is one a place, and needs the place', async () => {
    await adopted();
    expect(
      await app.give({ command: 'DraftCovenant', data: { placeId: village, title: '又一份', ...text }, sender: secretary }),
    ).toMatchObject({ refused: 'covenant.exists' });
    expect(
      await app.give({ command: 'DraftCovenant', data: { placeId: `${village}.2`, title: '村规民约', ...text }, sender: secretary }),
    ).toMatchObject({ refused: 'registry.place-not-found' });
    expect(await app.give({ command: 'OpenCovenantOpinions', params: { id: courtyard }, sender: secretary })).toEqual({
      refused: 'covenant.not-found',
      with: { id: courtyard },
    });
  });
});

describe('a pledge', () => {
  it('is made by the head of the household only, or entered for them at the door', async () => {
    await adopted();
    expect(await pledges(wei, 7)).toMatchObject({ refused: 'auth.not-allowed' });
    expect(await pledges(cai, 7)).toMatchObject({ id: pledgeOf(7).id, created: true });
    const data = { householdId: `${courtyard}.8`, words: '不乱停放车辆', clauses: [], consent: true, displayName: '蔡维成' };
    const atTheDoor = { command: 'MakePledge', params: { id: village }, data, sender: volunteer, channel: 'door-to-door' } as const;
    expect(await app.give(atTheDoor)).toMatchObject({ refused: 'auth.not-allowed' });
    await app.done({ ...atTheDoor, onBehalfOf: wei.id, occurredAt: '2026-05-07T08:00:00.000Z' });
    const [event] = await app.log.read(`pledge-${pledgeOf(8).id}`);
    expect(event).toMatchObject({ occurredAt: '2026-05-07T08:00:00.000Z', recordedAt: '2026-05-19T16:00:00.000Z' });
    expect(JSON.parse(event?.meta ?? '')).toMatchObject({
      actor: wei.id,
      enteredBy: 'volunteer',
      capacity: 'household-head',
      channel: 'door-to-door',
      place: `${courtyard}.8`,
    });
  });

  it('is refused where there is no covenant, no household, or another’s', async () => {
    expect(await pledges(cai, 7)).toEqual({ refused: 'covenant.not-found', with: { id: village } });
    await adopted();
    expect(
      await app.give({
        command: 'MakePledge',
        params: { id: village },
        data: { householdId: `${courtyard}.77`, words, clauses: [], consent: false },
        sender: cai,
      }),
    ).toMatchObject({ refused: 'auth.not-allowed' }); // rights come first: whoever may not is not told which households there are
    expect(await app.give({ command: 'RenewPledge', params: pledgeOf(9), sender: cai })).toMatchObject({ refused: 'pledge.not-found' });
  });

  it('shows on the wall and behind its plaque, with the name while there is consent', async () => {
    await adopted();
    await pledges(cai, 7, village, { consent: true, displayName: '蔡新周' });
    await pledges(wei, 8);
    await app.done({ command: 'IssuePlaque', params: pledgeOf(7), sender: volunteer });
    await app.done({ command: 'MountPlaque', params: pledgeOf(7), sender: cai });
    expect(await app.give({ command: 'IssuePlaque', params: pledgeOf(8), sender: wei })).toMatchObject({ refused: 'auth.not-allowed' });

    expect(await ask('GetPledge', pledgeOf(7))).toMatchObject({
      name: '蔡新周',
      words,
      covenant: '村规民约',
      household: '7号',
      clauses: [{ number: 2, text: '垃圾分类' }],
      plaque: { number: `${village}-1.7`, mountedAt: '2026-05-19T16:00:00.000Z' },
    });
    for (const [query, params, filter] of [
      ['ListPledges', {}, { place: '510121' }],
      ['ListPledges', {}, { place: courtyard }],
      ['ListPledgesToCovenant', { id: village }, {}],
    ] as const) {
      expect((await ask(query, params, filter)).items.map(({ householdId, name }: Seen) => [householdId, name])).toEqual([
        [`${courtyard}.7`, '蔡新周'],
        [`${courtyard}.8`, undefined],
      ]);
    }
    const beside = { householdId: `${courtyard}0.1`, words, clauses: [], consent: false };
    await app.done({ command: 'MakePledge', params: { id: village }, data: beside, sender: await headOf('周', beside.householdId) });
    expect((await ask('ListPledges', {}, { place: courtyard })).items).toHaveLength(2);
    expect((await ask('ListPledges', {}, { place: village })).items).toHaveLength(3);
    expect((await ask('ListPledges', {}, { place: '510121111220' })).items).toEqual([]);
    await app.done({ command: 'ChangePledgeConsent', params: pledgeOf(7), data: { consent: false }, sender: cai });
    expect(JSON.stringify(await ask('GetPledge', pledgeOf(7)))).not.toMatch(/蔡新周/u);
    await app.done({ command: 'WithdrawPledge', params: pledgeOf(7), sender: cai });
    expect(await ask('GetPledge', pledgeOf(7))).toMatchObject({ standing: false, clauses: [] });
    expect((await ask('ListPledges', {}, { place: village })).items).toHaveLength(2);
    expect(await ask('GetPledge', pledgeOf(9))).toMatchObject({ refused: 'pledge.not-found' });
  });

  const coverage = async (place: string, level?: string) => {
    const { pledged, households, items } = await ask('GetCoverage', {}, { place, ...(level && { level }) });
    return [pledged, households, ...items.map((item: Seen) => [item.name, item.pledged, item.households])];
  };

  it('covers its household once, however many covenants it pledged to', async () => {
    await adopted();
    await adopted(courtyard, '2026-05-31T16:00:00.000Z');
    expect(await coverage('510121')).toEqual([0, 4]);
    for (const covenantId of [village, courtyard]) await pledges(cai, 7, covenantId);
    await pledges(wei, 8);
    expect(await coverage('510121', 'village')).toEqual([2, 4, ['谢杨坝村', 2, 4]]);
    expect(await coverage(village, 'courtyard')).toEqual([2, 4, ['蔡家大院', 2, 3], ['新大院', 0, 1]]);
    await app.done({ command: 'WithdrawPledge', params: pledgeOf(7), sender: cai });
    expect(await coverage(courtyard)).toEqual([2, 3]);
    await app.done({ command: 'WithdrawPledge', params: pledgeOf(7, courtyard), sender: cai });
    expect(await coverage(courtyard)).toEqual([1, 3]);
    await pledges(cai, 7);
    expect(await coverage('510121')).toEqual([2, 4]);
  });

  it('ends with its household, when that is merged: the surviving one is covered by its own pledge', async () => {
    await adopted();
    await pledges(cai, 7);
    await app.done({ command: 'MergePlace', params: { id: `${courtyard}.7` }, data: { into: `${courtyard}.8` } });
    const wall = async () => (await ask('ListPledges', {}, { place: courtyard })).items.map(({ householdId }: Seen) => householdId);
    expect([await coverage(courtyard), await wall()]).toEqual([[0, 2], []]);
    expect(await ask('GetPledge', pledgeOf(7))).toMatchObject({ standing: false });
    for (const [command, data] of [
      ['RenewPledge', {}],
      ['AmendPledge', { words, clauses: [1] }],
    ] as const) {
      expect(await app.give({ command, params: pledgeOf(7), data, sender: cai })).toMatchObject({ refused: 'covenant.not-a-household' });
    }
    await pledges(wei, 8);
    expect([await coverage(courtyard), await wall()]).toEqual([[1, 2], [`${courtyard}.8`]]);
  });

  it('covers its household once when two are made at the same moment', async () => {
    await adopted();
    await adopted(courtyard, '2026-05-31T16:00:00.000Z');
    await Promise.all([village, courtyard].map((covenantId) => pledges(cai, 7, covenantId)));
    expect(await coverage('510121')).toEqual([1, 4]);
    expect(await coverage(`${courtyard}.7`)).toEqual([0, 0]);
  });
});
