import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { SingleBar } from 'cli-progress';
import { pino } from 'pino';
import { contest } from '../src/domain/contest/contest.js';
import { noStream, type NewEvent } from '../src/application/ports/event-log.js';
import type { Actor } from '../src/application/kernel/actor.js';
import { newEventId } from '../src/application/kernel/ids.js';
import type { EventMeta } from '../src/projections/projection.js';
import { openSqliteLog } from '../src/infrastructure/event-log/sqlite/log.js';
import { openWuwei, type WuweiOptions } from '../src/infrastructure/wuwei.js';

/** A contest that is open for votes, in a data folder of its own. */
export interface Scene {
  readonly folder: string;
  readonly contestId: string;
  readonly placeId: string;
  readonly entryIds: readonly string[];
}

const entries = 100;
const village = '510121111219';
const county = '510121';
/** Appends under way at once while a log is filled. */
const width = 2_000;
const hour = 3_600_000;

/**
 * A data folder with a contest of a hundred compounds, every step of it decided, and `votes` votes, each of a voter of its own. A
 * folder that holds it already is used as it is.
 * @param engines where the contest is kept instead of in the folder; they must be empty
 */
export async function fill(folder: string, votes: number, engines: WuweiOptions['engines'] = null): Promise<Scene> {
  const noted = join(folder, 'scene.json');
  if (existsSync(noted)) return JSON.parse(readFileSync(noted, 'utf8')) as Scene;
  mkdirSync(folder, { recursive: true });
  const scene = await openContest(folder, engines);
  if (votes > 0) await castVotes(scene, votes);
  writeFileSync(noted, JSON.stringify(scene));
  return scene;
}

async function openContest(folder: string, engines: WuweiOptions['engines'] = null): Promise<Scene> {
  const anHourAgo = new Date(Date.now() - hour);
  const wuwei = await openWuwei({
    folder,
    engines,
    clock: { now: () => anHourAgo, monotonic: () => performance.now() },
    logger: pino({ level: 'warn' }),
  });
  const sender: Actor = { id: 'bench', grants: [{ capacity: 'cadre', placeId: county }] };
  let given = 0;
  const give = async (command: string, params: Readonly<Record<string, string>>, data: object): Promise<string> => {
    const definition = wuwei.commands.find((candidate) => candidate.command === command)!;
    const outcome = await wuwei.execute.run({ definition, params, data, sender, channel: 'web', key: `${++given}` });
    if ('refused' in outcome) throw new Error(`${command} was refused: ${outcome.refused}`);
    return outcome.id;
  };
  await give('RegisterPlace', {}, { placeId: county, name: '金堂县', level: 'county' });
  await give('RegisterPlace', {}, { placeId: village.slice(0, 9), name: '官仓街道', level: 'town' });
  await give('RegisterPlace', {}, { placeId: village, name: '清江社区', level: 'community' });
  const soon = new Date(anHourAgo.getTime() + hour / 2).toISOString();
  const contestId = await give(
    'OpenContest',
    {},
    {
      placeId: village,
      category: 'compound',
      title: '清江社区最美小区',
      entriesUntil: soon,
      votingFrom: soon,
      votingUntil: new Date(Date.now() + 480 * hour).toISOString(),
      votesPerVoter: 3,
      votesPerDay: 3,
      formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['earlier-entry'] },
      embargo: 'none',
      jurors: [],
      noticeDays: 7,
    },
  );
  for (let n = 1; n <= entries; n++) {
    await give('RegisterPlace', {}, { placeId: `${village}.${n}`, name: `第${n}小区`, level: 'compound' });
    await give('EnterContest', { id: contestId }, { placeId: `${village}.${n}`, label: `第${n}小区` });
  }

  const { state } = await wuwei.aggregates.load(contest, contestId);
  const entryIds = Object.keys(state!.entries);
  for (const entryId of entryIds) await give('ScreenEntry', { id: contestId }, { entryId, decision: 'accepted' });
  await wuwei.close();
  return { folder, contestId, placeId: village, entryIds };
}

/** Through the product's log, as the events stand there after real votes; only nobody decides. */
async function castVotes({ folder, contestId, placeId, entryIds }: Scene, votes: number): Promise<void> {
  const log = await openSqliteLog(folder);
  const bar = new SingleBar({
    format: 'filling the log [{bar}] {value}/{total} events, {eta} s left',
    noTTYOutput: false,
    clearOnComplete: true,
  });
  bar.start(votes, 0);
  for (let done = 0; done < votes; done += width) {
    await Promise.all(
      Array.from({ length: Math.min(width, votes - done) }, (_, n) => {
        const voter = randomUUID();
        return log.append(`contestVote-${contestId}.${voter}`, noStream, [
          voteOf(voter, contestId, entryIds[(done + n) % entryIds.length]!, placeId),
        ]);
      }),
    );
    bar.update(Math.min(votes, done + width));
  }
  bar.stop();
  await log.close();
}

function voteOf(voter: string, contestId: string, entryId: string, place: string): NewEvent {
  const now = new Date().toISOString();
  const meta: EventMeta = {
    actor: voter,
    capacity: 'resident',
    channel: 'web',
    place,
    correlation: newEventId(),
    key: randomUUID(),
    request: (randomUUID() + randomUUID()).replaceAll('-', ''),
  };
  return {
    id: newEventId(),
    type: 'VoteCast',
    schemaVersion: 1,
    occurredAt: now,
    recordedAt: now,
    data: JSON.stringify({ contestId, entryId }),
    meta: JSON.stringify(meta),
  };
}
