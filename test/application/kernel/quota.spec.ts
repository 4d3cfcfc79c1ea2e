import { expect, it } from '@jest/globals';
import { commands } from '../../../src/application/contexts.js';
import { LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/event-log.js';
import { dailyActsOf } from '../../../src/application/kernel/quota.js';
import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';
import { actor, inMemoryApplication, official } from '../../support/application.js';

const placeId = '510121111219.1';
const data = { placeId, title: '院坝改造', description: '铺平地面，添长凳。', aspects: ['space-layout'], budget: 80_000_00 };
const resident = actor('resident-1', { capacity: 'resident', placeId });
const other = actor('resident-2', { capacity: 'resident', placeId });
const most = 5;
const register = async (app: Awaited<ReturnType<typeof inMemoryApplication>>) => {
  for (const [id, name, level] of [
    ['510121', '金堂县', 'county'],
    ['510121111', '金龙镇', 'town'],
    ['510121111219', '谢杨坝村', 'village'],
    [placeId, '蔡家大院', 'courtyard'],
  ])
    await app.done({ command: 'RegisterPlace', data: { placeId: id, name, level } });
};

it('one person gives a limited command so many times a day, however many at once and after a restart, and again the next day', async () => {
  const log = memoryLog();
  const first = await inMemoryApplication(log);
  await register(first);
  const propose = (app: typeof first, sender = resident) => app.give({ command: 'ProposeRenovation', data, sender });

  first.clock.set('2026-05-01T15:59:00.000Z'); // a minute before midnight in China
  const answers = await Promise.all(Array.from({ length: 2 * most }, () => propose(first)));
  const exceeded = { refused: 'request.quota-exceeded', with: { most, day: '2026-05-02', seconds: 60 } };
  expect(answers.filter((answer) => !('refused' in answer))).toHaveLength(most);
  expect(answers.filter((answer) => 'refused' in answer)).toEqual(Array.from({ length: most }, () => exceeded));
  expect(await propose(first, other)).not.toHaveProperty('refused');
  for (let n = 0; n <= most; n++) expect(await propose(first, official)).not.toHaveProperty('refused');

  const again = await inMemoryApplication(log, undefined, first.keys);
  again.clock.set('2026-05-01T15:59:30.000Z');
  expect(await propose(again)).toMatchObject({ refused: 'request.quota-exceeded', with: { seconds: 30 } });
  again.clock.set('2026-05-01T16:00:00.000Z');
  expect(await propose(again)).not.toHaveProperty('refused');
  for (const app of [first, again]) await app.close();
});

it('what is refused counts for nothing', async () => {
  const app = await inMemoryApplication();
  await register(app);
  const propose = (placeIdOfIt: string) =>
    app.give({ command: 'ProposeRenovation', data: { ...data, placeId: placeIdOfIt }, sender: resident });
  for (let n = 0; n < most; n++) expect(await propose(`${placeId}.999`)).toHaveProperty('refused');
  for (let n = 0; n < most; n++) expect(await propose(placeId)).not.toHaveProperty('refused');
  await app.close();
});

it('what may have been recorded counts: while the log cannot say so, nobody gets beyond the limit', async () => {
  const app = await inMemoryApplication(memoryLog());
  await register(app);
  const propose = () => app.give({ command: 'ProposeRenovation', data, sender: resident });
  const append = app.log.append.bind(app.log);
  const read = app.log.read.bind(app.log);
  app.log.append = async (...args) => {
    await append(...args);
    app.log.read = () => Promise.reject(new LogUnavailable('gone'));
    throw new OutcomeUnknown('no answer');
  };
  for (let n = 0; n < most; n++) {
    await expect(propose()).rejects.toBeInstanceOf(OutcomeUnknown);
    app.log.read = read;
  }
  app.log.append = append;
  expect(await propose()).toMatchObject({ refused: 'request.quota-exceeded' });
  expect(await propose()).toMatchObject({ refused: 'request.quota-exceeded' });
  await app.close();
}, 60_000);

it('what was certainly not recorded does not count', async () => {
  const app = await inMemoryApplication(memoryLog());
  await register(app);
  const propose = () => app.give({ command: 'ProposeRenovation', data, sender: resident });
  const append = app.log.append.bind(app.log);
  app.log.append = () => Promise.reject(new LogUnavailable('disk full'));
  for (let n = 0; n <= most; n++) await expect(propose()).rejects.toBeInstanceOf(LogUnavailable);
  app.log.append = append;
  for (let n = 0; n < most; n++) expect(await propose()).not.toHaveProperty('refused');
  await app.close();
});

it('given one more command with a limit, when the counts are declared, then they have another version, so that they are built anew', () => {
  const limited = commands.filter(({ daily }) => daily !== undefined);
  expect(dailyActsOf(commands).version).toBe(dailyActsOf(limited.toReversed()).version);
  expect(dailyActsOf(commands).version).not.toBe(dailyActsOf(limited.slice(1)).version);
});

it('every limit counts an event that its command can lead to', () => {
  const limited = commands.filter(({ daily }) => daily !== undefined);
  expect(limited.map(({ command }) => command)).toContain('ProposeRenovation');
  expect(limited.filter(({ daily, decider }) => !(daily!.event in decider.events))).toEqual([]);
});

/** Commands that residents give without a daily limit, and what bounds them instead. */
const boundedOtherwise: Readonly<Record<string, string>> = {
  WithdrawErasure: 'ends a request, and requests have a limit',
  RenewPledge: 'once for each version of the covenant',
  WithdrawPledge: 'ends a pledge, and pledges have a limit',
  MountPlaque: 'once for each plaque',
  ApplyForPlot: 'one application of a person at a time, and a limit for each plot',
  OfferPlot: 'needs another person to take over',
  TakeOverPlot: 'needs an offer',
  GivePlotNotice: 'once for each guardianship',
  LogCare: 'a limit for each plot and day, by the policy of the place',
  CastVote: 'a limit for each contest and day',
  WithdrawVote: 'a limit for each contest',
  SignRenovationDesign: 'once for each version and group',
  EndRenovationProxy: 'ends a proxy, and proxies have a limit',
  CastRenovationBallot: 'a limit of acts for each person and name',
  WithdrawRenovationBallot: 'the same',
  CastPaper: 'a limit of changes for each ballot',
  WithdrawPaper: 'the same',
  NominateCandidate: 'as many as there are seats',
  CastElectionPaper: 'once for each election',
  VoteOnResolution: 'a limit of changes for each resolution',
};
const officials = ['department', 'cadre', 'moderator', 'planner', 'jury-member', 'auditor', 'volunteer'];

it('whatever people may do who hold no office has a daily limit, or another bound that is named here', () => {
  const byResidents = commands.filter(({ allow }) => {
    if (allow === 'system') return false;
    return (
      typeof allow === 'string' ||
      'as' in allow ||
      'self' in allow ||
      [...(allow.of ?? []), ...(allow.over ?? [])].some((capacity) => !officials.includes(capacity))
    );
  });
  const unlimited = byResidents.filter(({ daily }) => daily === undefined).map(({ command }) => command);
  expect(unlimited.toSorted()).toEqual(Object.keys(boundedOtherwise).toSorted());
});
