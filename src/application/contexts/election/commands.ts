import { election } from '../../../domain/election/election.js';
import { electionBoxOwner, electionVote } from '../../../domain/election/vote.js';
import type { Capacity } from '../../../domain/shared/capacity.js';
import { isWithin } from '../../../domain/shared/place-id.js';
import { placeKindOf } from '../../../domain/voting/bodies.js';
import { sealedPapers } from '../../../projections/election/elections.js';
import { commandsOf, type Load, type Target } from '../../kernel/command.js';
import { levelsAt, personOf, policiesAt, residentsOf } from '../registry/facts.js';

const officials: readonly Capacity[] = ['cadre', 'department'];
/** Papers that are read at once when a box is opened. */
const page = 500;

const existing = (load: Load, id: string) => load.existing(election, id, 'election.not-found');

/** The texts of the papers in a box. Their order is that of the voters; the decider puts them in another. */
async function papersIn(load: Load, electionId: string): Promise<(string | null)[]> {
  const rows = await load.rows([sealedPapers]);
  const papers: (string | null)[] = [];
  for (let after: string | undefined; ;) {
    const found = await rows.list(sealedPapers, { prefix: `${electionId}/`, limit: page, ...(after !== undefined && { after }) });
    const sealed = { papers: found.map(({ row }): string | null => row.paper) };
    papers.push(...(await load.services.opening.value(sealed)).papers);
    if (found.length < page) return papers;
    after = found.at(-1)!.key;
  }
}

const subject = ({ params }: Pick<Target, 'params'>): string => params['id'] ?? '';

export const electionCommands = [
  ...commandsOf(election, {
    AnnounceElection: {
      path: 'elections',
      allow: { over: officials },
      summary: {
        zh: '公告选举并公布选民名单（选举日年满十八周岁的居住人员）',
        en: 'Announce an election with its roll: residents who are 18 years old on the election day',
      },
      example: { placeId: '510121111219', office: 'villagers-committee', title: '谢杨坝村第十二届村民委员会选举', seats: 3 },
      facts: async ({ data: { placeId } }, load) => {
        const [{ level, above }, policies, residents] = await Promise.all([
          levelsAt(load, placeId),
          policiesAt(load, placeId),
          residentsOf(load, placeId),
        ]);
        return { kind: placeKindOf(level, above), policies, residents };
      },
    },
    AnnounceFurtherElection: {
      path: 'elections/:id/further-elections',
      begins: true,
      allow: { over: officials },
      summary: {
        zh: '公告另行选举：未选足的名额，在得票多的未当选人中再选',
        en: 'Announce a further election for the seats that stayed open, among those with the most votes',
      },
      example: {},
      stream: ({ newId }) => newId,
      placeFrom: async (target, load) => (await existing(load, subject(target))).placeId,
      facts: async (target, load) => {
        const earlier = await existing(load, subject(target));
        return { earlierId: subject(target), earlier, policies: await policiesAt(load, earlier.placeId) };
      },
    },
    CorrectElectoralRoll: {
      path: 'elections/:id/roll-corrections',
      allow: { over: officials },
      summary: { zh: '更正选民名单（补登或除名，须说明理由）', en: 'Correct the electoral roll, with the reason' },
      example: { personId: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01', entitled: true, reason: '核对身份证，已年满十八周岁' },
      facts: async ({ params, data }, load) => {
        const [{ placeId }, person] = await Promise.all([existing(load, params['id'] ?? ''), personOf(load, data.personId)]);
        return { isRegistered: person !== null && person.ended !== true && isWithin(person.placeId, placeId) };
      },
    },
    NominateCandidate: {
      path: 'elections/:id/nominations',
      allow: { as: 'resident' },
      summary: { zh: '提名候选人（也可自荐）', en: 'Nominate a candidate, oneself too' },
      example: { personId: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01' },
      facts: async ({ data }, load) => ({ name: (await personOf(load, data.personId))?.name ?? null }),
    },
    AnswerNomination: {
      path: 'elections/:id/nomination-answers',
      allow: { as: 'resident' },
      daily: { most: 5, event: 'NominationAnswered' },
      summary: { zh: '被提名人答复是否参选', en: 'Say whether one stands after a nomination' },
      example: { stands: true },
    },
    AttestCandidate: {
      path: 'elections/:id/attestations',
      allow: { over: officials },
      summary: { zh: '候选人资格审查', en: 'Examine whether a nominated person may stand' },
      example: { personId: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01', qualified: true },
    },
    OpenElectionVoting: {
      path: 'system/elections/:id/voting',
      allow: 'system',
      summary: { zh: '到期开始投票', en: 'Open the voting at its time' },
      example: {},
    },
    CloseElection: {
      path: 'system/elections/:id/closing',
      allow: 'system',
      summary: { zh: '到期截止投票', en: 'Close the voting at its time' },
      example: {},
    },
    OpenElectionBox: {
      path: 'system/elections/:id/box',
      allow: 'system',
      summary: { zh: '开箱计票：公布全部选票（不含投票人）', en: 'Open the box: publish all papers without the voters, and count them' },
      example: {},
      facts: async (target, load) => ({ papers: await papersIn(load, subject(target)) }),
    },
    DestroyElectionKey: {
      path: 'system/elections/:id/key-destruction',
      allow: 'system',
      summary: { zh: '销毁选票密钥', en: 'Destroy the key of the papers' },
      example: {},
      carryOut: (target, { forget }) => forget(electionBoxOwner(subject(target))),
    },
  }),
  ...commandsOf(electionVote, {
    CastElectionPaper: {
      path: 'elections/:id/votes',
      begins: true,
      secretBody: true,
      allow: { as: 'resident' },
      summary: {
        zh: '投票：填写候选人的序号，不填为弃权；投出后不能更改。可附一个只有自己知道的验票码',
        en:
          'Vote: give the numbers of candidates, or none to abstain. It cannot be changed. A code that only you know lets you find ' +
          'your paper after the count',
      },
      example: { chosen: [1, 3], code: 'k7m2q9x4w8p3t6z1' },
      stream: ({ params, by }) => `${params['id']}.${by}`,
      placeFrom: async (target, load) => (await existing(load, subject(target))).placeId,
      facts: async (target, load) => ({ electionId: subject(target), election: await existing(load, subject(target)) }),
    },
  }),
];
