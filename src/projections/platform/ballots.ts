import type { AllEvents } from '../../domain/deciders.js';
import { lineage } from '../../domain/shared/place-id.js';
import { defineProjection, type Handler, type Recorded } from '../projection.js';

/** `closed`: the result is awaited, and before it the seed where ties are drawn. */
type BallotStage = 'open' | 'closed' | 'decided';

export interface BallotRow {
  readonly ballotId: string;
  /** Everything that was declared at the opening. Of an election the names of those who stand: they stand to be read by all. */
  readonly declared: AllEvents['BallotOpened'];
  readonly stage: BallotStage;
  readonly drawSeed: string | null;
  /** As it was published. */
  readonly result: AllEvents['BallotResultPublished'] | null;
  /** Of the ballot's stream: what If-Match is compared with. */
  readonly revision: number;
}

const change = <K extends keyof AllEvents>(
  evolve: (data: AllEvents[K]) => Partial<BallotRow>,
): Handler<BallotRow, Recorded<K, AllEvents[K]>> => ({
  keys: ({ aggregateId }) => [aggregateId],
  evolve: (row, { data, revision }) => row && { ...row, ...evolve(data), revision },
});

/** One ballot, by its id: what was declared, how far it has come. It holds no figure before the result is published. */
export const ballots = defineProjection<BallotRow>({
  name: 'ballot',
  version: 1,
  on: {
    BallotOpened: {
      keys: ({ aggregateId }) => [aggregateId],
      evolve: (_, { aggregateId, data, revision }) => ({
        ballotId: aggregateId,
        declared: data,
        stage: 'open',
        drawSeed: null,
        result: null,
        revision,
      }),
    },
    BallotClosed: change(() => ({ stage: 'closed' })),
    BallotSeedRevealed: change(({ seed }) => ({ drawSeed: seed })),
    BallotResultPublished: change((result) => ({ stage: 'decided', result })),
  },
});

/** Events that tell how a ballot stands or came out, told to nobody while it is open and secret, or the final of a contest that is embargoed. */
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

/** Ballots for lists: `all/<ballot>`, and `place/<place>/<ballot>` for their place and all above it. */
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
