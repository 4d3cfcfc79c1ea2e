import type { AllEvents } from '../../domain/deciders.js';
import { lineage } from '../../domain/shared/place-id.js';
import { defineProjection, type Handler, type Recorded } from '../projection.js';

type Type = keyof AllEvents;
type Event<K extends Type> = Recorded<K, AllEvents[K]>;
type Embargo = AllEvents['ContestOpened']['embargo'];

/** `closed`: voting is over and a result is due. `notice`: a result is published and open to objection. */
type Stage = 'open' | 'closed' | 'notice' | 'awarded' | 'without-award';

/** The stage after each event. */
const stages = {
  VotingClosed: 'closed',
  ResultPublished: 'notice',
  ResultWithdrawn: 'closed',
  AwardGranted: 'awarded',
  ContestEndedWithoutAward: 'without-award',
} as const satisfies { readonly [K in Type]?: Stage };

/** True if an event of this type ends the embargo (domain.md row 23). */
export const lifts = (embargo: Embargo, type: Type): boolean =>
  type === 'ResultPublished' || type === 'ContestEndedWithoutAward' || (type === 'VotingClosed' && embargo === 'until-closed');

/** The state of a contest, without any figures before its result. */
export interface ContestRow {
  readonly contestId: string;
  /** The rules declared at the opening. */
  readonly declared: AllEvents['ContestOpened'];
  readonly stage: Stage;
  readonly embargoed: boolean;
  readonly entries: { readonly entered: number; readonly accepted: number; readonly disqualified: number };
  /** The current result without its ranking, or null. */
  readonly result: Omit<AllEvents['ResultPublished'], 'ranking' | 'formula' | 'unanswered'> | null;
  /** Objections without an answer. */
  readonly unanswered: number;
  readonly endedBecause?: AllEvents['ContestEndedWithoutAward']['reason'];
  /** The revision of the contest's stream, which If-Match is compared with. */
  readonly revision: number;
}

const change = <K extends Type>(evolve: (row: ContestRow, event: Event<K>) => Partial<ContestRow>): Handler<ContestRow, Event<K>> => ({
  keys: ({ aggregateId }) => [aggregateId],
  evolve: (row, event) => {
    if (row === null) return null;
    const { type, revision } = event;
    const stage = type in stages ? stages[type as keyof typeof stages] : row.stage;
    const embargoed = row.embargoed && !lifts(row.declared.embargo, type);
    return { ...row, stage, embargoed, ...evolve(row, event), revision };
  },
});
const count =
  (which: keyof ContestRow['entries']) =>
  ({ entries }: ContestRow) => ({ entries: { ...entries, [which]: entries[which] + 1 } });

/** Contests by id. They contain no figures before the result is published. */
export const contests = defineProjection<ContestRow>({
  name: 'contest',
  version: 2,
  on: {
    ContestOpened: {
      keys: ({ aggregateId }) => [aggregateId],
      evolve: (_, { aggregateId, data, revision }) => ({
        contestId: aggregateId,
        declared: data,
        stage: 'open',
        embargoed: data.embargo !== 'none',
        entries: { entered: 0, accepted: 0, disqualified: 0 },
        result: null,
        unanswered: 0,
        revision,
      }),
    },
    PlaceEntered: change(count('entered')),
    StoryEntered: change(count('entered')),
    EntryAccepted: change(count('accepted')),
    EntryRefused: change(() => ({})),
    EntryDisqualified: change(count('disqualified')),
    VotingClosed: change(() => ({})),
    JuryScoreGiven: change(() => ({})),
    DrawSeedRevealed: change(() => ({})),
    ResultPublished: change((_, { data: { ranking: _ranking, formula: _formula, unanswered: _unanswered, ...result } }) => ({ result })),
    ResultWithdrawn: change(() => ({ result: null })),
    ObjectionRaised: change(({ unanswered }) => ({ unanswered: unanswered + 1 })),
    ObjectionAnswered: change((_, { data: { unanswered } }) => ({ unanswered })),
    AwardGranted: change(() => ({})),
    ContestEndedWithoutAward: change((_, { data: { reason } }) => ({ endedBecause: reason })),
  },
});

export interface ContestListRow extends Pick<
  AllEvents['ContestOpened'],
  'placeId' | 'category' | 'title' | 'entriesUntil' | 'votingFrom' | 'votingUntil'
> {
  readonly contestId: string;
  readonly stage: Stage;
}

const listKeys = ({ aggregateId, meta: { place } }: { aggregateId: string; meta: { place: string | null } }) => [
  `all/${aggregateId}`,
  ...(place === null ? [] : lineage(place).map((at) => `place/${at}/${aggregateId}`)),
];
const staged = <K extends keyof typeof stages>(stage: Stage): Handler<ContestListRow, Event<K>> => ({
  keys: listKeys,
  evolve: (row) => row && { ...row, stage },
});

/** Contests for lists: `all/<contest>`, and `place/<place>/<contest>` for their place and all places above it. */
export const contestList = defineProjection<ContestListRow>({
  name: 'contest-list',
  version: 1,
  on: {
    ContestOpened: {
      keys: listKeys,
      evolve: (_, { aggregateId, data: { placeId, category, title, entriesUntil, votingFrom, votingUntil } }) => ({
        contestId: aggregateId,
        placeId,
        category,
        title,
        entriesUntil,
        votingFrom,
        votingUntil,
        stage: 'open',
      }),
    },
    VotingClosed: staged(stages.VotingClosed),
    ResultPublished: staged(stages.ResultPublished),
    ResultWithdrawn: staged(stages.ResultWithdrawn),
    AwardGranted: staged(stages.AwardGranted),
    ContestEndedWithoutAward: staged(stages.ContestEndedWithoutAward),
  },
});

/** The current result as published, by contest id. */
export const contestResult = defineProjection<AllEvents['ResultPublished']>({
  name: 'contest-result',
  version: 2,
  on: {
    ResultPublished: { keys: ({ aggregateId }) => [aggregateId], evolve: (_, { data }) => data },
    ResultWithdrawn: { keys: ({ aggregateId }) => [aggregateId], evolve: () => null },
  },
});
