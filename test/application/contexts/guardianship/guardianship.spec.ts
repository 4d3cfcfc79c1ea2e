import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PolicyRunner } from '../../../../src/application/process/runner.js';
import { dueCommands } from '../../../../src/application/contexts.js';
import { guardianshipQueries } from '../../../../src/application/contexts/guardianship/queries.js';
import type { Actor } from '../../../../src/application/kernel/actor.js';
import { plusDays } from '../../../../src/domain/shared/time.js';
import { actor, inMemoryApplication, policyRunner } from '../../../support/application.js';
import { plots } from '../../../../src/projections/guardianship/plots.js';
import { meritTally } from '../../../../src/projections/guardianship/merit-tally.js';
import { meritEntries } from '../../../../src/projections/guardianship/merit-entries.js';
import { meritRulesVersions } from '../../../../src/projections/guardianship/merit-rules.js';

type Application = Awaited<ReturnType<typeof inMemoryApplication>>;
let app: Application;
let runner: PolicyRunner;
let stuck: unknown[];

const compound = '510121111219.1';
const plotId = `${compound}~1`;
const t0 = '2026-05-01T02:00:00.000Z';
const day = (days: number) => plusDays(t0, days);
/** 24:00 of the day in China that is so many days after t0. */
const end = (days: number) => `${day(days).slice(0, 10)}T16:00:00.000Z`;
const moderator = actor('mod', { capacity: 'moderator', placeId: compound });
const second = actor('mod-2', { capacity: 'moderator', placeId: compound });
const member = actor('cai', { capacity: 'party-member', placeId: compound });
const resident = actor('xie', { capacity: 'resident', placeId: `${compound}.9` });

const as = (sender: Actor, command: string, id: string, data: object = {}) => app.give({ command, sender, params: { id }, data });
/** Gives the command and expects it to be accepted. */
const did = async (sender: Actor, command: string, id: string, data: object = {}) => {
  const outcome = await as(sender, command, id, data);
  expect(outcome).not.toHaveProperty('refused');
  return outcome as Exclude<typeof outcome, { refused: string }>;
};
const caughtUp = async () =>
  app.readModels.atLeast(
    await app.log.position(),
    [dueCommands, plots, meritTally, meritEntries, meritRulesVersions],
    AbortSignal.timeout(5000),
  );
/** Lets time come to an instant, and the system do what is due until nothing is left to do. */
const until = async (instant: string) => {
  app.clock.set(instant);
  for (let round = 0; round < 5; round++) {
    await caughtUp();
    await runner.runDue();
  }
  await caughtUp();
  expect(stuck).toEqual([]);
};
const open = async () => (await app.readModels.list(dueCommands, { prefix: '', limit: 100 })).map(({ key, row }) => [key, row.due]);
const told = async (stream: string) => (await app.log.read(stream)).map(({ type }) => type);
const ask = async (query: string, given: object, viewer: Actor | null = null, id?: string) => {
  const row = guardianshipQueries.find((candidate) => candidate.query === query)!;
  return (await row.answer({
    params: id === undefined ? {} : { id },
    query: given,
    viewer: viewer && app.authority.viewer(viewer),
    rows: app.readModels,
    log: app.log,
    services: app.services,
    now: app.clock.now().toISOString(),
  })) as any; // eslint-disable-line @typescript-eslint/no-explicit-any -- what is answered is what the test looks at
};

beforeEach(async () => {
  app = await inMemoryApplication();
  stuck = [];
  runner = policyRunner(app, (entry) => stuck.push(entry));
  app.clock.set(t0);
  const places = [
    { placeId: '510121', name: '金堂县', level: 'county' },
    { placeId: '510121111', name: '金龙镇', level: 'town' },
    { placeId: '510121111219', name: '谢杨坝村', level: 'village' },
    { placeId: compound, name: '蔡家大院', level: 'courtyard' },
  ];
  for (const data of places) await app.done({ command: 'RegisterPlace', data });
  await did(moderator, 'ListPublicSpaces', compound, {
    spaces: [
      { id: 'lvdi-1', name: '绿地', kind: 'greening' },
      { id: 'loudao-1', name: '楼道', kind: 'stairwell' },
    ],
  });
  await did(moderator, 'DividePlots', compound, {
    plots: [
      { number: 1, name: '一号田', spaces: ['lvdi-1'] },
      { number: 2, name: '二号田', spaces: ['loudao-1'] },
    ],
    terms: { termDays: 300 },
  });
  await app.done({
    command: 'AdoptMeritRules',
    data: {
      placeId: '510121111219',
      from: '2026-05-01',
      redAt: 5,
      blackAt: -20,
      rules: [
        { cause: 'care-logged', points: 2, capPerDay: 1 },
        { cause: 'volunteered', points: 3 },
        { cause: 'inspection-passed', points: 5 },
        { cause: 'inspection-failed', points: -5 },
        { cause: 'rectification-overdue', points: -10 },
        { cause: 'revoked', points: -20 },
      ],
    },
  });
});
afterEach(() => app.close());

const adopt = async () => {
  await did(member, 'ApplyForPlot', plotId);
  await caughtUp();
  const { items } = await ask('ListPlotApplications', {}, moderator, plotId);
  await did(moderator, 'RuleOnPlotApplication', plotId, { applicationId: items[0].applicationId, accepted: true });
};

describe('what falls due in guardianship', () => {
  it('closes the window for party members, after which residents apply', async () => {
    expect(await as(resident, 'ApplyForPlot', plotId)).toEqual({ refused: 'guardianship.party-first', with: { until: end(14) } });
    await until(day(13.9));
    expect((await ask('ListPlots', { place: '510121' })).items.map((row: { openTo: string }) => row.openTo)).toEqual([
      'party-members',
      'party-members',
    ]);
    await until(end(14));
    expect((await ask('ListPlots', { place: '510121' })).items.map((row: { openTo: string }) => row.openTo)).toEqual([
      'everyone',
      'everyone',
    ]);
    expect(await open()).toEqual([]);
    await did(resident, 'ApplyForPlot', plotId);
  });

  it('ends the guardianship with its term, also when nobody looked for long', async () => {
    await adopt();
    await until(day(400));
    expect(await told(`plot-${plotId}`)).toEqual(['PlotApplicationMade', 'PlotAdopted', 'GuardianshipEnded']);
    expect(await open()).toEqual([]);
  });

  it('ends it with a notice instead, unless it was handed over', async () => {
    await adopt();
    await did(member, 'GivePlotNotice', plotId);
    await caughtUp();
    expect(await open()).toContainEqual([`guardianship-end/${plotId}`, end(31)]); // the thirtieth day is a Sunday
    await did(member, 'OfferPlot', plotId, { toId: 'xie' });
    await did(resident, 'TakeOverPlot', plotId);
    await until(day(31));
    expect(await open()).toEqual([[`guardianship-end/${plotId}`, end(300)]]);
    await did(resident, 'GivePlotNotice', plotId);
    await until(day(62));
    expect((await told(`plot-${plotId}`)).slice(-2)).toEqual(['PlotNoticeGiven', 'GuardianshipEnded']);
    expect(await open()).toEqual([]);
  });

  it('marks a rectification overdue, revokes at the third failure, and counts each once', async () => {
    await adopt();
    await until(day(15));
    await did(moderator, 'InspectPlot', plotId, { score: 50 });
    await until(day(16));
    await did(moderator, 'ConfirmRectification', plotId);
    await did(moderator, 'InspectPlot', plotId, { score: 50 });
    await until(day(30));
    await did(moderator, 'InspectPlot', plotId, { score: 50 });
    await until(day(31));
    expect(await told(`plot-${plotId}`)).toEqual([
      'PlotApplicationMade',
      'PlotAdopted',
      'PlotInspected',
      'RectificationOpened',
      'RectificationMet',
      'PlotInspected',
      'RectificationOpened',
      'RectificationOverdue',
      'PlotInspected',
      'GuardianshipRevoked',
    ]);
    expect(await open()).toEqual([]);
    const { items } = await ask('ListMeritEntries', { place: compound, guardian: 'cai' }, member);
    expect(
      items.map(({ cause, points, standing, rulesPlaceId, rulesVersion }: Record<string, unknown>) => [
        cause,
        points,
        standing,
        rulesPlaceId,
        rulesVersion,
      ]),
    ).toEqual([
      ['inspection-failed', -5, 'stands', '510121111219', 1],
      ['rectification-met', 0, 'not-entered', '510121111219', 1],
      ['inspection-failed', -5, 'stands', '510121111219', 1],
      ['rectification-overdue', -10, 'stands', '510121111219', 1],
      ['inspection-failed', -5, 'stands', '510121111219', 1],
      ['revoked', -20, 'stands', '510121111219', 1],
    ]);
    // each answer names the event that was its cause
    const plotEvents = new Map((await app.log.read(`plot-${plotId}`)).map(({ id, type }) => [id, type]));
    expect(items.map(({ causeId }: { causeId: string }) => plotEvents.get(causeId))).toEqual([
      'PlotInspected',
      'RectificationMet',
      'PlotInspected',
      'RectificationOverdue',
      'PlotInspected',
      'GuardianshipRevoked',
    ]);
  });
});

describe('an appeal against a failed inspection that is upheld', () => {
  const account = `${compound}~cai`;
  const points = async () =>
    (await ask('ListMeritTallies', { by: 'guardian', place: compound })).items.map(({ of, points }: { of: string; points: number }) => [
      of,
      points,
    ]);
  const reverseLast = async () => {
    const { items } = await ask('ListMeritEntries', { place: compound, guardian: 'cai' }, member);
    const { causeId } = items.findLast(({ cause }: { cause: string }) => cause === 'inspection-failed');
    await did(member, 'AppealMerit', account, { causeId, words: '那天在施工' });
    const own = await as(moderator, 'RuleOnMeritAppeal', account, { causeId, upheld: true, reason: '是我查的' });
    expect(own).toEqual({ refused: 'guardianship.own-inspection' }); // also after a revocation
    await did(second, 'RuleOnMeritAppeal', account, { causeId, upheld: true, reason: '属实' });
  };
  const failTwice = async () => {
    await adopt();
    await until(day(15));
    for (let time = 0; time < 2; time++) {
      await did(moderator, 'InspectPlot', plotId, { score: 50 });
      await did(moderator, 'ConfirmRectification', plotId);
    }
    await until(day(16));
  };

  it('undoes the revocation that rested on it, with its merit, by events', async () => {
    await failTwice();
    await did(moderator, 'InspectPlot', plotId, { score: 50 });
    await until(day(17));
    expect(await points()).toEqual([['cai', -35]]);
    await reverseLast();
    await until(day(18));
    expect((await told(`plot-${plotId}`)).slice(-4)).toEqual([
      'PlotInspected',
      'GuardianshipRevoked',
      'InspectionVoided',
      'GuardianshipReinstated',
    ]);
    expect(await points()).toEqual([['cai', -10]]);
    expect((await ask('ShowPlot', {}, null, plotId)).guardian.personId).toBe('cai');
    expect(await open()).toEqual([[`guardianship-end/${plotId}`, end(300)]]);
    await did(member, 'LogCare', plotId, { kinds: ['watering'] });
    await until(day(301));
    expect((await told(`plot-${plotId}`)).at(-1)).toBe('GuardianshipEnded');
  });
  it('drops the rectification that rested on it', async () => {
    await adopt();
    await until(day(15));
    await did(moderator, 'InspectPlot', plotId, { score: 50 });
    await until(day(16));
    await reverseLast();
    await until(day(30));
    expect((await told(`plot-${plotId}`)).slice(-2)).toEqual(['InspectionVoided', 'RectificationDropped']);
    expect(await points()).toEqual([['cai', 0]]);
  });
});

it('keeps a rectification due beyond the end of the guardianship', async () => {
  await adopt();
  await until(day(295));
  await did(moderator, 'InspectPlot', plotId, { score: 50 });
  await did(member, 'GivePlotNotice', plotId);
  await until(day(306));
  expect((await told(`plot-${plotId}`)).slice(-2)).toEqual(['GuardianshipEnded', 'RectificationOverdue']);
  expect((await ask('ListMeritTallies', { by: 'guardian', place: compound })).items[0].points).toBe(-15);
  expect(await open()).toEqual([]);
});

it('credits the household in which the guardian lives when the cause happens', async () => {
  for (const n of [1, 2]) await app.done({ command: 'RegisterHousehold', data: { placeId: `${compound}.${n}`, name: `${n}号` } });
  const { id } = await app.done({ command: 'RegisterPerson', data: { placeId: `${compound}.1`, name: '蔡新周' } });
  const guardian = actor(id, { capacity: 'party-member', placeId: compound });
  await did(guardian, 'ApplyForPlot', plotId);
  await caughtUp();
  const { items } = await ask('ListPlotApplications', {}, moderator, plotId);
  await did(moderator, 'RuleOnPlotApplication', plotId, { applicationId: items[0].applicationId, accepted: true });
  await until(day(15));
  await app.done({ command: 'MoveHousehold', params: { id }, data: { householdId: `${compound}.2` } });
  await did(guardian, 'LogCare', plotId, { kinds: ['watering'] });
  await did(moderator, 'InspectPlot', plotId, { score: 50 });
  await until(day(30));
  expect(
    (await ask('ListMeritTallies', { by: 'household', place: compound })).items.map(({ of, points }: { of: string; points: number }) => [
      of,
      points,
    ]),
  ).toEqual([[`${compound}.2`, 2 - 5 - 10]]);
});

describe('merit', () => {
  it('is tallied, listed, appealed and given back', async () => {
    await adopt();
    await until(day(15));
    await did(member, 'LogCare', plotId, { kinds: ['watering'] });
    await did(member, 'LogCare', plotId, { kinds: ['weeding'] });
    await did(resident, 'ContributeToPlot', `${compound}~2`, { kinds: ['painting'] });
    await did(moderator, 'InspectPlot', plotId, { score: 90 });
    await until(day(16));
    await did(moderator, 'InspectPlot', plotId, { score: 10 });
    await until(day(17));

    const tally = async (by: string, place: string) =>
      (await ask('ListMeritTallies', { by, place })).items.map(({ of, points }: { of: string; points: number }) => [of, points]);
    expect(await tally('guardian', compound)).toEqual([
      ['cai', 2],
      ['xie', 3],
    ]);
    expect(await tally('plot', '510121')).toEqual([
      [plotId, 2],
      [`${compound}~2`, 3],
    ]);
    expect(await tally('place', '510121111219')).toEqual([
      ['510121111219', 5],
      [compound, 5],
    ]);

    const { items } = await ask('ListMeritEntries', { place: compound, guardian: 'cai' }, member);
    const penalty = items.find(({ points }: { points: number }) => points < 0);
    const account = `${compound}~cai`;
    await did(member, 'AppealMerit', account, { causeId: penalty.causeId, words: '那天在施工' });
    expect(await as(resident, 'AppealMerit', account, { causeId: penalty.causeId, words: '替他说' })).toEqual({
      refused: 'guardianship.not-own-account',
    });
    expect(await as(member, 'RuleOnMeritAppeal', account, { causeId: penalty.causeId, upheld: true, reason: '属实' })).toHaveProperty(
      'refused',
      'auth.not-allowed',
    );
    expect(await as(moderator, 'RuleOnMeritAppeal', account, { causeId: penalty.causeId, upheld: false, reason: '是我查的' })).toEqual({
      refused: 'guardianship.own-inspection',
    });
    await did(second, 'RuleOnMeritAppeal', account, { causeId: penalty.causeId, upheld: true, reason: '属实' });
    await caughtUp();
    expect(await tally('guardian', compound)).toEqual([
      ['cai', 7],
      ['xie', 3],
    ]);
    expect((await ask('ShowMeritLists', { place: compound })).red.map(({ of }: { of: string }) => of)).toEqual(['cai']);
    expect((await ask('ShowMeritLists', { place: compound })).black).toEqual([]);
  });

  it('shows entries to the person concerned and to officials of the place only', async () => {
    expect(await ask('ListMeritEntries', { place: compound, guardian: 'cai' }, resident)).toHaveProperty('refused', 'auth.not-allowed');
    expect(await ask('ListMeritEntries', { place: compound }, member)).toHaveProperty('refused', 'auth.not-allowed');
    expect(await ask('ListMeritEntries', { place: '510121' }, moderator)).toHaveProperty('refused', 'auth.not-allowed');
    expect(await ask('ListMeritEntries', { place: '510121', household: `${compound}.9` }, moderator)).toEqual({ items: [], next: null });
    expect(await ask('ListMeritEntries', { place: compound, guardian: 'cai', plot: plotId }, moderator)).toHaveProperty(
      'refused',
      'guardianship.one-of-guardian-household-plot',
    );
  });

  it('lists the penalised below the threshold of the rules in force, and nobody where there are none', async () => {
    await adopt();
    await until(day(15));
    for (const overdue of [25, 33]) {
      await did(moderator, 'InspectPlot', plotId, { score: 0 });
      await until(day(overdue));
    }
    const { rules, red, black } = await ask('ShowMeritLists', { place: compound });
    expect(rules).toEqual({ placeId: '510121111219', version: 1, redAt: 5, blackAt: -20 });
    expect(red).toEqual([]);
    expect(black.map(({ of, points }: { of: string; points: number }) => [of, points])).toEqual([['cai', -30]]);
    expect(await ask('ShowMeritLists', { place: '510121' })).toEqual({ rules: null, red: [], black: [] });
    expect((await ask('ShowMeritRules', { place: compound })).inForce).toMatchObject({ placeId: '510121111219', version: 1 });
    expect((await ask('ShowMeritRules', { place: compound })).versions).toEqual([]);
  });
});

it.each([
  ['ListPlots', [true, true, true, true]],
  ['ShowPlot', [true, true, true, true]],
  ['ListPlotApplications', [false, false, false, true]],
  ['ShowMeritRules', [true, true, true, true]],
  ['ListPublicMeritTallies', [true, true, true, true]],
  ['ListMeritTallies', [false, false, true, true]],
  ['ShowMeritLists', [false, false, true, true]],
  ['ListMeritEntries', [false, true, true, true]],
] as const)('%s is answered to the public, a stranger, a resident, an auditor as declared', async (query, expected) => {
  const row = guardianshipQueries.find((candidate) => candidate.query === query)!;
  const readers = [
    null,
    actor('stranger', { capacity: 'resident', placeId: '510121111219.2.1' }),
    resident,
    actor('auditor', { capacity: 'auditor', placeId: '510121' }),
  ];
  expect(await Promise.all(readers.map((reader) => app.authority.mayRead(reader, row.allow, compound)))).toEqual(expected);
});

it('lists no public space at a place that is not registered', async () => {
  expect(
    await as(actor('x', { capacity: 'cadre', placeId: '510121' }), 'ListPublicSpaces', '510121111219.7', {
      spaces: [{ id: 'a', name: '绿地', kind: 'greening' }],
    }),
  ).toHaveProperty('refused', 'registry.place-not-found');
});

describe('a plot that does not exist', () => {
  it.each([
    'ApplyForPlot',
    'RuleOnPlotApplication',
    'OfferPlot',
    'TakeOverPlot',
    'GivePlotNotice',
    'LogCare',
    'ContributeToPlot',
    'InspectPlot',
    'ConfirmRectification',
  ])('%s answers not found', async (command) => {
    const everybody = actor(
      'everybody',
      ...(['moderator', 'party-member', 'volunteer'] as const).map((capacity) => ({ capacity, placeId: '510121' })),
    );
    for (const id of [`${compound}~9`, '510121111219.2~1']) {
      expect(await as(everybody, command, id)).toEqual({ refused: 'plot.not-found', with: { id } });
    }
  });
  it('tells whoever may not act there only that', async () => {
    for (const id of [`${compound}~1`, `${compound}~9`]) {
      expect(await as(actor('stranger'), 'InspectPlot', id)).toEqual({ refused: 'auth.not-allowed', with: { place: compound } });
    }
  });
  it('is not shown either', async () => {
    await caughtUp();
    expect(await ask('ShowPlot', {}, null, `${compound}~9`)).toEqual({ refused: 'plot.not-found', with: { id: `${compound}~9` } });
    expect((await ask('ShowPlot', {}, null, plotId)).applications).toBe(0);
  });
});
