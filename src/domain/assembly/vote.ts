import { defineDecider, refuse } from '../shared/decider.js';
import { type Act, actOf, whyNotCounted } from '../voting/acts.js';
import type { Choice } from '../voting/threshold.js';
import { ResolutionVoted, VoteOnResolution } from './messages.js';

/** The most changes of one vote. It keeps the stream short. */
const mostChanges = 100;

/** Refusal codes of a vote on a resolution. */
export type ResolutionVoteRefusal =
  | 'resolution.not-on-roll'
  | 'resolution.voting-not-open'
  | 'resolution.no-such-choice'
  | 'resolution.voted-in-person'
  | 'resolution.later-act-stands'
  | 'resolution.too-many-changes';

interface VoteState {
  readonly choice: Choice | null;
  /** The vote that counts. */
  readonly act: Act | null;
  readonly changes: number;
}

/** One stream per voter and resolution, `resolutionVote-<resolution>.<voter>`. Which act counts: voting/acts.ts. */
export const resolutionVote = defineDecider<VoteState, ResolutionVoteRefusal>()({
  stream: 'resolutionVote',
  initial: { choice: null, act: null, changes: 0 },
  commands: { VoteOnResolution },
  events: { ResolutionVoted },
  decide: {
    VoteOnResolution: ({ choice: before, act, changes }, { choice }, { at, by, enteredBy, facts: { resolutionId, resolution }, event }) => {
      const { voters, opensAt, closesAt, decision, rule } = resolution;
      if (!Object.hasOwn(voters, by)) return refuse('resolution.not-on-roll');
      if (at < opensAt || at >= closesAt || decision !== null)
        return refuse('resolution.voting-not-open', { from: opensAt, until: closesAt });
      if (rule.rule !== 'consensus' && (choice === 'block' || choice === 'stand-aside'))
        return refuse('resolution.no-such-choice', { rule: rule.rule });
      const next = actOf({ at, enteredBy });
      if (choice === before && act?.isEntered === next.isEntered) return [];
      const why = whyNotCounted(next, act);
      if (why !== null) return refuse(why === 'in-person' ? 'resolution.voted-in-person' : 'resolution.later-act-stands');
      if (changes >= mostChanges) return refuse('resolution.too-many-changes', { limit: mostChanges });
      return [event('ResolutionVoted', { resolutionId, choice })];
    },
  },
  evolve: {
    ResolutionVoted: ({ changes }, { choice }, moment) => ({ choice, act: actOf(moment), changes: changes + 1 }),
  },
});
