import { defineProjection, type Handler, type Recorded } from '../projection.js';
import type { AllEvents } from '../../domain/deciders.js';

export interface EntryRow {
  readonly entryId: string;
  readonly placeId?: string;
  readonly label?: string;
  /** Personal: a memory is entered in order to be read by all, once it is accepted. */
  readonly title?: string;
  readonly story?: string;
  readonly enteredAt: string;
  readonly status: 'pending' | 'accepted' | 'refused' | 'disqualified';
  /** Of the screening or the disqualification. */
  readonly reason?: string;
}

type Screening = 'EntryAccepted' | 'EntryRefused' | 'EntryDisqualified';
const entryKey = ({ aggregateId, data }: { aggregateId: string; data: { entryId: string } }) => [`${aggregateId}/${data.entryId}`];
const screened = <K extends Screening>(status: EntryRow['status']): Handler<EntryRow, Recorded<K, AllEvents[K]>> => ({
  keys: entryKey,
  evolve: (row, { data: { reason } }) => row && { ...row, status, ...(reason !== undefined && { reason }) },
});

/** The entries of a contest, by `<contest>/<entry>`. */
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

export interface ObjectionRow {
  readonly objectionId: string;
  readonly by: string;
  readonly result: number;
  readonly entryId?: string;
  /** Personal: who rules on the objection must read it; the public does not. */
  readonly words: string;
  readonly raisedAt: string;
  readonly answer: { readonly upheld: boolean; readonly reason: string; readonly at: string } | null;
}
const objectionKey = ({ aggregateId, data }: { aggregateId: string; data: { objectionId: string } }) => [
  `${aggregateId}/${data.objectionId}`,
];

/** The objections to a contest's results, by `<contest>/<objection>`: for those who rule on them. */
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
