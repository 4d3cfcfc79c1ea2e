import { contests } from '../../../projections/contest/contests.js';
import type { SealRows } from '../../kernel/withholding.js';

/** Whether nobody may know how a contest stands. One that the read model does not know yet is embargoed. */
export const isEmbargoed = async (rows: SealRows, contestId: string): Promise<boolean> =>
  (await rows.get(contests, contestId))?.embargoed !== false;
