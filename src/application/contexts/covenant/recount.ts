import type { AllEvents } from '../../../domain/deciders.js';
import type { Immutable } from '../../../domain/shared/decider.js';
import { decideByThreshold, emptyTally, type ThresholdDecision } from '../../../domain/voting/threshold.js';
import { type CovenantRow, covenantKey, covenants } from '../../../projections/covenant/covenants.js';
import type { Recorded } from '../../../projections/projection.js';
import { mustBe, type Recount, type Recounted, type Rows } from '../../kernel/recount.js';

type Decided = 'CovenantDeliberated' | 'CovenantAdopted' | 'CovenantRejected';

const subjectOf = (id: string) => ({ of: 'covenant', id }) as const;

/** Decisions on covenants. The counts of an assembly are entered, not voted here, so only the conclusions are derived. */
export function covenantRecount(): Recount {
  /** By covenant: the last decision on its latest version. */
  const decisions = new Map<string, Immutable<ThresholdDecision>>();

  function decided({ aggregateId: id, type, data: { decision } }: Recorded<Decided, AllEvents[Decided]>): Recounted {
    const { rule, source, expected, counts, comparisons } = decision;
    // the conditions as recorded: a later program version may have other conditions for the same rule
    const conditions = comparisons.map(
      ({ partCount: _part, wholeCount: _whole, left: _left, right: _right, holds: _holds, ...one }) => one,
    );
    const tally = { ...emptyTally, ...Object.fromEntries(counts.map(({ choice, ...count }) => [choice, count])) };
    const derived = decideByThreshold({ rule, ...(source && { source }), conditions }, expected, tally);
    mustBe(subjectOf(id), decision, derived, null, 'decision');
    mustBe(subjectOf(id), type === 'CovenantRejected', derived.outcome !== 'adopted', null, 'rejected');
    if (type !== 'CovenantDeliberated') decisions.set(id, derived);
    const counted = counts.reduce((sum, { heads }) => sum + heads, 0);
    return { ...subjectOf(id), counted, outcome: derived.outcome, sha256: null };
  }

  return {
    on: {
      CovenantDeliberated: decided,
      CovenantAdopted: decided,
      CovenantRejected: decided,
      CovenantAmended: ({ aggregateId }) => void decisions.delete(aggregateId),
    },
    rows: {
      [covenants.name]: async (rows: Rows) => {
        for (const [id, decision] of decisions)
          mustBe(subjectOf(id), (await rows.get<CovenantRow>(covenantKey(id)))?.decision, decision, null, 'decision');
        return decisions.size;
      },
    },
  };
}
