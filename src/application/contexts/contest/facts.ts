import { contest } from '../../../domain/contest/contest.js';
import { contests } from '../../../projections/contest/contests.js';
import type { Load } from '../../kernel/command.js';
import type { SealRows } from '../../kernel/withholding.js';

/** The place of a contest. @throws Refused (404) if there is none with this id */
export const placeOfContest = async (load: Load, id: string): Promise<string> =>
  (await load.existing(contest, id, 'contest.not-found')).placeId;

/** The read models that `isEmbargoed` reads. */
export const embargoRows = [contests] as const;

/** Whether the votes of a contest are secret for now. A contest that is not in the read model yet counts as embargoed. */
export const isEmbargoed = async (rows: SealRows, contestId: string): Promise<boolean> =>
  (await rows.get(contests, contestId))?.embargoed !== false;
