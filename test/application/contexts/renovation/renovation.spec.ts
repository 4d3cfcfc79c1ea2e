import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PolicyRunner, type Stuck } from '../../../../src/application/process/runner.js';
import type { Actor } from '../../../../src/application/kernel/actor.js';
import { renovationTexts } from '../../../../src/application/contexts/renovation/refusals.js';
import { dueCommands, queries } from '../../../../src/application/contexts.js';
import type { Viewer } from '../../../../src/application/kernel/actor.js';
import { allProjections } from '../../../../src/application/contexts.js';
import { sha256 } from '../../../../src/domain/shared/sha256.js';
import { actor, inMemoryApplication, policyRunner } from '../../../support/application.js';
import { expectToFollowFromLog } from '../../../support/recompute.js';

type Application = Awaited<ReturnType<typeof inMemoryApplication>>;
let app: Application;
let runner: PolicyRunner;
let stuck: Stuck[];

const courtyard = '510121111219.1';
const resident = (id: string) => actor(id, { capacity: 'resident', placeId: `${courtyard}.1` });
const cadre = actor('cadre', { capacity: 'cadre', placeId: '510121111' });
const planner = actor('planner', { capacity: 'planner', placeId: '510121111219' });
const moderator = actor('moderator', { capacity: 'moderator', placeId: courtyard });
const document = 'a'.repeat(64);

/** The owners' ids by name: 1 cai, 2 li with zhou, 3 li, 4 wu, 5 nobody; 10,000 (100 m²) each. */
let people: Readonly<Record<'cai' | 'li' | 'zhou' | 'wu', Actor>>;

beforeEach(async () => {
  app = await inMemoryApplication();
  stuck = [];
  runner = policyRunner(app, (entry) => stuck.push(entry));
  for (const [placeId, name, level] of [
    ['510121', '金堂县', 'county'],
    ['510121111', '金龙镇', 'town'],
    ['510121111219', '三合碑社区', 'community'],
    [courtyard, '蔡家大院', 'courtyard'],
  ])
    await app.done({ command: 'RegisterPlace', data: { placeId, name, level } });
  for (const n of [1, 2, 3, 4, 5])
    await app.done({ command: 'RegisterHousehold', data: { placeId: `${courtyard}.${n}`, name: `${n}号`, area: 100_00 } });
  const register = async (name: string, home: number) =>
    resident((await app.done({ command: 'RegisterPerson', data: { placeId: `${courtyard}.${home}`, name } })).id);
  people = { cai: await register('蔡', 1), li: await register('李', 2), zhou: await register('周', 2), wu: await register('吴', 4) };
  const { cai, li, zhou, wu } = people;
  for (const [n, owners] of [
    [1, [cai]],
    [2, [li, zhou]],
    [3, [li]],
    [4, [wu]],
  ] as const)
    await app.done({ command: 'RecordOwners', params: { id: `${courtyard}.${n}` }, data: { owners: owners.map(({ id }) => id) } });
});
afterEach(async () => {
  await expectToFollowFromLog(app);
  await app.close();
});

const freshRows = async () => {
  await app.readModels.atLeast(await app.log.position(), allProjections, AbortSignal.timeout(5_000));
  return app.readModels;
};

/** Lets everything be done that is due at this time, and what follows from it. */
async function comes(time: string): Promise<void> {
  app.clock.set(time);
  for (let round = 0; round < 4; round++) {
    await freshRows();
    await runner.runDue();
  }
}

const everything: Viewer = { id: 'auditor', holds: () => Promise.resolve(true) };
/** What a client sees, as far as the tests look into it. */
interface Seen {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly words: { readonly zh: readonly string[]; readonly en: readonly string[] };
  readonly rule: string;
  readonly expected: object;
  readonly counts: object;
  readonly tallySha256: string;
}
async function ask(query: string, id: string, parameters: object = {}) {
  const row = queries.find((candidate) => candidate.query === query)!;
  const answer = row.answer({
    params: { id },
    query: parameters,
    viewer: everything,
    rows: await freshRows(),
    log: app.log,
    services: app.services,
    now: app.clock.now().toISOString(),
  });
  return app.services.opening.value((await answer) as Seen);
}
const typesOf = async (stream: string) => (await app.log.read(stream)).map(({ type }) => type);

const proposal = {
  placeId: courtyard as string,
  title: '院坝改造',
  description: '铺平地面，添长凳。',
  aspects: ['space-layout'],
  budget: 80_000_00,
};

const official = (capacity: 'cadre' | 'planner' | 'moderator') => ({ cadre, planner, moderator })[capacity];
/** A person at a household, which is registered too. */
async function registered(name: string, placeId: string): Promise<Actor> {
  await app.give({ command: 'RegisterHousehold', data: { placeId, name: placeId } });
  const { id } = await app.done({ command: 'RegisterPerson', data: { placeId, name } });
  return actor(id, { capacity: 'resident', placeId });
}

/** Up to the ballot, which is announced on 9 May, opens on the 26th and closes on 20 June. */
async function announced(placeId = courtyard, neighbour = people.cai, at = official) {
  const { id } = await app.done({ command: 'ProposeRenovation', sender: neighbour, data: { ...proposal, placeId } });
  const params = { id };
  await app.done({ command: 'OpenRenovationConsultation', params, sender: at('cadre') });
  await app.done({ command: 'GiveRenovationOpinion', params, sender: neighbour, data: { words: '想下棋' } });
  await comes('2026-05-08T16:00:00.000Z');
  await app.done({
    command: 'SubmitRenovationDesign',
    params,
    sender: at('planner'),
    data: { summary: '铺砖', document, cost: 70_000_00 },
  });
  for (const sender of [at('cadre'), at('planner'), at('moderator')])
    await app.done({ command: 'SignRenovationDesign', params, sender, data: { version: 1 } });
  await app.done({
    command: 'OpenRenovationBallot',
    params,
    sender: at('cadre'),
    data: { matter: 'ordinary', closesAt: '2026-06-20T08:00:00.000Z', replaceable: true },
  });
  return { params, id, ballotId: `${id}.1` };
}
async function balloting() {
  const ballot = await announced();
  await comes('2026-05-25T16:00:00.000Z');
  return ballot;
}
const vote = ({ params, ballotId }: { params: { id: string }; ballotId: string }, sender: Actor, choice: string, owner?: Actor) =>
  app.give({ command: 'CastRenovationBallot', params, sender, data: { ballotId, choice, ...(owner && { owner: owner.id }) } });

describe('a renovation', () => {
  it('takes votes only after the notice to the owners, and proxies from the announcement on', async () => {
    const { params, id, ballotId } = await announced();
    const { cai, li } = people;
    const voting = { command: 'CastRenovationBallot', params, sender: cai, data: { ballotId, choice: 'approve' } };
    expect(await app.give(voting)).toEqual({ refused: 'renovation.ballot-not-open', with: { opens: '2026-05-25T16:00:00.000Z' } });
    await app.done({ command: 'GiveRenovationProxy', params, sender: li, data: { ballotId, to: cai.id, document } });
    expect(await ask('GetRenovationBallot', id)).toMatchObject({ open: false, opensAt: '2026-05-25T16:00:00.000Z' });
    await comes('2026-05-25T16:00:00.000Z');
    await app.done(voting);
    expect(await ask('GetRenovationBallot', id)).toMatchObject({ open: true });
  });

  it('goes from proposal to effect, what falls due by itself', async () => {
    const ballot = await balloting();
    const { params, id, ballotId } = ballot;
    const { cai, li, zhou, wu } = people;
    expect(await vote(ballot, cai, 'reject')).toMatchObject({ created: true });
    expect(await vote(ballot, cai, 'approve')).toMatchObject({ created: false });
    expect(await vote(ballot, zhou, 'approve', li)).toEqual({ refused: 'renovation.no-proxy', with: { owner: li.id } });
    expect(await vote(ballot, moderator, 'approve', li)).toEqual({ refused: 'renovation.no-proxy', with: { owner: li.id } });
    await app.done({ command: 'GiveRenovationProxy', params, sender: li, data: { ballotId, to: cai.id, document } });
    expect(await app.give({ command: 'GiveRenovationProxy', params, sender: wu, data: { ballotId, to: cai.id, document } })).toMatchObject({
      refused: 'renovation.proxy-covers-another',
    });
    expect(await app.give({ command: 'EndRenovationProxy', params, sender: wu, data: { ballotId, to: cai.id } })).toMatchObject({
      refused: 'renovation.no-proxy-to-end',
    });
    await app.done({ command: 'EndRenovationProxy', params, sender: cai, data: { ballotId, to: cai.id } });
    expect(
      await app.give({ command: 'CastRenovationBallot', params, sender: cai, data: { ballotId, choice: 'approve', owner: li.id } }),
    ).toMatchObject({ refused: 'renovation.no-proxy' });
    await app.done({ command: 'GiveRenovationProxy', params, sender: li, data: { ballotId, to: cai.id, document } });
    expect(await vote(ballot, cai, 'approve', li)).toMatchObject({ created: true });
    expect(await vote(ballot, wu, 'abstain')).toMatchObject({ created: true });
    expect(await vote(ballot, moderator, 'approve')).toEqual({ refused: 'renovation.not-on-roll', with: { owner: 'moderator' } });

    const open = await ask('GetRenovationBallot', id);
    expect(open).toMatchObject({
      open: true,
      expected: { heads: 4, area: 500_00, households: 5 },
      votedAtLeast: 0,
    });
    expect(open.words).toEqual({
      zh: [
        '已登记权利人 4 处，400.00 平方米，计 3 人；同一人有几处、几人共有一处的，均按一人计。',
        '未登记权利人 1 处，100.00 平方米，一处按一人计，计 1 人。',
      ],
      en: [
        'Units with known owners: 4 (400.00 m²), heads: 3. An owner or several co-owners are one head.',
        'Units without a known owner: 1 (100.00 m²), one head each: 1.',
      ],
    });
    expect(JSON.stringify(open)).not.toMatch(/tally|"counts|participating":|approve"/u);
    expect(await ask('ListRenovationVotes', id)).toEqual({ refused: 'renovation.ballot-open' });
    expect(await ask('GetRenovationDecision', id)).toEqual({ refused: 'renovation.not-decided' });

    await comes('2026-06-20T08:00:00.000Z');
    expect(await vote(ballot, wu, 'approve')).toMatchObject({ refused: 'renovation.ballot-closed' });
    const closing = (await app.log.read(`renovation-${id}`)).find(({ type }) => type === 'RenovationBallotClosed')!;
    const named = { eventId: closing.id, revision: closing.revision };
    const decision = await ask('GetRenovationDecision', id);
    expect(decision).toMatchObject({
      official: true,
      phase: 'adopted',
      ballotId,
      outcome: 'adopted',
      closing: named,
      closingPosition: closing.position,
      title: '院坝改造',
    });
    expect(decision.words.zh).toEqual([
      '由业主决定，依据：《中华人民共和国民法典》第278条（2021-01-01 起施行）。',
      '专有部分面积：参与表决 400.00 平方米，应参与 500.00 平方米；400.00×3 (1200.00) > 500.00×2 (1000.00)（须大于或等于），达到法定参与数。',
      '业主：参与表决 3 人，应参与 4 人；3×3 (9) > 4×2 (8)（须大于或等于），达到法定参与数。',
      '专有部分面积：同意 300.00 平方米，参与表决 400.00 平方米；300.00×2 (600.00) > 400.00×1 (400.00)（须大于），达到同意比例。',
      '业主：同意 2 人，参与表决 3 人；2×2 (4) > 3×1 (3)（须大于），达到同意比例。',
      '结果：通过。',
    ]);
    expect(decision).toMatchObject({ source: { title: '中华人民共和国民法典', article: '278', validFrom: '2021-01-01' } });
    expect(decision.words.en[4]).toBe('2 owners approve, of 3 who took part; 2×2 (4) > 3×1 (3) (must be more): majority reached.');
    expect(decision.tallySha256).toBe(
      sha256(JSON.stringify({ ballotId, closing: named, expected: decision.expected, counts: decision.counts })),
    );
    expect(await ask('GetRenovationDecision', id, { rule: 'civil-code-278-special' })).toMatchObject({
      official: false,
      rule: 'civil-code-278-special',
      source: { title: '中华人民共和国民法典', article: '278' },
      outcome: 'rejected',
    });
    expect((await ask('GetRenovationDecision', id)).rule).toBe('civil-code-278-ordinary');
    expect(await ask('GetRenovationBallot', id)).toMatchObject({ open: false, closingPosition: closing.position });
    const votes = await ask('ListRenovationVotes', id);
    expect(votes.items.map((item) => [item['voterId'], item['choice'], item['replaces'], item['basis'], item['inTime']])).toEqual([
      [cai.id, 'reject', undefined, 'owner', true],
      [cai.id, 'approve', 'reject', 'owner', true],
      [li.id, 'approve', undefined, 'proxy', true],
      [wu.id, 'abstain', undefined, 'owner', true],
    ]);

    await app.done({ command: 'OpenRenovationNotice', params, sender: cadre, data: { until: '2026-06-30T08:00:00.000Z' } });
    const objection = await app.done({ command: 'RaiseRenovationObjection', params, sender: zhou, data: { words: '长凳挡门' } });
    await comes('2026-06-30T08:00:00.000Z');
    expect(await ask('GetRenovation', id)).toMatchObject({ phase: 'notice', notice: { objections: 1, open: 1 } });
    const [raised] = (await ask('ListRenovationObjections', id)).items;
    expect(raised?.['words']).toBe('长凳挡门');
    expect(objection.events).toHaveLength(1);
    await app.done({
      command: 'RuleOnRenovationObjection',
      params,
      sender: cadre,
      data: { objectionId: raised!['id'], upheld: false, reason: '看过' },
    });
    await comes('2026-07-01T08:00:00.000Z');
    expect(await ask('GetRenovation', id)).toMatchObject({ phase: 'effective', effectiveAt: '2026-07-01T08:00:00.000Z' });
    expect(stuck).toEqual([]);
    expect(await app.readModels.list(dueCommands, { prefix: '', limit: 10 })).toEqual([]);
    expect(await typesOf(`renovation-${id}`)).toEqual([
      'RenovationProposed',
      'RenovationConsultationOpened',
      'RenovationConsultationClosed',
      'RenovationDesignSubmitted',
      'RenovationDesignSigned',
      'RenovationDesignSigned',
      'RenovationDesignSigned',
      'RenovationBallotOpened',
      'RenovationBallotClosed',
      'RenovationDecided',
      'RenovationNoticeOpened',
      'RenovationObjectionRaised',
      'RenovationObjectionRuled',
      'RenovationTookEffect',
    ]);
  });

  it('is decided by households in a courtyard of a village: each has one vote, of its head, or of who lives there (E3)', async () => {
    const [of, home] = ['510121111220', (n: number) => `510121111220.1.${n}`];
    for (const [placeId, name, level] of [
      [of, '另一村', 'village'],
      [`${of}.1`, '另一大院', 'courtyard'],
    ])
      await app.done({ command: 'RegisterPlace', data: { placeId, name, level } });
    const head = await registered('户主', home(1));
    const child = await registered('子女', home(1));
    const single = await registered('独居', home(2));
    await app.done({ command: 'RegisterHousehold', data: { placeId: home(3), name: '3号' } });
    await app.done({ command: 'GrantRole', params: { id: head.id }, data: { capacity: 'household-head', placeId: home(1) } });
    const at = (capacity: 'cadre' | 'planner' | 'moderator') => actor(capacity, { capacity, placeId: of });
    const { id, ballotId, params } = await announced(`${of}.1`, head, at);
    expect(await ask('GetRenovationBallot', id)).toMatchObject({
      rule: { rule: 'villagers-group-meeting' },
      expected: { heads: 3, households: 3 },
      roll: [
        { line: 'known', units: 2, heads: 2 },
        { line: 'unknown', units: 1, heads: 1 },
      ],
    });
    await comes('2026-05-25T16:00:00.000Z');
    expect(await vote({ params, ballotId }, child, 'reject')).toMatchObject({ refused: 'renovation.not-on-roll' });
    for (const by of [head, single]) expect(await vote({ params, ballotId }, by, 'approve')).toMatchObject({ created: true });
    await comes('2026-06-20T08:00:00.000Z');
    expect(await ask('GetRenovationDecision', id)).toMatchObject({
      outcome: 'adopted',
      body: { body: 'villagers-group', zh: '村民小组会议' },
      source: { article: '28' },
      lapsed: true,
    });
  });

  it('is decided on time though nothing ran when the ballot closed, and once', async () => {
    const ballot = await balloting();
    await vote(ballot, people.cai, 'approve');
    await comes('2026-07-20T08:00:00.000Z');
    await comes('2026-07-21T08:00:00.000Z');
    expect(await ask('GetRenovationDecision', ballot.id)).toMatchObject({ outcome: 'no-quorum' });
    expect((await typesOf(`renovation-${ballot.id}`)).slice(-2)).toEqual(['RenovationBallotClosed', 'RenovationDecided']);
    await app.done({
      command: 'OpenRenovationBallot',
      params: ballot.params,
      sender: moderator,
      data: { matter: 'ordinary' },
    });
    await comes('2026-08-05T16:00:00.000Z');
    expect(await vote(ballot, people.wu, 'approve')).toEqual({ refused: 'renovation.no-such-ballot', with: { ballot: ballot.ballotId } });
    expect(await vote({ ...ballot, ballotId: `${ballot.id}.2` }, people.wu, 'approve')).toMatchObject({ created: true });
    for (const owner of [people.cai, people.li]) await vote({ ...ballot, ballotId: `${ballot.id}.2` }, owner, 'approve');
    await comes('2026-08-21T16:00:00.000Z');
    expect(await ask('GetRenovationDecision', ballot.id)).toMatchObject({
      ballotId: `${ballot.id}.2`,
      outcome: 'adopted',
      rule: 'civil-code-278-ordinary',
    });
  });

  it('is reopened by an objection that is upheld, and then takes no effect', async () => {
    const ballot = await balloting();
    const { params, id } = ballot;
    for (const owner of [people.cai, people.li, people.wu]) await vote(ballot, owner, 'approve');
    await comes('2026-06-20T08:00:00.000Z');
    await app.done({ command: 'OpenRenovationNotice', params, sender: cadre, data: {} });
    await app.done({ command: 'RaiseRenovationObjection', params, sender: people.wu, data: { words: '没有通知我' } });
    const [raised] = (await ask('ListRenovationObjections', id)).items;
    await app.done({
      command: 'RuleOnRenovationObjection',
      params,
      sender: cadre,
      data: { objectionId: raised!['id'], upheld: true, reason: '属实' },
    });
    await comes('2026-07-30T08:00:00.000Z');
    expect(await ask('GetRenovation', id)).toMatchObject({ phase: 'revision' });
    expect(stuck).toEqual([]);
  });
});

describe('given an open ballot and a process that has read nothing yet', () => {
  /** What another process reads of the log, and which streams it reads at the same time. */
  async function reading(work: (other: Application) => Promise<unknown>) {
    const other = await inMemoryApplication(app.log, undefined, app.keys);
    const read = app.log.read.bind(app.log);
    const underWay = new Set<string>();
    const streams: string[] = [];
    const together = new Set<string>();
    app.log.read = async (stream, from) => {
      const category = stream.slice(0, stream.indexOf('-'));
      streams.push(category);
      for (const before of underWay) together.add(`${before} ${category}`);
      underWay.add(category);
      await new Promise(setImmediate);
      underWay.delete(category);
      return read(stream, from);
    };
    try {
      return { outcome: await work(other), streams, together };
    } finally {
      app.log.read = read;
      await other.close();
    }
  }

  it.each([
    ['CastRenovationBallot', { choice: 'approve' }],
    ['WithdrawRenovationBallot', {}],
    ['GiveRenovationProxy', { to: 'somebody', document }],
    ['EndRenovationProxy', { to: 'somebody' }],
  ])('when somebody without the right gives %s, then the roll is not read', async (command, data) => {
    const { params, ballotId } = await balloting();
    const request = { command, params, data: { ballotId, ...data }, sender: people.cai };
    const { outcome, streams } = await reading((other) => other.give({ ...request, capacity: 'cadre' }));
    expect(outcome).toMatchObject({ refused: 'auth.no-such-capacity' });
    expect(streams).not.toContain('rollPage');
    expect((await reading((other) => other.give(request))).streams).toContain('rollPage');
  });

  it.each([
    ['CastRenovationBallot', { choice: 'approve', owner: 'somebody' }, 'rollPage renovationProxy'],
    ['GiveRenovationProxy', { to: 'somebody', document }, 'rollPage renovationProxy'],
  ])('when %s is given, then the roll and the proxy are read at the same time', async (command, data, both) => {
    const { params, ballotId } = await balloting();
    const { together } = await reading((other) => other.give({ command, params, data: { ballotId, ...data }, sender: people.cai }));
    expect([...together, ...[...together].map((pair) => pair.split(' ').toReversed().join(' '))]).toContain(both);
  });
});

describe('an owner who has sold and moved away since the ballot opened', () => {
  it('may change the vote that still counts, withdraw it, and have it withdrawn on paper', async () => {
    const ballot = await balloting();
    const { params, ballotId } = ballot;
    app.clock.set('2026-06-10T08:00:00.000Z');
    const onPaper = { params, sender: cadre, onBehalfOf: people.wu.id, channel: 'paper-form' } as const;
    for (const owner of [people.cai, people.li]) await vote(ballot, owner, 'reject');
    await app.done({ ...onPaper, command: 'CastRenovationBallot', data: { ballotId, choice: 'reject' } });
    for (const owner of [people.cai, people.wu])
      await app.done({ command: 'RevokeRole', params: { id: owner.id }, data: { capacity: 'resident', placeId: `${courtyard}.1` } });
    for (const n of [1, 4])
      await app.done({ command: 'RecordOwners', params: { id: `${courtyard}.${n}` }, data: { owners: [people.li.id] } });
    const cai = actor(people.cai.id); // a token that vouches for no role
    expect(await vote(ballot, cai, 'approve')).toMatchObject({ events: [{ type: 'RenovationBallotCast' }] });
    const withdrawing = { command: 'WithdrawRenovationBallot', params, data: { ballotId } };
    expect(await app.give({ ...withdrawing, sender: actor('stranger') })).toMatchObject({ refused: 'renovation.not-on-roll' });
    await app.done({ ...withdrawing, sender: cai });
    await app.done({ ...onPaper, ...withdrawing });
    await comes('2026-06-20T08:00:00.000Z');
    expect(await ask('GetRenovationBallot', ballot.id)).toMatchObject({
      open: false,
      expected: { heads: 4 },
      participating: { heads: 1 },
    });
  });
});

describe('what is entered for an owner', () => {
  const happened = '2026-06-09T08:00:00.000Z';
  const entering = (
    command: 'CastRenovationBallot' | 'WithdrawRenovationBallot',
    { params, ballotId }: { params: { id: string }; ballotId: string },
    { id }: Actor,
    choice?: string,
  ) =>
    app.give({
      command,
      params,
      data: { ballotId, ...(choice !== undefined && { choice }) },
      sender: cadre,
      onBehalfOf: id,
      channel: 'door-to-door',
      occurredAt: happened,
    });
  const mine = async (id: string, viewer: Actor, parameters: object = {}) => {
    const row = queries.find(({ query }) => query === 'GetMyRenovationVote')!;
    return row.answer({
      params: { id },
      query: parameters,
      viewer: app.authority.viewer(viewer),
      rows: await freshRows(),
      log: app.log,
      services: app.services,
      now: app.clock.now().toISOString(),
    });
  };

  it('is answered the same whatever stands, shown to the owner, and counts where the owner has not voted', async () => {
    const ballot = await balloting();
    app.clock.set('2026-06-10T08:00:00.000Z');
    const { cai, li, wu } = people;
    await vote(ballot, cai, 'approve');
    await vote(ballot, wu, 'reject');
    const answers = [];
    for (const owner of [cai, li, wu])
      for (const [command, choice] of [
        ['WithdrawRenovationBallot', undefined],
        ['CastRenovationBallot', 'reject'],
      ] as const)
        answers.push(await entering(command, ballot, owner, choice));
    for (const [i, answer] of answers.entries())
      expect(answer).toMatchObject({
        revision: null,
        created: false,
        events: [{ type: i % 2 === 0 ? 'RenovationBallotWithdrawn' : 'RenovationBallotCast' }],
      });
    const entered = { happenedAt: happened, enteredBy: cadre.id, channel: 'door-to-door' };
    expect(await mine(ballot.id, cai)).toEqual({
      ballotId: ballot.ballotId,
      owner: cai.id,
      vote: { choice: 'approve', castBy: cai.id, basis: 'owner', castAt: '2026-06-10T08:00:00.000Z' },
      entered: [
        {
          act: 'withdrawal',
          by: cai.id,
          basis: 'owner',
          notCounted: 'in-person',
          counts: false,
          enteredAt: '2026-06-10T08:00:00.000Z',
          ...entered,
        },
        {
          act: 'vote',
          choice: 'reject',
          by: cai.id,
          basis: 'owner',
          notCounted: 'in-person',
          counts: false,
          enteredAt: '2026-06-10T08:00:00.000Z',
          ...entered,
        },
      ],
    });
    expect(await mine(ballot.id, li)).toMatchObject({
      vote: { choice: 'reject' },
      entered: [{ counts: false }, { counts: true, ...entered }],
    });
    expect(await mine(ballot.id, cai, { owner: li.id })).toMatchObject({ vote: null, entered: [] });
    await app.done({
      command: 'WithdrawRenovationBallot',
      params: ballot.params,
      sender: actor(li.id),
      data: { ballotId: ballot.ballotId },
    });
    await comes('2026-06-20T08:00:00.000Z');
    expect(await ask('GetRenovationBallot', ballot.id)).toMatchObject({ participating: { heads: 2, area: 200_00, households: 2 } });
  });
});

describe('who may', () => {
  const outsider = actor(
    'outsider',
    { capacity: 'resident', placeId: '510121111220.1.1' },
    { capacity: 'moderator', placeId: '510121111220' },
    { capacity: 'planner', placeId: '510121111220' },
    { capacity: 'cadre', placeId: '510121111220' },
  );

  it('nobody from elsewhere, whatever they are there', async () => {
    const { params } = await balloting();
    const denied = { refused: 'auth.not-allowed', with: { place: courtyard } };
    for (const [command, data] of [
      ['OpenRenovationConsultation', { until: '2026-06-01T08:00:00.000Z' }],
      ['GiveRenovationOpinion', { words: '我' }],
      ['SubmitRenovationDesign', { summary: '我', document, cost: 1 }],
      ['ReviseRenovationDesign', { summary: '我', document, cost: 1 }],
      ['SignRenovationDesign', { version: 1 }],
      ['OpenRenovationBallot', { matter: 'ordinary', closesAt: '2026-06-01T08:00:00.000Z' }],
      ['OpenRenovationNotice', {}],
      ['RaiseRenovationObjection', { words: '我' }],
      ['RuleOnRenovationObjection', { objectionId: 'o1', upheld: true, reason: '我' }],
      ['CloseRenovationConsultation', {}],
      ['CloseRenovationBallot', {}],
      ['PutRenovationIntoEffect', {}],
    ] as const) {
      expect([command, await app.give({ command, params, data, sender: outsider })]).toEqual([command, denied]);
    }
    expect(await app.give({ command: 'ProposeRenovation', data: proposal, sender: outsider })).toEqual(denied);
  });

  it('no resident signs for cadres or planner, opens a ballot or rules on an objection', async () => {
    const { params } = await balloting();
    for (const [command, data] of [
      ['OpenRenovationBallot', { matter: 'ordinary', closesAt: '2026-06-01T08:00:00.000Z' }],
      ['RuleOnRenovationObjection', { objectionId: 'o1', upheld: true, reason: '我' }],
      ['ReviseRenovationDesign', { summary: '我', document, cost: 1 }],
    ] as const)
      expect(await app.give({ command, params, data, sender: people.cai })).toMatchObject({ refused: 'auth.not-allowed' });
  });
});

describe('what is said of a refusal', () => {
  it.each(Object.entries(renovationTexts))('%s quotes the same figures in both languages', (_, { zh, en }) => {
    const figures = (text: string) => [...new Set(text.match(/\{\w+\}/gu))].sort();
    expect(figures(zh)).toEqual(figures(en));
  });
});

describe('the list of renovations', () => {
  it('shows those of a place and below it', async () => {
    const { id } = await app.done({ command: 'ProposeRenovation', sender: people.cai, data: proposal });
    for (const place of [courtyard, '510121111219', '510121111', '510121', undefined]) {
      expect((await ask('ListRenovations', '', { place })).items).toEqual([
        expect.objectContaining({ renovationId: id, phase: 'proposed' }),
      ]);
    }
    for (const place of ['510121111220', '510121111219.10']) expect((await ask('ListRenovations', '', { place })).items).toEqual([]);
  });

  it('knows no other', async () => {
    for (const query of [
      'GetRenovation',
      'GetRenovationBallot',
      'GetRenovationDecision',
      'ListRenovationVotes',
      'ListRenovationOpinions',
      'ListRenovationObjections',
    ]) {
      expect(await ask(query, 'nothing')).toEqual({ refused: 'renovation.not-found', with: { id: 'nothing' } });
    }
    const { id } = await app.done({ command: 'ProposeRenovation', sender: people.cai, data: proposal });
    expect(await ask('GetRenovationBallot', id)).toEqual({ refused: 'renovation.no-ballot' });
    expect(await ask('ListRenovationVotes', id)).toEqual({ refused: 'renovation.no-ballot' });
    expect(
      await app.give({ command: 'CastRenovationBallot', params: { id: 'nothing' }, data: { ballotId: 'nothing.1', choice: 'approve' } }),
    ).toEqual({ refused: 'renovation.not-found', with: { id: 'nothing' } });
  });
});
