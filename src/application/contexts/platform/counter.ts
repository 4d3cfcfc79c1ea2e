import type { BallotCount } from '../../../domain/platform/counting.js';
import type { Refusal } from '../../../domain/shared/decider.js';
import type { Outcome } from '../../../domain/voting/outcome.js';

export type CountRefusal = 'platform.count-too-long' | 'platform.counting-busy';

/**
 * Port: counts a ballot in a thread of its own, because some counts take minutes. An official count may take as long as it needs and
 * is not delayed by questions; a question (another rule, another budget) has a time limit. A count that is stopped is refused.
 */
export type Counter = (count: BallotCount) => Promise<Outcome | Refusal<CountRefusal>>;
