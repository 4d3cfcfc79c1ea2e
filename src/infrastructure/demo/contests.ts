import { readFileSync } from 'node:fs';
import { contest } from '../../domain/contest/contest.js';
import type { Actor } from '../../application/kernel/actor.js';
import { derivedId } from '../../application/kernel/ids.js';
import { readText } from '../formats/encoding.js';
import { importPabulibVotes } from '../import/pabulib-votes.js';
import { engage, office, places } from './cast.js';
import type { Stage } from './stage.js';
import { people } from '../../projections/registry/people.js';

/** Ballots of 2,553 real voters (data/SOURCES.md). */
const ballots = new URL('../../../data/Poland_Swiecie_2023.pb', import.meta.url);
/** The invented compound that stands for each project of these ballots. */
const compounds = new URL('../../../data/demo-compounds.json', import.meta.url);
/** First number of the compounds: there are none with such numbers in the village. */
const firstCompound = 101;

/** By then seven days of public notice are over, wherever they end at a weekend. */
const mostNoticeDays = 10;

/** 最美小区: 22 invented compounds and real ballots. There is no jury, so the ranking equals the file's own count. */
export async function playCompounds(stage: Stage): Promise<void> {
  const now = stage.clock.now().toISOString();
  const votingUntil = stage.inDays(15);
  const { id } = await stage.give({
    command: 'OpenContest',
    data: {
      placeId: places.qingjiang,
      category: 'compound',
      title: '最美小区',
      entriesUntil: stage.inDays(10),
      votingFrom: now,
      votingUntil,
      votesPerVoter: 100,
      formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['earlier-entry'] },
      embargo: 'none',
      awards: 3,
    },
    by: office,
  });
  const file = readFileSync(ballots);
  const entries = new Map<string, string>();
  for (const [project, name] of Object.entries(JSON.parse(readFileSync(compounds, 'utf8')) as Readonly<Record<string, string>>)) {
    const placeId = `${places.qingjiang}.${firstCompound + entries.size}`;
    await stage.give({ command: 'RegisterPlace', data: { placeId, name, level: 'compound' }, by: office });
    entries.set(project, await enter(stage, id, { by: office, data: { placeId, label: name } }));
  }
  const { votes, voters, refused } = await importPabulibVotes({
    file,
    source: readText(file),
    contestId: id,
    contest: async () => (await stage.wuwei.aggregates.load(contest, id)).state,
    give: ({ key, ...command }) => stage.try({ ...command, by: office, channel: 'import' }, derivedId('demo', key)),
    hashOf: stage.wuwei.hashOf,
    entries,
    onProgress: ({ done, total }) => stage.narrator.progress('最美小区 ballots', done, total),
  });
  if (refused.length > 0) throw new Error(`${refused.length} ballots were refused: ${JSON.stringify(refused[0])}`);
  await stage.until(votingUntil);
  await stage.until(stage.inDays(mostNoticeDays));
  stage.narrator.line(
    `最美小区：${format(voters)} 人投出 ${format(votes)} 票，公示 7 天后颁奖。选票借自波兰希维切市 2023 年的真实投票，小区名称为虚构，` +
      '对应关系见 data/demo-compounds.json。',
    `Most beautiful compound: ${format(voters)} voters cast ${format(votes)} votes. The award was granted after seven days of public ` +
      'notice. The ballots are real ones from Świecie, Poland, 2023; the compounds are invented: data/demo-compounds.json says which ' +
      'stands for which project.',
  );
}

const format = (number: number): string => number.toLocaleString('en-US');

/** The other three contests, smaller: residents vote, a jury scores, and all figures are secret until the voting closes. */
export async function playOthers(stage: Stage, voters: readonly Actor[]): Promise<void> {
  const { county, sanhebei, wufengxi, xieyangba } = places;
  const jurors = [];
  for (const name of ['陈评委', '林评委', '高评委'])
    jurors.push(await engage(stage, county, name, { capacity: 'jury-member', placeId: county }));
  const settlements = [
    { placeId: `${xieyangba}.2`, name: '谢杨坝林盘聚落' },
    { placeId: `${sanhebei}.2`, name: '三合碑老街聚落' },
    { placeId: `${wufengxi}.1`, name: '五凤溪糖坊街聚落' },
  ];
  for (const settlement of settlements)
    await stage.give({ command: 'RegisterPlace', data: { ...settlement, level: 'settlement' }, by: office });
  const entrants = {
    balcony: [3, 17, 40, 66].map((index) => ({ by: voters[index]!, data: {} })),
    settlement: settlements.map(({ placeId, name }) => ({ by: office, data: { placeId, label: name } })),
    memory: [
      { by: voters[5]!, data: { title: '院坝里的露天电影', story: '小时候一到夏天，全村人搬着板凳到院坝看电影，散场了还舍不得走。' } },
      { by: voters[9]!, data: { title: '沱江上的龙舟', story: '父亲那辈人划龙舟，鼓声一响，两岸都是人。如今我们又把船队拉起来了。' } },
      { by: voters[33]!, data: { title: '第一次领到新房钥匙', story: '搬进安置小区那天，老邻居还是门对门，院子里摆了三十桌。' } },
    ],
  };
  const titles = { balcony: '最美阳台', settlement: '最美聚落', memory: '最美记忆' } as const;
  for (const [taste, category] of (['balcony', 'settlement', 'memory'] as const).entries())
    await playOne(stage, { category, title: titles[category], taste }, entrants[category], voters, jurors);
  stage.narrator.line(
    '最美阳台、最美聚落、最美记忆：居民投票占六成，评委评分占四成，投票截止前不公开票数和得分。',
    'Most beautiful balcony, settlement and memory: residents’ votes count for 60 %, the jury for 40 %. All figures stay hidden ' +
      'until voting has closed.',
  );
}

interface Entrant {
  readonly by: Actor;
  readonly data: object;
}

async function playOne(
  stage: Stage,
  /** `taste`: a number, so that voters and jurors do not choose alike in all contests. */
  { category, title, taste }: { readonly category: string; readonly title: string; readonly taste: number },
  entrants: readonly Entrant[],
  voters: readonly Actor[],
  jurors: readonly Actor[],
): Promise<void> {
  const placeId = category === 'balcony' ? places.sanhebeiCompound : places.county;
  const votingUntil = stage.inDays(10);
  const resultAt = stage.inDays(12);
  const opened = await stage.give({
    command: 'OpenContest',
    data: {
      placeId,
      category,
      title,
      entriesUntil: stage.inDays(5),
      votingFrom: stage.inDays(1),
      votingUntil,
      votesPerVoter: 2,
      votesPerDay: 1,
      formula: { publicShare: 60, juryShare: 40, normalisation: 'maximum', tieBreaks: ['jury', 'earlier-entry'] },
      embargo: 'until-closed',
      jurors: jurors.map(({ id }) => id),
      resultAt,
    },
    by: office,
  });
  const params = { id: opened.id };
  const entries: string[] = [];
  for (const [index, { by, data }] of entrants.entries()) {
    const household = category === 'balcony' ? { placeId: await householdOf(stage, by), label: `${index + 1}号阳台` } : {};
    entries.push(await enter(stage, opened.id, { by, data: { ...data, ...household } }));
  }
  await stage.until(stage.inDays(1));
  await stage.each(voters, `${title} votes`, async (by, index) =>
    stage.give({
      command: 'CastVote',
      params,
      data: { entryId: entries[((index * 5 + Math.floor(index / 7) + taste) % (entries.length + 2)) % entries.length] },
      by,
    }),
  );
  for (const [juror, by] of jurors.entries()) {
    for (const [index, entryId] of entries.entries())
      await stage.give({ command: 'GiveJuryScore', params, data: { entryId, score: 78 + ((index * 7 + juror * 5 + taste * 3) % 19) }, by });
  }
  await stage.until(votingUntil);
  await stage.until(resultAt);
  await stage.until(stage.inDays(mostNoticeDays));
}

/** Enters somebody or something and accepts the entry; returns its id. */
async function enter(stage: Stage, contestId: string, { by, data }: Entrant): Promise<string> {
  const params = { id: contestId };
  const { entryId } = await stage.firstEvent<{ entryId: string }>({ command: 'EnterContest', params, data, by });
  await stage.give({ command: 'ScreenEntry', params, data: { entryId, decision: 'accepted' }, by: office });
  return entryId;
}

async function householdOf(stage: Stage, { id }: Actor): Promise<string> {
  const row = await stage.wuwei.readModels.get(people, id);
  if (!row?.householdId) throw new Error(`${id} has no household`);
  return row.householdId;
}
