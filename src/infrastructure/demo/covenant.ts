import type { Actor } from '../../application/kernel/actor.js';
import { engage, legalOffice, nameOf, office, places } from './cast.js';
import { sha256 } from '../../domain/shared/sha256.js';
import type { Stage } from './stage.js';

const clauses = [
  '自觉维护环境卫生，做好垃圾分类',
  '房前屋后收拾干净，不乱停放车辆',
  '不乱搭乱建，不占用公共道路',
  '爱护花草树木和公共设施',
  '孝敬老人，邻里和睦，有事好商量',
  '公共的事一起商量、一起出力',
];
/** Pledges of the two householders in the article, then invented ones. */
const pledges = [
  { name: '蔡新周', words: '自觉维护环境卫生，做好垃圾分类', clauses: [1] },
  { name: '蔡维成', words: '房前屋后收拾干净，不乱停放车辆', clauses: [2] },
  { name: nameOf(100), words: '门前种花，院坝每天扫一遍', clauses: [1, 4] },
  { name: nameOf(120), words: '不在路边堆柴草，农具收进屋', clauses: [2, 3] },
  { name: nameOf(140), words: '照看好院里的老人和孩子', clauses: [5] },
];
const householdsOfCourtyard = 8;

/** 微公约: the covenant of 谢杨坝村 and the pledges of 蔡家大院. Returns the householders. */
export async function playCovenant(stage: Stage): Promise<readonly Actor[]> {
  const { xieyangba, caiCourtyard } = places;
  await stage.give({ command: 'RegisterPlace', data: { placeId: caiCourtyard, name: '蔡家大院', level: 'courtyard' }, by: office });
  const householders: Actor[] = [];
  for (let n = 1; n <= householdsOfCourtyard; n++) {
    const placeId = `${caiCourtyard}.${n}`;
    await stage.give({ command: 'RegisterHousehold', data: { placeId, name: `蔡家大院${n}号`, area: 90_00 + n * 3_50 }, by: office });
    householders.push(
      await engage(
        stage,
        placeId,
        pledges[n - 1]?.name ?? nameOf(200 + n),
        { capacity: 'household-head', placeId },
        { capacity: 'resident', placeId },
      ),
    );
  }
  const { id } = await stage.give({
    command: 'DraftCovenant',
    data: {
      placeId: xieyangba,
      title: '谢杨坝村村规民约',
      clauses: clauses.map((text, index) => ({ number: index + 1, text })),
      slogans: [{ text: '不乱搭' }, { text: '爱花草' }, { text: '美到家' }],
    },
    by: office,
  });
  const { until } = await stage.firstEvent<{ until: string }>({ command: 'OpenCovenantOpinions', params: { id }, by: office });
  await stage.give({
    command: 'GiveCovenantOpinion',
    params: { id },
    data: { clause: 1, words: '建议在院口多放一个分类垃圾桶' },
    by: householders[3]!,
  });
  await stage.until(until);
  await stage.give({ command: 'ReviewCovenant', params: { id }, data: { passed: true, remarks: '与法律法规无抵触' }, by: legalOffice });
  const { votesFrom } = await stage.firstEvent<{ votesFrom: string }>({ command: 'AnnounceCovenantVote', params: { id }, by: office });
  await stage.until(votesFrom);
  const heads = (number: number) => ({ heads: number, area: 0, households: 0 });
  await stage.give({
    command: 'RecordCovenantVote',
    params: { id },
    data: {
      rule: 'villagers-assembly',
      expected: heads(312),
      present: heads(241),
      approving: heads(229),
      papers: { minutes: sha256('minutes'), signIn: sha256('sign-in sheet') },
    },
    by: office,
  });
  await stage.give({ command: 'FileCovenant', params: { id }, data: { fileNumber: '金龙备〔2026〕6号' }, by: office });

  for (const [index, pledge] of pledges.entries()) {
    const by = householders[index]!;
    const made = await stage.give({
      command: 'MakePledge',
      params: { id },
      data: {
        householdId: `${caiCourtyard}.${index + 1}`,
        words: pledge.words,
        clauses: pledge.clauses,
        consent: index < 2,
        ...(index < 2 && { displayName: pledge.name }),
      },
      by,
    });
    await stage.give({ command: 'IssuePlaque', params: { id: made.id }, by: office });
    await stage.give({ command: 'MountPlaque', params: { id: made.id }, by });
  }
  stage.narrator.line(
    `微公约：谢杨坝村的村规民约经过征求意见、合法性审查、表决和备案；蔡家大院 ${householdsOfCourtyard} 户中有 ${pledges.length} 户作出承诺，挂上承诺牌。`,
    'Covenant: the village rules were drafted, opened for opinions, reviewed, adopted by a vote and filed. In the Cai courtyard, ' +
      `${pledges.length} of ${householdsOfCourtyard} households pledged and put up their plaques.`,
  );
  return householders;
}
