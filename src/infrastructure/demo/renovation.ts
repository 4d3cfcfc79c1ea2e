import type { Actor } from '../../application/kernel/actor.js';
import { sha256 } from '../../domain/shared/sha256.js';
import { engage, nameOf, office, places } from './cast.js';
import type { Stage } from './stage.js';

const unitsOfCompound = 96;
const perBuilding = 24;
const { sanhebei, sanhebeiCompound: compound } = places;

/** The n-th unit: four doors per floor, six floors per building. */
const unit = (index: number): string =>
  `${compound}.${Math.floor(index / perBuilding) + 1}.${Math.floor((index % perBuilding) / 4 + 1) * 100 + (index % 4) + 1}`;

/** Registers the compound of 三合碑社区 with units and owners. The first owner has two units: one head, but both areas. */
export async function settleCompound(stage: Stage): Promise<readonly Actor[]> {
  await stage.give({ command: 'RegisterPlace', data: { placeId: compound, name: '三合碑安置小区', level: 'compound' }, by: office });
  for (let building = 1; building <= unitsOfCompound / perBuilding; building++) {
    await stage.give({
      command: 'RegisterPlace',
      data: { placeId: `${compound}.${building}`, name: `${building}栋`, level: 'building' },
      by: office,
    });
  }
  const owners: Actor[] = [];
  await stage.each(Array.from({ length: unitsOfCompound }), '三合碑安置小区 households', async (_, index) => {
    const placeId = unit(index);
    await stage.give({
      command: 'RegisterHousehold',
      data: { placeId, name: placeId.split('.').slice(2).join('-'), area: 68_20 + (index % 7) * 9_35 },
      by: office,
    });
    const owner = await engage(stage, placeId, nameOf(index), { capacity: 'resident', placeId }, { capacity: 'household-head', placeId });
    owners[index] = owner;
  });
  await stage.each(owners, '三合碑安置小区 owners', (owner, index) => {
    const holder = index === 1 ? owners[0]! : owner;
    return stage.give({ command: 'RecordOwners', params: { id: unit(index) }, data: { owners: [holder.id] }, by: office });
  });
  await stage.settle();
  return owners;
}

/** 微改造: proposal, consultation, design, three signatures, owners' decision, public notice. */
export async function playRenovation(stage: Stage, owners: readonly Actor[]): Promise<void> {
  const cadre = await engage(stage, sanhebei, '唐书记', { capacity: 'cadre', placeId: sanhebei });
  const planner = await engage(stage, sanhebei, '周规划师', { capacity: 'planner', placeId: sanhebei });
  const voters = owners.filter((_, index) => index !== 1); // the second unit belongs to the first owner
  const { id } = await stage.give({
    command: 'ProposeRenovation',
    data: {
      placeId: compound,
      title: '三合碑小区居民活动用房改造',
      description:
        '“一户一表”征求意见：您对于将要改造或新增的服务功能室比较感兴趣的是？\n老年活动室、儿童阅览室、棋牌室、舞蹈排练室、共享厨房，或请写下您的想法。',
      aspects: ['space-layout', 'functions', 'atmosphere', 'activity-carriers'],
      budget: 186_000_00,
    },
    by: voters[5]!,
  });
  const consultation = await stage.firstEvent<{ until: string }>({ command: 'OpenRenovationConsultation', params: { id }, by: cadre });
  const wishes = ['想要一间能下象棋的屋子', '孩子放学有个看书的地方', '舞蹈队一直没有排练的地方', '老人中午想有个热饭的灶台'];
  for (const [index, words] of wishes.entries())
    await stage.give({ command: 'GiveRenovationOpinion', params: { id }, data: { words }, by: voters[10 + index]! });
  await stage.until(consultation.until);
  await stage.give({
    command: 'SubmitRenovationDesign',
    params: { id },
    data: { summary: '一层改为棋牌室和阅览角，二层为舞蹈排练室，入口做无障碍坡道。', document: sha256('design 1'), cost: 178_500_00 },
    by: planner,
  });
  await stage.give({
    command: 'ReviseRenovationDesign',
    params: { id },
    data: { summary: '一层增设共享厨房，阅览角移到朝南一侧。', document: sha256('design 2'), cost: 184_200_00 },
    by: planner,
  });
  for (const by of [cadre, planner, voters[7]!])
    await stage.give({ command: 'SignRenovationDesign', params: { id }, data: { version: 2 }, by });

  const { ballotId, opensAt, closesAt } = await stage.firstEvent<{ ballotId: string; opensAt: string; closesAt: string }>({
    command: 'OpenRenovationBallot',
    params: { id },
    data: { matter: 'ordinary', replaceable: true },
    by: cadre,
  });
  await stage.give({
    command: 'GiveRenovationProxy',
    params: { id },
    data: { ballotId, to: voters[3]!.id, document: sha256('written proxy') },
    by: voters[2]!,
  });
  await stage.until(opensAt);
  const present = voters.filter((_, index) => index % 4 !== 2 || index === 2);
  const choiceOf = (index: number) => {
    if (index % 9 === 4) return 'reject';
    return index % 13 === 6 ? 'abstain' : 'approve';
  };
  await stage.each(present, '三合碑 owners’ ballot', (owner, index) => {
    const byProxy = owner === voters[2];
    return stage.give({
      command: 'CastRenovationBallot',
      params: { id },
      data: {
        ballotId,
        choice: choiceOf(index),
        ...(byProxy && { owner: owner.id }),
      },
      by: byProxy ? voters[3]! : owner,
    });
  });
  await stage.until(closesAt);
  const notice = await stage.firstEvent<{ until: string }>({ command: 'OpenRenovationNotice', params: { id }, by: cadre });
  const { objectionId } = await stage.firstEvent<{ objectionId: string }>({
    command: 'RaiseRenovationObjection',
    params: { id },
    data: { words: '担心排练的音乐晚上吵人。' },
    by: voters[20]!,
  });
  await stage.give({
    command: 'RuleOnRenovationObjection',
    params: { id },
    data: { objectionId, upheld: false, reason: '已现场查看，排练室加装隔音，晚九点后不开放。' },
    by: cadre,
  });
  await stage.until(notice.until);
  stage.narrator.line(
    `微改造：三合碑小区活动用房的设计由镇村干部、社区规划师、群众三方签字，${voters.length} 位业主依《民法典》第二百七十八条表决，公示后生效。`,
    `Renovation: cadres, the planner and residents signed the design. ${voters.length} owners voted on it under article 278 of the ` +
      'Civil Code. The decision took effect after the public notice.',
  );
}
