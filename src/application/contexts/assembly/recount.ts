import type { Immutable } from '../../../domain/shared/decider.js';
import type { ResolutionAnnounced, RollVoter } from '../../../domain/assembly/messages.js';
import { tallyOf } from '../../../domain/assembly/resolution.js';
import { type Choice, decideByThreshold, type ThresholdDecision } from '../../../domain/voting/threshold.js';
import { type ResolutionRow, resolutions } from '../../../projections/assembly/resolutions.js';
import { heldIn, momentOf, mustBe, type Recount, type Rows } from '../../kernel/recount.js';

interface Held extends Pick<Immutable<ResolutionAnnounced>, 'placeId' | 'matter' | 'rule' | 'expected'> {
  readonly voters: Readonly<Record<string, string>>;
  /** The last vote of each voter: the decider refuses those that do not count. */
  readonly choices: Map<string, Choice>;
}

const subjectOf = (id: string) => ({ of: 'resolution', id }) as const;
const householdsOf = (voters: readonly Immutable<RollVoter>[]) =>
  Object.fromEntries(voters.map(({ personId, householdId }) => [personId, householdId ?? '']));

/** Decisions of resolutions, counted again from the votes. */
export function assemblyRecount(): Recount {
  const held = new Map<string, Held>();
  const decisions = new Map<string, Immutable<ThresholdDecision>>();
  return {
    on: {
      ResolutionAnnounced: ({ aggregateId, data: { placeId, matter, rule, expected, voters } }) =>
        void held.set(aggregateId, { placeId, matter, rule, expected, voters: householdsOf(voters), choices: new Map() }),
      ResolutionVoted: (event) => {
        const { resolutionId, choice } = event.data;
        const subject = subjectOf(resolutionId);
        const { voters, choices } = heldIn(held, subject);
        const { by } = momentOf(event);
        mustBe(subject, Object.hasOwn(voters, by), true, null, 'voter on the roll');
        choices.set(by, choice);
        return undefined;
      },
      ResolutionDecided: ({ aggregateId, data }) => {
        const subject = subjectOf(aggregateId);
        const { placeId, matter, rule, expected, voters, choices } = heldIn(held, subject);
        const votes = [...choices].map(([personId, choice]) => ({ personId, choice }));
        const decision = decideByThreshold(rule, expected, tallyOf(voters, votes));
        mustBe(subject, data, { placeId, matter, decision });
        held.delete(aggregateId);
        decisions.set(aggregateId, decision);
        return { ...subject, counted: votes.length, outcome: decision.outcome, sha256: null };
      },
    },
    rows: {
      [resolutions.name]: async (rows: Rows) => {
        for (const [id, decision] of decisions)
          mustBe(subjectOf(id), (await rows.get<ResolutionRow>(id))?.decision, decision, null, 'decision');
        return decisions.size;
      },
    },
  };
}
