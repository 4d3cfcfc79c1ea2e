import { accountIdOf } from '../../src/domain/guardianship/merit-account.js';
import type { GrantableCapacity } from '../../src/domain/registry/person.js';
import { dayInChina } from '../../src/domain/shared/time.js';
import { commitTo } from '../../src/domain/voting/draw.js';
import { actor, official } from '../support/application.js';
import type { Actor } from '../../src/application/kernel/actor.js';
import { atOnce } from '../support/at-once.js';
import type { Stage } from './stage.js';

/*
 * The life of every context, from its first event to its last: each event type happens at least once. Names and words of people carry a
 * mark
 * that stands nowhere else, so that they can be looked for wherever they must not be.
 */

let count = 0;
/** A text of some person's that no other text contains. */
export const personal = (text: string): string => `${text}·${String(++count).padStart(4, '0')}号`;

/** The day of birth of everybody. */
export const bornOn = '1961-03-07';
export const village = '510121111219';
export const courtyard = `${village}.1`;
export const auditor = actor('auditor', { capacity: 'auditor', placeId: '510121' });
/** The county's legal office, which is nothing but a department: it reviews covenants, and makes auditors. */
export const legal = actor('legal-office', { capacity: 'department', placeId: '510121' });
const sha = (digit: string): string => digit.repeat(64);
const doorOf = (n: number): string => `${courtyard}.${n}`;

export interface Cast {
  /** One at each of five doors; the first three are heads of their households. */
  readonly residents: readonly Actor[];
  readonly moderator: Actor;
  readonly cadre: Actor;
  readonly planner: Actor;
  readonly juror: Actor;
  readonly member: Actor;
  readonly volunteer: Actor;
}

async function engage(
  stage: Stage,
  placeId: string,
  ...roles: readonly { readonly capacity: GrantableCapacity; readonly placeId: string }[]
): Promise<Actor> {
  const { id } = await stage.give('RegisterPerson', official, {
    data: { placeId, name: personal('某人'), contact: personal('电话'), bornOn },
  });
  for (const data of roles) await stage.give('GrantRole', official, { params: { id }, data });
  return actor(id);
}

/** Registers places and people, and moves, corrects, renames, merges some of them. */
export async function settleDown(stage: Stage): Promise<Cast> {
  const places = [
    ['510121', '金堂县', 'county'],
    ['510121111', '金龙镇', 'town'],
    [village, '谢杨坝村', 'village'],
    [courtyard, '蔡家大院', 'courtyard'],
    [`${village}.2`, '三合小区', 'compound'],
    [`${village}.3`, '新小区', 'compound'],
    [`${village}.4`, '旧小区', 'compound'],
  ];
  for (const [placeId, name, level] of places) await stage.give('RegisterPlace', official, { data: { placeId, name, level } });
  await stage.give('RenamePlace', official, { params: { id: `${village}.2` }, data: { name: '三合安置小区' } });
  await stage.give('MergePlace', official, { params: { id: `${village}.4` }, data: { into: `${village}.3` } });
  await stage.give('AdoptPlacePolicy', official, {
    data: {
      placeId: '510121',
      from: dayInChina(stage.inDays(0)),
      settings: [
        { name: 'covenant-opinion-days', value: 3 },
        { name: 'renovation-consultation-days', value: 3 },
        { name: 'renovation-notice-days', value: 3 },
        { name: 'contest-notice-days', value: 3 },
        ...atOnce(stage.inDays(0)).settings,
      ],
      holidays: [{ year: 2027, source: '国办关于2027年节假日的通知', off: ['2027-01-01'], worked: ['2027-01-03'] }],
    },
  });
  const residents: Actor[] = [];
  for (let n = 1; n <= 5; n++) {
    await stage.give('RegisterHousehold', official, { data: { placeId: doorOf(n), name: `${n}号`, area: 90_00 + n } });
    residents.push(await engage(stage, doorOf(n), ...(n <= 3 ? [{ capacity: 'household-head' as const, placeId: doorOf(n) }] : [])));
    await stage.give('RecordOwners', official, { params: { id: doorOf(n) }, data: { owners: [residents[n - 1]!.id] } });
  }
  await stage.give('RegisterHousehold', official, { data: { placeId: doorOf(6), name: '6号', area: 60_00 } });
  await stage.give('DescribeUnit', official, { params: { id: doorOf(6) }, data: { kind: 'home', holding: 'undelivered' } });
  await stage.give('CorrectArea', official, { params: { id: doorOf(6) }, data: { area: 61_00 } });
  const mover = await engage(stage, doorOf(5));
  await stage.give('MoveHousehold', official, { params: { id: mover.id }, data: { householdId: doorOf(6) } });
  await stage.give('CorrectPerson', official, { params: { id: mover.id }, data: { name: personal('改名'), contact: personal('新电话') } });
  await stage.give('GrantRole', official, { params: { id: mover.id }, data: { capacity: 'volunteer', placeId: courtyard } });
  await stage.give('RevokeRole', official, { params: { id: mover.id }, data: { capacity: 'volunteer', placeId: courtyard } });
  await stage.give('MoveHousehold', official, { params: { id: mover.id }, data: { householdId: doorOf(6) }, key: 'moved-already' });
  await stage.give('RevokeToken', official, { data: { tokenId: 'a-lost-token', personId: mover.id } });
  await stage.give('RevokeOwnToken', mover, { data: { tokenId: 'another-lost-token' } });
  const leaver = await engage(stage, doorOf(5), { capacity: 'volunteer', placeId: courtyard });
  const erasing = { id: leaver.id };
  const askedId = async (): Promise<string> => (await stage.ask('GetErasures', official, erasing)).items[0].erasureId;
  await stage.give('RequestErasure', leaver, { params: erasing, data: { reason: 'purpose-ended' } });
  await stage.give('WithdrawErasure', leaver, { params: { ...erasing, erasureId: await askedId() } });
  await stage.until(stage.inDays(0));
  await stage.give('RequestErasure', leaver, { params: erasing, data: { reason: 'consent-withdrawn' } });
  await stage.until(stage.inDays(0));
  await stage.give('ConfirmErasure', official, { params: { ...erasing, erasureId: await askedId() } });
  await stage.until(stage.inDays(0));
  return {
    residents,
    moderator: await engage(stage, courtyard, { capacity: 'moderator', placeId: courtyard }),
    cadre: await engage(stage, village, { capacity: 'cadre', placeId: village }),
    planner: await engage(stage, village, { capacity: 'planner', placeId: village }),
    juror: await engage(stage, village, { capacity: 'jury-member', placeId: village }),
    member: await engage(stage, courtyard, { capacity: 'party-member', placeId: courtyard }),
    volunteer: await engage(stage, village, { capacity: 'volunteer', placeId: village }),
  };
}

/** Answers with what may be read by all: the words of pledges that stand, and the name of who consented. */
export async function liveCovenant(stage: Stage, { residents: [first, second, third], volunteer }: Cast): Promise<readonly string[]> {
  const params = { id: village };
  const clauses = [
    { number: 1, text: '爱护环境' },
    { number: 2, text: '垃圾分类' },
  ];
  const heads = (number: number) => ({ heads: number, area: 0, households: 0 });
  const heard = async () => {
    await stage.give('OpenCovenantOpinions', official, { params });
    await stage.give('GiveCovenantOpinion', first!, { params, data: { clause: 1, words: personal('意见') } });
    await stage.until(stage.inDays(8));
    await stage.give('ReviewCovenant', legal, { params, data: { passed: true } });
  };
  const papers = { minutes: sha('c'), signIn: sha('d') };
  await stage.give('DraftCovenant', official, { data: { placeId: village, title: '村规民约', clauses, slogans: [{ text: '不乱搭' }] } });
  await heard();
  await stage.give('RecordCovenantVote', official, {
    params,
    data: { rule: 'branch-proposal', expected: heads(9), present: heads(8), approving: heads(8), papers },
  });
  await stage.give('RecordCovenantVote', official, {
    params,
    data: { rule: 'committees-consultation', expected: heads(12), present: heads(10), approving: heads(2), papers },
  });
  await stage.give('AmendCovenant', official, { params, data: { clauses, slogans: [{ text: '不乱丢' }] } });
  await heard();
  await stage.give('AnnounceCovenantVote', official, { params });
  await stage.until(stage.inDays(20));
  await stage.give('RecordCovenantVote', official, {
    params,
    data: { expected: heads(100), present: heads(90), approving: heads(80), papers },
  });
  await stage.give('FileCovenant', official, { params, data: { fileNumber: '金龙备1号' } });
  await stage.give('PublishCovenantDecision', official, { params, data: { where: '村务公开栏', picture: sha('e') } });
  await stage.give('PublishCovenantResult', official, { params, data: { where: '村务公开栏' } });

  const [name, withdrawnName] = [personal('具名'), personal('曾具名')];
  const [words, amended, third_] = [personal('承诺'), personal('改后承诺'), personal('无名承诺')];
  const pledgeOf = (n: number) => ({ id: `${village}.${doorOf(n)}` });
  await stage.give('MakePledge', first!, {
    params,
    data: { householdId: doorOf(1), words, clauses: [1], consent: true, displayName: name },
  });
  await stage.give('MakePledge', second!, {
    params,
    data: { householdId: doorOf(2), words: personal('原承诺'), clauses: [2], consent: true, displayName: withdrawnName },
  });
  await stage.give('ChangePledgeConsent', second!, { params: pledgeOf(2), data: { consent: false } });
  await stage.give('AmendPledge', second!, { params: pledgeOf(2), data: { words: amended, clauses: [1, 2] } });
  await stage.give('MakePledge', third!, {
    params,
    data: { householdId: doorOf(3), words: personal('撤回的承诺'), clauses: [], consent: true, displayName: personal('撤回者') },
  });
  await stage.give('WithdrawPledge', third!, { params: pledgeOf(3) });
  await stage.give('MakePledge', third!, { params, data: { householdId: doorOf(3), words: third_, clauses: [1], consent: false } });
  await stage.give('IssuePlaque', volunteer, { params: pledgeOf(1) });
  await stage.give('MountPlaque', first!, { params: pledgeOf(1) });
  await stage.give('ReplacePlaque', volunteer, { params: pledgeOf(1), data: { reason: '褪色' } });
  await stage.until(stage.inDays(1));
  await stage.give('RenewPledge', first!, { params: pledgeOf(1) });
  return [name, words, amended, third_];
}

const seed = '金堂县清江社区二〇二六年五月之签';

/** Opens a contest of compounds with two accepted entries; voting begins a day later. */
export async function openContest(stage: Stage, { juror, residents: [first] }: Pick<Cast, 'juror' | 'residents'>, change: object = {}) {
  const { id } = await stage.give('OpenContest', official, {
    data: {
      placeId: village,
      category: 'compound',
      title: '最美小区',
      entriesUntil: stage.inDays(1),
      votingFrom: stage.inDays(1),
      votingUntil: stage.inDays(3),
      votesPerVoter: 2,
      formula: { publicShare: 60, juryShare: 40, normalisation: 'maximum', tieBreaks: ['jury', 'draw'] },
      drawCommitment: commitTo(seed),
      embargo: 'until-notice',
      jurors: [juror.id],
      resultAt: stage.inDays(4),
      noticeDays: 3,
      ...change,
    },
  });
  const params = { id };
  for (const placeId of [courtyard, `${village}.2`, `${village}.3`])
    await stage.give('EnterContest', first!, { params, data: { placeId, label: placeId } });
  const { items } = await stage.ask('ListContestEntries', official, params);
  const [a, b, c] = [courtyard, `${village}.2`, `${village}.3`].map(
    (placeId) => items.find((entry: { placeId: string }) => entry.placeId === placeId).entryId as string,
  ) as [string, string, string];
  for (const entryId of [a, b]) await stage.give('ScreenEntry', official, { params, data: { entryId, decision: 'accepted' } });
  await stage.give('ScreenEntry', official, { params, data: { entryId: c, decision: 'refused', reason: '照片不符' } });
  return { id, params, a, b };
}

/** One contest to its award, one that ends without. Answers with what may be read by all: the memory that was accepted. */
export async function liveContests(stage: Stage, cast: Cast): Promise<readonly string[]> {
  const { residents, juror } = cast;
  const { params, a, b } = await openContest(stage, cast);
  await stage.until(stage.inDays(1));
  for (const by of residents) await stage.give('CastVote', by, { params, data: { entryId: a } });
  for (const by of residents.slice(0, 2)) await stage.give('CastVote', by, { params, data: { entryId: b } });
  await stage.give('WithdrawVote', residents[0]!, { params, data: { entryId: b } });
  for (const entryId of [a, b]) await stage.give('GiveJuryScore', juror, { params, data: { entryId, score: 80 } });
  await stage.until(stage.inDays(2));
  await stage.give('RevealDrawSeed', official, { params, data: { seed } });
  await stage.until(stage.inDays(1));
  const object = async (upheld: boolean) => {
    await stage.give('RaiseObjection', residents[4]!, { params, data: { entryId: upheld ? a : b, words: personal('异议') } });
    const { items } = await stage.ask('ListObjections', official, params);
    const { objectionId } = items.find(({ answer }: { answer: unknown }) => answer === null);
    await stage.give('AnswerObjection', official, { params, data: { objectionId, upheld, reason: '已核实' } });
  };
  await object(true);
  await stage.until(stage.inDays(0));
  await object(false);

  const memory = await stage.give('OpenContest', official, {
    data: {
      placeId: village,
      category: 'memory',
      title: '最美记忆',
      entriesUntil: stage.inDays(1),
      votingFrom: stage.inDays(1),
      votingUntil: stage.inDays(2),
      votesPerVoter: 1,
      formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['earlier-entry'] },
      noticeDays: 3,
    },
  });
  const [title, story] = [personal('题目'), personal('故事')];
  const stories = [
    { title, story },
    { title: personal('未收题目'), story: personal('未收故事') },
    { title: personal('待审题目'), story: personal('待审故事') },
  ];
  const entries: string[] = [];
  for (const [index, data] of stories.entries()) {
    await stage.give('EnterContest', residents[index]!, { params: { id: memory.id }, data });
    const { items } = await stage.ask('ListContestEntries', official, { id: memory.id });
    entries.push(items.find(({ entryId }: { entryId: string }) => !entries.includes(entryId)).entryId as string);
  }
  await stage.give('ScreenEntry', official, { params: { id: memory.id }, data: { entryId: entries[0], decision: 'accepted' } });
  await stage.give('ScreenEntry', official, {
    params: { id: memory.id },
    data: { entryId: entries[1], decision: 'refused', reason: '与主题不符' },
  });
  await stage.until(stage.inDays(4));
  return [title, story];
}

/**
 * Proposed to a ballot that is open and closes `days` after it was announced, with its consultation and signatures. `proposed` are its
 * words, which all may read.
 */
export async function openBallot(stage: Stage, { residents, cadre, planner, moderator }: Cast, days = 30) {
  const [title, description] = [personal('院坝改造'), personal('铺平地面')];
  const { id } = await stage.give('ProposeRenovation', residents[0]!, {
    data: { placeId: courtyard, title, description, aspects: ['space-layout'], budget: 80_000_00 },
  });
  const params = { id };
  await stage.give('OpenRenovationConsultation', cadre, { params });
  await stage.give('GiveRenovationOpinion', residents[1]!, { params, data: { words: personal('想法') } });
  await stage.until(stage.inDays(12));
  await stage.give('SubmitRenovationDesign', planner, { params, data: { summary: '铺砖', document: sha('a'), cost: 70_000_00 } });
  const ballot = async (version: number) => {
    await stage.give('ReviseRenovationDesign', planner, { params, data: { summary: '改铺石板', document: sha('b'), cost: 71_000_00 } });
    for (const by of [cadre, planner, moderator]) await stage.give('SignRenovationDesign', by, { params, data: { version } });
    const closesAt = stage.inDays(days);
    await stage.give('OpenRenovationBallot', cadre, {
      params,
      data: { matter: 'ordinary', closesAt, replaceable: true, countedKinds: ['parking'] },
    });
    await stage.until((await stage.ask('GetRenovation', cadre, params)).ballot.opensAt);
    return closesAt;
  };
  return { id, params, closesAt: await ballot(2), ballotAgain: () => ballot(3), proposed: [title, description] };
}

/** One renovation to its effect, over two ballots. Answers with what may be read by all: its title and description. */
export async function liveRenovation(stage: Stage, cast: Cast): Promise<readonly string[]> {
  const { residents, cadre } = cast;
  const { id, params, closesAt, ballotAgain, proposed } = await openBallot(stage, cast);
  const voteIn = async (ballotId: string) => {
    await stage.give('CastRenovationBallot', residents[0]!, { params, data: { ballotId, choice: 'reject' } });
    await stage.give('CastRenovationBallot', residents[0]!, { params, data: { ballotId, choice: 'approve' } });
    await stage.give('WithdrawRenovationBallot', residents[0]!, { params, data: { ballotId } });
    await stage.give('CastRenovationBallot', residents[0]!, { params, data: { ballotId, choice: 'approve' } });
    for (const by of residents.slice(1, 4)) await stage.give('CastRenovationBallot', by, { params, data: { ballotId, choice: 'approve' } });
    await stage.give('GiveRenovationProxy', residents[4]!, { params, data: { ballotId, to: residents[0]!.id, document: sha('b') } });
    await stage.give('EndRenovationProxy', residents[0]!, { params, data: { ballotId, to: residents[0]!.id } });
    await stage.give('GiveRenovationProxy', residents[4]!, { params, data: { ballotId, to: residents[1]!.id, document: sha('c') } });
    await stage.give('CastRenovationBallot', residents[1]!, { params, data: { ballotId, choice: 'abstain', owner: residents[4]!.id } });
  };
  const giveNotice = async (upheld: boolean) => {
    await stage.give('OpenRenovationNotice', cadre, { params });
    await stage.give('RaiseRenovationObjection', residents[3]!, { params, data: { words: personal('反对') } });
    const { items } = await stage.ask('ListRenovationObjections', official, params);
    const open = items.find(({ ruling }: { ruling: unknown }) => !ruling);
    await stage.give('RuleOnRenovationObjection', cadre, { params, data: { objectionId: open.id, upheld, reason: '到现场看过' } });
  };
  await voteIn(`${id}.1`);
  await stage.until(closesAt);
  await giveNotice(true);
  const second = await ballotAgain();
  await voteIn(`${id}.2`);
  await stage.until(second);
  await giveNotice(false);
  await stage.until(stage.inDays(12));
  return proposed;
}

const plotId = (n: number): string => `${courtyard}~${n}`;

/** Divides the courtyard in two plots, with terms short enough for one life. */
export async function dividePlots(stage: Stage, { moderator }: Pick<Cast, 'moderator'>, terms: object = {}): Promise<void> {
  await stage.give('ListPublicSpaces', moderator, {
    params: { id: courtyard },
    data: {
      spaces: [
        { id: 'lvdi-1', name: '绿地', kind: 'greening' },
        { id: 'loudao-1', name: '楼道', kind: 'stairwell' },
      ],
    },
  });
  await stage.give('DividePlots', moderator, {
    params: { id: courtyard },
    data: {
      plots: [
        { number: 1, name: '一号田', spaces: ['lvdi-1'] },
        { number: 2, name: '二号田', spaces: ['loudao-1'] },
      ],
      terms: { partyFirstDays: 2, rectificationDays: 2, noticeDays: 3, termDays: 60, ...terms },
    },
  });
  await stage.give('AdoptMeritRules', official, {
    data: {
      placeId: village,
      from: dayInChina(stage.inDays(0)),
      appealDays: 30,
      redAt: 1,
      blackAt: -1,
      rules: [
        { cause: 'care-logged', points: 2, capPerDay: 1 },
        { cause: 'volunteered', points: 3 },
        { cause: 'inspection-failed', points: -5 },
        { cause: 'rectification-overdue', points: -10 },
        { cause: 'revoked', points: -20 },
      ],
    },
  });
}

export async function adopt(stage: Stage, n: number, by: Actor, { moderator }: Pick<Cast, 'moderator'>): Promise<void> {
  const params = { id: plotId(n) };
  const { events } = await stage.give('ApplyForPlot', by, { params, data: { words: personal('申请') } });
  if (events.some(({ type }) => type === 'PlotAdopted')) return; // it had been offered to them again
  const { items } = await stage.ask('ListPlotApplications', moderator, params);
  const { applicationId } = items.find(({ applicantId }: { applicantId: string }) => applicantId === by.id);
  await stage.give('RuleOnPlotApplication', moderator, { params, data: { applicationId, accepted: true } });
}

async function liveGuardianship(stage: Stage, cast: Cast): Promise<void> {
  const { member, moderator, cadre, volunteer, residents } = cast;
  const first = { params: { id: plotId(1) } };
  const second = { params: { id: plotId(2) } };
  await dividePlots(stage, cast);
  await adopt(stage, 1, member, cast);
  await stage.until(stage.inDays(2));
  await stage.give('LogCare', member, { ...first, data: { kinds: ['watering'], words: personal('浇水') } });
  await stage.give('LogCare', member, { ...first, data: { kinds: ['weeding'] } }); // beyond the day's cap
  await stage.give('ContributeToPlot', volunteer, { ...first, data: { kinds: ['painting'], words: personal('手绘') } });
  const inspect = (score: number) => stage.give('InspectPlot', moderator, { ...first, data: { score, words: personal('检查') } });
  await inspect(90);
  await inspect(10);
  await stage.give('ConfirmRectification', moderator, { ...first, data: { words: personal('整改') } });
  await stage.until(stage.inDays(1));
  await inspect(20);
  await stage.until(stage.inDays(8)); // two days of rectification, which days off make longer
  await inspect(30);
  await stage.until(stage.inDays(0));
  const isReversed = async (by: Actor, which: string) => {
    const { items } = await stage.ask('ListMeritEntries', by, {}, { place: courtyard, guardian: by.id });
    const { causeId } = items.findLast(({ cause }: { cause: string }) => cause === which);
    const params = { id: accountIdOf(courtyard, by.id) };
    await stage.give('AppealMerit', by, { params, data: { causeId, words: personal('申诉') } });
    await stage.give('RuleOnMeritAppeal', cadre, { params, data: { causeId, upheld: true, reason: personal('裁定') } });
    await stage.until(stage.inDays(0));
  };
  await isReversed(member, 'rectification-overdue');
  await isReversed(member, 'inspection-failed'); // reinstated
  await inspect(15);
  await stage.until(stage.inDays(0));
  await adopt(stage, 1, residents[2]!, cast);
  await isReversed(member, 'inspection-failed'); // offered again
  await inspect(25);
  await stage.until(stage.inDays(0));
  await isReversed(residents[2]!, 'inspection-failed'); // nothing to be made good
  await stage.give('GivePlotNotice', residents[2]!, { ...first, data: { words: personal('太忙') } });

  await stage.give('ApplyForPlot', residents[2]!, { ...second, data: { words: personal('也想认领') } });
  await adopt(stage, 2, residents[3]!, cast);
  await stage.give('OfferPlot', residents[3]!, { ...second, data: { toId: residents[4]!.id } });
  await stage.give('TakeOverPlot', residents[4]!, second);
  await stage.give('GivePlotNotice', residents[4]!, { ...second, data: { words: personal('搬家') } });
  await stage.until(stage.inDays(12));
}

/** Opens a ballot over three small works, secret until it closes two days later. */
export async function openList(stage: Stage, change: object = {}) {
  const options = [
    ['ludeng', 6],
    ['changyi', 5],
    ['buzhong', 4],
  ].map(([optionId, cost]) => ({ optionId, name: `改造${optionId}`, cost }));
  const { id } = await stage.give('OpenBallot', official, {
    data: {
      placeId: village,
      subject: 'renovation-list',
      title: '改造项目序列',
      options,
      rule: { rule: 'equal-shares' },
      budget: 10,
      form: 'approval',
      closesAt: stage.inDays(2),
      lastTies: 'draw',
      drawCommitment: commitTo(seed),
      replaceable: true,
      secretUntilClosed: true,
      ...change,
    },
  });
  return { id, params: { id } };
}

export async function liveBallot(stage: Stage, { residents }: Cast): Promise<void> {
  const limits = [{ name: '清江东片', options: ['ludeng', 'buzhong'], budget: 9, most: 1 }];
  const { params } = await openList(stage, { limits });
  for (const by of residents) await stage.give('CastPaper', by, { params, data: { approved: ['changyi', 'ludeng'] } });
  await stage.give('CastPaper', residents[0]!, { params, data: { approved: ['buzhong'] } });
  await stage.give('WithdrawPaper', residents[1]!, { params });
  await stage.give('WithdrawBallotOption', official, { params, data: { optionId: 'buzhong', reason: 'not-feasible' } });
  await stage.give('KeepBallotFile', official, { params, data: { sha256: sha('a'), part: 1, parts: 1, bytes: 'TUVUQQ==' } });
  await stage.until(stage.inDays(2));
  await stage.give('RevealBallotSeed', official, { params, data: { seed } });
  await stage.until(stage.inDays(0));
  await stage.give('RequestBallotFileErasure', official, { params, data: { reason: 'retention-ended' } });
  await stage.give('ConfirmBallotFileErasure', actor('another-office', ...official.grants), { params });
  await stage.until(stage.inDays(0));
}

/** A village's assembly that decides on its covenant: the next version, which is announced, voted on and recorded. */
async function liveResolution(stage: Stage, { residents: [first, second, third, fourth] }: Cast): Promise<void> {
  const params = { id: village };
  await stage.give('AmendCovenant', official, { params, data: { clauses: [{ number: 1, text: '爱护环境' }], slogans: [] } });
  await stage.give('OpenCovenantOpinions', official, { params });
  await stage.until(stage.inDays(8));
  await stage.give('ReviewCovenant', legal, { params, data: { passed: true } });
  const announced = await stage.give('AnnounceResolution', official, {
    data: { placeId: village, matter: 'covenant', title: '表决村规民约', text: '一、爱护环境。', closesAt: stage.inDays(30) },
  });
  const ofResolution = { params: { id: announced.id } };
  const { opensAt, closesAt } = await stage.ask('GetResolution', first!, ofResolution.params);
  await stage.until(opensAt);
  for (const by of [first!, second!, third!, fourth!])
    await stage.give('VoteOnResolution', by, { ...ofResolution, data: { choice: 'approve' } });
  await stage.give('VoteOnResolution', fourth!, { ...ofResolution, data: { choice: 'reject' } });
  await stage.until(closesAt);
  await stage.until(stage.inDays(1));
  await stage.give('RecordCovenantVote', official, { params, data: { ballotId: announced.id } });
}

/**
 * An election to the villagers' committee, in which one seat stays open, the further election that fills it, and one that is not held.
 * Answers with the names of who was nominated.
 */
async function liveElection(stage: Stage, { residents, volunteer }: Cast): Promise<readonly string[]> {
  const [first, second, third, fourth] = residents;
  const terms = { placeId: village, office: 'villagers-committee', title: '村民委员会选举', seats: 2 };
  const vote = async (params: { id: string }, ...chosen: readonly (readonly number[])[]) => {
    const { opensAt, closesAt } = await stage.ask('GetElection', first!, params);
    await stage.until(opensAt);
    for (const [i, numbers] of chosen.entries())
      await stage.give('CastElectionPaper', residents[i]!, {
        params,
        data: { chosen: numbers, ...(i === 0 && { code: 'k7m2q9x4w8p3t6z1' }) },
      });
    await stage.until(closesAt);
    await stage.until(stage.inDays(1));
  };
  const params = { id: (await stage.give('AnnounceElection', official, { data: terms })).id };
  await stage.give('CorrectElectoralRoll', official, {
    params,
    data: { personId: volunteer.id, entitled: true, reason: personal('补登') },
  });
  await stage.give('NominateCandidate', first!, { params, data: { personId: second!.id } });
  await stage.give('AnswerNomination', second!, { params, data: { stands: true } });
  for (const by of [third!, fourth!]) await stage.give('NominateCandidate', by, { params, data: { personId: by.id } });
  await stage.give('AttestCandidate', official, {
    params,
    data: { personId: fourth!.id, qualified: false, reason: personal('尚待核实') },
  });
  for (const { id } of [second!, third!, fourth!])
    await stage.give('AttestCandidate', official, { params, data: { personId: id, qualified: true } });
  await vote(params, [1, 2], [1, 2], [1, 3], [1, 3], [2, 3]); // one is elected, two are tied
  const { nominees } = await stage.ask('GetElection', first!, params);

  const further = await stage.give('AnnounceFurtherElection', official, {
    params,
  });
  await vote({ id: further.id }, [1], [1], [2], [], [1]);
  const { id } = await stage.give('AnnounceElection', official, { data: { ...terms, title: '无人参选' } });
  await stage.until((await stage.ask('GetElection', first!, { id })).opensAt);
  return nominees.map(({ name }: { readonly name: string }) => name);
}

/** All of it. Answers with the personal texts that everybody may read. */
export async function liveAll(stage: Stage): Promise<{ readonly cast: Cast; readonly shown: readonly string[] }> {
  const cast = await settleDown(stage);
  const pledged = await liveCovenant(stage, cast);
  const told = await liveContests(stage, cast);
  const proposed = await liveRenovation(stage, cast);
  await liveGuardianship(stage, cast);
  await liveBallot(stage, cast);
  await liveResolution(stage, cast);
  const nominated = await liveElection(stage, cast);
  return { cast, shown: [...pledged, ...told, ...proposed, ...nominated] };
}
