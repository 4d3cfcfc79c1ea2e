import type { Actor } from '../../application/kernel/actor.js';
import type { Capacity } from '../../domain/shared/capacity.js';
import { dayInChina } from '../../domain/shared/time.js';
import { accountIdOf } from '../../domain/guardianship/merit-account.js';
import { engage, nameOf, office, places } from './cast.js';
import type { Stage } from './stage.js';
import { meritEntries } from '../../projections/guardianship/merit-entries.js';

const { sanhebeiCompound: compound } = places;
const spaces = [
  { id: 'lvdi-1', name: '大门两侧绿地', kind: 'greening' },
  { id: 'lvdi-2', name: '中庭花坛', kind: 'greening' },
  { id: 'hulan-1', name: '河边护栏', kind: 'railings' },
  { id: 'loudao-1', name: '1栋楼道楼面', kind: 'stairwell' },
  { id: 'loudao-2', name: '2栋楼道楼面', kind: 'stairwell' },
  { id: 'lumian-1', name: '小区路面', kind: 'road-surface' },
  { id: 'sheshi-1', name: '健身设施', kind: 'facility' },
];
const plots = [
  { number: 1, name: '大门责任田', spaces: ['lvdi-1', 'hulan-1'] },
  { number: 2, name: '中庭责任田', spaces: ['lvdi-2', 'sheshi-1'] },
  { number: 3, name: '楼道责任田', spaces: ['loudao-1', 'loudao-2'] },
  { number: 4, name: '路面责任田', spaces: ['lumian-1'] },
];
const plotId = (number: number): string => `${compound}~${number}`;
/**
 * Weekly scores of each plot. The third plot fails, is rectified, fails, is overdue, and fails a third time: revoked. An appeal against
 * that inspection is upheld, so the guardian is reinstated. A week later the plot fails again and is revoked for good.
 */
const scores: Readonly<Record<number, readonly number[]>> = {
  1: [92, 95, 90, 96],
  2: [88, 54, 86, 91],
  3: [48, 52, 45, 41],
  4: [75, 80, 78, 82],
};

/** 微认领: 责任田 and 监护人; care, inspections, rewards and penalties over a month. */
export async function playGuardianship(stage: Stage, owners: readonly Actor[]): Promise<void> {
  const moderator = await engage(stage, compound, '罗老师', { capacity: 'moderator', placeId: compound });
  const colleague = await engage(stage, compound, '曾大姐', { capacity: 'moderator', placeId: compound });
  await stage.give({ command: 'ListPublicSpaces', params: { id: compound }, data: { spaces }, by: moderator });
  await stage.give({
    command: 'DividePlots',
    params: { id: compound },
    data: { plots, terms: { partyFirstDays: 7, rectificationDays: 3 } },
    by: moderator,
  });
  await stage.give({
    command: 'AdoptMeritRules',
    data: {
      placeId: compound,
      from: dayInChina(stage.clock.now().toISOString()),
      rules: [
        { cause: 'care-logged', points: 2, capPerDay: 1 },
        { cause: 'inspection-passed', points: 5 },
        { cause: 'inspection-failed', points: -5 },
        { cause: 'rectification-overdue', points: -10 },
        { cause: 'revoked', points: -20 },
      ],
      appealDays: 5,
    },
    by: moderator,
  });

  const partyMember = owners[8]!;
  await stage.give({
    command: 'GrantRole',
    params: { id: partyMember.id },
    data: { capacity: 'party-member', placeId: compound },
    by: office,
  });
  const guardians = [partyMember, owners[12]!, owners[16]!, owners[24]!];
  const early = await stage.try({ command: 'ApplyForPlot', params: { id: plotId(2) }, data: {}, by: guardians[1]! });
  if (!('refused' in early)) throw new Error('a resident adopted before the party members’ window had passed');
  await adopt(stage, 1, guardians[0]!, moderator, 'party-member');
  await stage.until(stage.inDays(10)); // seven days, which a weekend makes longer
  for (const number of [2, 3, 4]) await adopt(stage, number, guardians[number - 1]!, moderator);

  let days = 0;
  for (let week = 0; week < 4; week++) {
    for (let day = 0; day < 7; day++, days++) {
      await stage.until(stage.inDays(1));
      for (const [index, by] of guardians.entries()) {
        const tends = index !== 2 && (days + index) % 2 === 0;
        if (tends)
          await stage.give({
            command: 'LogCare',
            params: { id: plotId(index + 1) },
            data: { kinds: index === 3 ? ['sweeping'] : ['watering', 'weeding'] },
            by,
          });
      }
    }
    for (const [index] of guardians.entries()) {
      const score = scores[index + 1]?.[week];
      if (score !== undefined)
        await stage.give({ command: 'InspectPlot', params: { id: plotId(index + 1) }, data: { score }, by: moderator });
    }
    if (week === 0)
      await stage.give({ command: 'ConfirmRectification', params: { id: plotId(3) }, data: { words: '楼道杂物已清理' }, by: moderator });
    if (week === 1)
      await stage.give({ command: 'ConfirmRectification', params: { id: plotId(2) }, data: { words: '花坛已补种' }, by: moderator });
    await stage.settle();
    if (week === 2) await appeal(stage, guardians[2]!, colleague);
  }
  const volunteer = await engage(stage, places.qingjiang, nameOf(77), { capacity: 'volunteer', placeId: places.county });
  await stage.give({
    command: 'ContributeToPlot',
    params: { id: plotId(2) },
    data: { kinds: ['painting'], words: '清江镇社区教育学院志愿者手绘石头' },
    by: volunteer,
  });
  stage.narrator.line(
    '微认领：公共空间划成四块“责任田”，党员优先认领，居民担任“监护人”；一个月里记录管护、每周检查，按制度加分扣分。一块责任田因检查不合格被收回，其中一次检查经申诉不再计入，监护随之恢复；后来再次不合格，责任田最终收回。',
    'Guardianship: public space was divided into four plots. Party members applied first, then residents. For a month, care was ' +
      'logged and inspected every week, and points followed from the rules. One plot was taken back after failed inspections; an ' +
      'appeal voided one of them, so its guardian was reinstated. Later the plot failed again and was taken back for good.',
  );
}

async function adopt(stage: Stage, number: number, by: Actor, moderator: Actor, capacity: Capacity = 'resident'): Promise<void> {
  const params = { id: plotId(number) };
  const { applicationId } = await stage.firstEvent<{ applicationId: string }>({
    command: 'ApplyForPlot',
    params,
    data: { words: '就在家门口，天天照看得到' },
    by,
    capacity,
  });
  await stage.give({ command: 'RuleOnPlotApplication', params, data: { applicationId, accepted: true }, by: moderator });
}

/**
 * The guardian whose plot was revoked appeals against the last failed inspection: builders had left the rubbish there. A moderator who did
 * not inspect rules.
 */
async function appeal(stage: Stage, by: Actor, colleague: Actor): Promise<void> {
  const entries = await stage.wuwei.readModels.list(meritEntries, {
    prefix: `guardian/${by.id}/`,
    limit: 200,
  });
  const now = stage.clock.now().toISOString();
  const open = entries.findLast(({ row }) => row.cause === 'inspection-failed' && (row.appealUntil ?? '') > now);
  if (!open) throw new Error('there is no penalty to appeal');
  const params = { id: accountIdOf(compound, by.id) };
  await stage.give({
    command: 'AppealMerit',
    params,
    data: { causeId: open.row.causeId, words: '检查那天正在施工，垃圾不是我这块地的' },
    by,
  });
  await stage.give({
    command: 'RuleOnMeritAppeal',
    params,
    data: { causeId: open.row.causeId, upheld: true, reason: '施工队承认垃圾是他们堆放的' },
    by: colleague,
  });
}
