import type { AllEvents } from '../../domain/deciders.js';
import { lineage } from '../../domain/shared/place-id.js';
import { defineProjection, type Handler, type Recorded } from '../projection.js';

/** `closed`: the result is due. If ties are drawn, the seed is due first. */
type BallotStage = 'open' | 'closed' | 'decided';

/** The state of a ballot. */
export interface BallotRow {
  readonly ballotId: string;
  /** The rules declared at the opening. Candidates' names are personal, but candidates stand to be known by everybody. */
  readonly declared: AllEvents['BallotOpened'];
  /** In the order of the withdrawals. */
  readonly withdrawn: readonly AllEvents['BallotOptionWithdrawn'][];
  readonly stage: BallotStage;
  readonly drawSeed: string | null;
  /** The result as published. */
  readonly result: AllEvents['BallotResultPublished'] | null;
  /** The revision of the ballot's stream, which If-Match is compared with. */
  readonly revision: number;
}

const change = <K extends keyof AllEvents>(
  evolve: (data: AllEvents[K], row: BallotRow) => Partial<BallotRow>,
): Handler<BallotRow, Recorded<K, AllEvents[K]>> => ({
  keys: ({ aggregateId }) => [aggregateId],
  evolve: (row, { data, revision }) => row && { ...row, ...evolve(data, row), revision },
});

/** Ballots by id. They contain no figures before the result is published. */
export const ballots = defineProjection<BallotRow>({
  name: 'ballot',
  version: 4,
  on: {
    BallotOpened: {
      keys: ({ aggregateId }) => [aggregateId],
      evolve: (_, { aggregateId, data, revision }) => ({
        ballotId: aggregateId,
        declared: data,
        withdrawn: [],
        stage: 'open',
        drawSeed: null,
        result: null,
        revision,
      }),
    },
    BallotOptionWithdrawn: change((data, { withdrawn }) => ({ withdrawn: [...withdrawn, data] })),
    BallotClosed: change(() => ({ stage: 'closed' })),
    BallotSeedRevealed: change(({ seed }) => ({ drawSeed: seed })),
    BallotResultPublished: change((result) => ({ stage: 'decided', result })),
  },
});

/** Events that reveal votes or figures of a ballot. Their data is withheld while it is open and secret, or the contest is embargoed. */
export const sealedEvents = [
  'PaperCast',
  'PaperWithdrawn',
  'BallotFileKept',
  'BallotResultPublished',
] as const satisfies readonly (keyof AllEvents)[];
export const isSealed = (row: BallotRow | null): boolean => row === null || (row.stage === 'open' && row.declared.secretUntilClosed);

export interface BallotListRow extends Pick<
  AllEvents['BallotOpened'],
  'placeId' | 'subject' | 'subjectId' | 'title' | 'form' | 'opensAt' | 'closesAt'
> {
  readonly ballotId: string;
  readonly stage: BallotStage;
}

const listKeys = ({ aggregateId, meta: { place } }: { aggregateId: string; meta: { place: string | null } }) => [
  `all/${aggregateId}`,
  ...(place === null ? [] : lineage(place).map((at) => `place/${at}/${aggregateId}`)),
];
const staged = <K extends 'BallotClosed' | 'BallotResultPublished'>(
  stage: BallotStage,
): Handler<BallotListRow, Recorded<K, AllEvents[K]>> => ({
  keys: listKeys,
  evolve: (row) => row && { ...row, stage },
});

/** Ballots for lists: `all/<ballot>`, and `place/<place>/<ballot>` for their place and all places above it. */
export const ballotList = defineProjection<BallotListRow>({
  name: 'ballot-list',
  version: 1,
  on: {
    BallotOpened: {
      keys: listKeys,
      evolve: (_, { aggregateId, data: { placeId, subject: of, subjectId, title, form, opensAt, closesAt } }) => ({
        ballotId: aggregateId,
        placeId,
        subject: of,
        ...(subjectId !== undefined && { subjectId }),
        title,
        form,
        opensAt,
        closesAt,
        stage: 'open',
      }),
    },
    BallotClosed: staged('closed'),
    BallotResultPublished: staged('decided'),
  },
});
