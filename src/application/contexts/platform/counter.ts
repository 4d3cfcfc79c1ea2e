import type { BallotCount } from '../../../domain/platform/counting.js';
import type { Refusal } from '../../../domain/shared/decider.js';
import type { Outcome } from '../../../domain/voting/outcome.js';

export type CountRefusal = 'platform.count-too-long' | 'platform.counting-busy';

/**
 * Port: counts a ballot in its own thread, because some counts take minutes. Official counts have no time limit and do not wait for
 * what-if counts (another rule, another budget), which have one. A count that is stopped is refused.
 */
export type Counter = (count: BallotCount) => Promise<Outcome | Refusal<CountRefusal>>;
