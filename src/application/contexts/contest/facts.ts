import { contests } from '../../../projections/contest/contests.js';
import type { SealRows } from '../../kernel/withholding.js';

/** Whether the votes of a contest are secret for now. A contest that is not in the read model yet counts as embargoed. */
export const isEmbargoed = async (rows: SealRows, contestId: string): Promise<boolean> =>
  (await rows.get(contests, contestId))?.embargoed !== false;
