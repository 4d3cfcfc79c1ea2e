import type { AllEvents } from '../../domain/deciders.js';
import { lineage } from '../../domain/shared/place-id.js';
import { defineProjection, revised, type Revised } from '../projection.js';

type Announced = AllEvents['ResolutionAnnounced'];

/** A resolution, for everybody. It does not say who may vote or how anybody has voted. */
export interface ResolutionRow extends Revised, Omit<Announced, 'voters'> {
  readonly resolutionId: string;
  readonly decision?: AllEvents['ResolutionDecided']['decision'];
}
const own = ({ aggregateId }: { readonly aggregateId: string }) => [aggregateId];

/** Resolutions by id. */
export const resolutions = defineProjection<ResolutionRow>({
  name: 'resolutions',
  version: 1,
  on: revised<ResolutionRow>({
    ResolutionAnnounced: {
      keys: own,
      evolve: (_, { aggregateId, data: { voters: _voters, ...terms }, revision }) => ({ ...terms, resolutionId: aggregateId, revision }),
    },
    ResolutionDecided: { keys: own, evolve: (row, { data: { decision } }) => row && { ...row, decision } },
  }),
});

/** Resolutions for lists: `all/<resolution>`, and `place/<place>/<resolution>` for their place and all places above it. */
export const resolutionList = defineProjection<
  Pick<Announced, 'placeId' | 'matter' | 'title' | 'opensAt' | 'closesAt'> & { readonly resolutionId: string }
>({
  name: 'resolution-list',
  version: 1,
  writeOnce: true,
  on: {
    ResolutionAnnounced: {
      keys: ({ aggregateId, data: { placeId } }) => [
        `all/${aggregateId}`,
        ...lineage(placeId).map((place) => `place/${place}/${aggregateId}`),
      ],
      evolve: (_, { aggregateId, data: { placeId, matter, title, opensAt, closesAt } }) => ({
        resolutionId: aggregateId,
        placeId,
        matter,
        title,
        opensAt,
        closesAt,
      }),
    },
  },
});

/** The vote of each voter that counts. The key is `<resolution>/<voter>`. */
export const resolutionVotes = defineProjection<{
  readonly personId: string;
  readonly choice: AllEvents['ResolutionVoted']['choice'];
  readonly at: string;
}>({
  name: 'resolution-votes',
  version: 1,
  on: {
    ResolutionVoted: {
      keys: ({ data: { resolutionId }, meta: { actor } }) => [`${resolutionId}/${actor}`],
      evolve: (_, { data: { choice }, meta: { actor }, at }) => ({ personId: actor, choice, at }),
    },
  },
});
