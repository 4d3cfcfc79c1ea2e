import type { Actor } from '../../src/application/kernel/actor.js';
import { actor, inMemoryApplication } from './application.js';
import * as asking from './asking.js';
import { moments, opening } from './contest.js';

export const places = [
  { placeId: '510121', name: '金堂县', level: 'county' },
  { placeId: '510121111', name: '金龙镇', level: 'town' },
  { placeId: '510121111219', name: '谢杨坝村', level: 'village' },
  { placeId: '510121111219.1', name: '蔡家大院', level: 'courtyard' },
  { placeId: '510121111219.2', name: '三合小区', level: 'compound' },
] as const;
export const resident = (id: string): Actor => actor(id, { capacity: 'resident', placeId: '510121111219.1' });
export const juror = (id: string): Actor => actor(id, { capacity: 'jury-member', placeId: '510121111' });

/** An application in memory with these places, and what it takes to hold contests in it. `stuck` is what was due and could not be done. */
export async function contestStage() {
  const app = await inMemoryApplication();
  for (const data of places) await app.done({ command: 'RegisterPlace', data });
  const stuck: unknown[] = [];

  const ask = (query: string, params: Record<string, string>, more?: Parameters<typeof asking.ask>[3]) =>
    asking.ask(app, query, params, more);
  const time = (at: string) => asking.time(app, at, stuck);
  const events = (from = 0) => asking.eventsOf(app, from);
  const types = async (from: number) => (await events(from)).map(({ type }) => type);
  const entryIdOf = async (contestId: string, label: string) =>
    ((await ask('ListContestEntries', { id: contestId })).items as { entryId: string; label: string }[]).find(
      (entry) => entry.label === label,
    )!.entryId;

  /** A contest with two accepted entries, of which 蔡家大院 came an hour earlier, at a moment of its voting. */
  async function openContest(change = {}) {
    app.clock.set('2026-05-01T08:00:00.000Z');
    const { id } = await app.done({ command: 'OpenContest', data: { ...opening, ...change } });
    for (const [{ placeId, name }, at] of [
      [places[3], moments.entering],
      [places[4], '2026-05-05T09:00:00.000Z'],
    ] as const) {
      app.clock.set(at);
      await app.done({ command: 'EnterContest', params: { id }, data: { placeId, label: name }, sender: resident('resident-1') });
      await app.done({ command: 'ScreenEntry', params: { id }, data: { entryId: await entryIdOf(id, name), decision: 'accepted' } });
    }
    app.clock.set(moments.voting);
    return { id, params: { id }, cai: await entryIdOf(id, '蔡家大院'), san: await entryIdOf(id, '三合小区') };
  }
  const vote = (params: { id: string }, voter: string, entryId: string) =>
    app.give({ command: 'CastVote', params, data: { entryId }, sender: resident(voter) });

  return { app, ask, time, events, types, openContest, vote, stuck };
}
export type ContestStage = Awaited<ReturnType<typeof contestStage>>;
