import { resolution } from '../../../domain/assembly/resolution.js';
import { resolutionVote } from '../../../domain/assembly/vote.js';
import type { Choice } from '../../../domain/voting/threshold.js';
import type { Capacity } from '../../../domain/shared/capacity.js';
import { placeKindOf } from '../../../domain/voting/bodies.js';
import { resolutionVotes } from '../../../projections/assembly/resolutions.js';
import { commandsOf, type Load, type Target } from '../../kernel/command.js';
import { levelsAt, policiesAt, residentsOf } from '../registry/facts.js';

const officials: readonly Capacity[] = ['cadre', 'moderator', 'department'];
const page = 500;

const existing = (load: Load, id: string) => load.existing(resolution, id, 'resolution.not-found');
const subject = ({ params }: Pick<Target, 'params'>): string => params['id'] ?? '';

async function votesOn(load: Load, resolutionId: string) {
  const rows = await load.rows([resolutionVotes]);
  const votes: { personId: string; choice: Choice }[] = [];
  for (let after: string | undefined; ;) {
    const found = await rows.list(resolutionVotes, { prefix: `${resolutionId}/`, limit: page, ...(after !== undefined && { after }) });
    votes.push(...found.map(({ row: { personId, choice } }) => ({ personId, choice })));
    if (found.length < page) return votes;
    after = found.at(-1)!.key;
  }
}

export const assemblyCommands = [
  ...commandsOf(resolution, {
    AnnounceResolution: {
      path: 'resolutions',
      allow: { over: officials },
      summary: {
        zh: '公告会议表决（村民小组、村民会议或代表会议、居民会议或代表会议、居民议事会），名册就此确定',
        en: 'Announce the vote of an assembly, of representatives or of a council on a text; the roll is drawn now',
      },
      example: { placeId: '510121111219', matter: 'covenant', title: '表决村规民约', text: '一、爱护环境。二、垃圾分类。' },
      facts: async ({ data: { placeId } }, load) => {
        const [{ level, above }, policies, residents] = await Promise.all([
          levelsAt(load, placeId),
          policiesAt(load, placeId),
          residentsOf(load, placeId),
        ]);
        return { kind: placeKindOf(level, above), policies, residents };
      },
    },
    DecideResolution: {
      path: 'system/resolutions/:id/decision',
      allow: 'system',
      summary: { zh: '表决到期计票', en: 'Decide when the voting is over' },
      example: {},
      facts: async (target, load) => ({ votes: await votesOn(load, subject(target)) }),
    },
  }),
  ...commandsOf(resolutionVote, {
    VoteOnResolution: {
      path: 'resolutions/:id/votes',
      begins: true,
      allow: { as: 'resident' },
      summary: { zh: '表决：同意、反对或弃权', en: 'Vote on a resolution: approve, reject or abstain' },
      example: { choice: 'approve' },
      stream: ({ params, by }) => `${params['id']}.${by}`,
      placeFrom: async (target, load) => (await existing(load, subject(target))).placeId,
      facts: async (target, load) => ({ resolutionId: subject(target), resolution: await existing(load, subject(target)) }),
    },
  }),
];
