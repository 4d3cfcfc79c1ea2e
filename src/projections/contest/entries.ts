import { defineProjection, type Handler, type Recorded } from '../projection.js';
import type { AllEvents } from '../../domain/deciders.js';

/** An entry of a contest. */
export interface EntryRow {
  readonly entryId: string;
  readonly placeId?: string;
  readonly label?: string;
  /** Personal. A memory is entered to be read by everybody, once it is accepted. */
  readonly title?: string;
  readonly story?: string;
  readonly enteredAt: string;
  readonly status: 'pending' | 'accepted' | 'refused' | 'disqualified';
  /** The reason of the screening or disqualification. */
  readonly reason?: string;
}

type Screening = 'EntryAccepted' | 'EntryRefused' | 'EntryDisqualified';
const entryKey = ({ aggregateId, data }: { aggregateId: string; data: { entryId: string } }) => [`${aggregateId}/${data.entryId}`];
const screened = <K extends Screening>(status: EntryRow['status']): Handler<EntryRow, Recorded<K, AllEvents[K]>> => ({
  keys: entryKey,
  evolve: (row, { data: { reason } }) => row && { ...row, status, ...(reason !== undefined && { reason }) },
});

/** The entries of contests. The key is `<contest>/<entry>`. */
export const contestEntries = defineProjection<EntryRow>({
  name: 'contest-entry',
  version: 1,
  on: {
    PlaceEntered: { keys: entryKey, evolve: (_, { data, at }) => ({ ...data, enteredAt: at, status: 'pending' }) },
    StoryEntered: { keys: entryKey, evolve: (_, { data, at }) => ({ ...data, enteredAt: at, status: 'pending' }) },
    EntryAccepted: screened('accepted'),
    EntryRefused: screened('refused'),
    EntryDisqualified: screened('disqualified'),
  },
});

/** An objection to a result. */
export interface ObjectionRow {
  readonly objectionId: string;
  readonly by: string;
  readonly result: number;
  readonly entryId?: string;
  /** Personal. Only those who answer objections may read it. */
  readonly words: string;
  readonly raisedAt: string;
  readonly answer: { readonly upheld: boolean; readonly reason: string; readonly at: string } | null;
}
const objectionKey = ({ aggregateId, data }: { aggregateId: string; data: { objectionId: string } }) => [
  `${aggregateId}/${data.objectionId}`,
];

/** The objections to results, for those who answer them. The key is `<contest>/<objection>`. */
export const contestObjections = defineProjection<ObjectionRow>({
  name: 'contest-objection',
  version: 1,
  on: {
    ObjectionRaised: { keys: objectionKey, evolve: (_, { data, at, meta }) => ({ ...data, by: meta.actor, raisedAt: at, answer: null }) },
    ObjectionAnswered: {
      keys: objectionKey,
      evolve: (row, { data: { upheld, reason }, at }) => row && { ...row, answer: { upheld, reason, at } },
    },
  },
});
