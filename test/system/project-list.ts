import { official } from '../support/application.js';
import type { Stage } from './stage.js';

/** Opens a ballot on two projects for one day: voters approve, and as many as cost 10 together are chosen. Answers its id. */
export async function openProjectList(stage: Stage, placeId: string, changes: object = {}): Promise<string> {
  const { id } = await stage.give('OpenBallot', official, {
    data: {
      placeId,
      subject: 'renovation-list',
      title: '改造项目序列',
      options: ['jing', 'ludeng'].map((optionId) => ({ optionId, name: optionId, cost: 5 })),
      rule: { rule: 'greedy' },
      budget: 10,
      form: 'approval',
      closesAt: stage.inDays(1),
      lastTies: 'listed',
      replaceable: true,
      secretUntilClosed: false,
      ...changes,
    },
  });
  return id;
}

/** The file that votes of this ballot were imported from, as it is kept. */
export const keptFile = {
  sha256: 'a'.repeat(64),
  part: 1,
  parts: 1,
  bytes: Buffer.from('voter_id;vote\n1;jing\n').toString('base64'),
};
