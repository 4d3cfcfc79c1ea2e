import type { CovenantStep, Clause, MeetingPapers, Slogan } from '../../domain/covenant/covenant-messages.js';
import type { Immutable } from '../../domain/shared/decider.js';
import type { ThresholdDecision } from '../../domain/voting/threshold.js';
import { defineProjection, revised, type Revised } from '../projection.js';

/** The text of one version. */
export interface CovenantText {
  readonly covenantId: string;
  readonly version: number;
  readonly title: string;
  readonly clauses: readonly Immutable<Clause>[];
  readonly slogans: readonly Immutable<Slogan>[];
}
/** The state of a covenant. */
export interface CovenantRow extends CovenantText, Revised {
  /** The step that the latest version has reached. The text in this row is the latest version. */
  readonly step: CovenantStep;
  readonly opinionsUntil?: string;
  /** The number of opinions on the latest version. */
  readonly opinions: number;
  readonly review?: { readonly passed: boolean; readonly remarks?: string; readonly at: string };
  /** The deliberations that approved the latest version, in order, without the last one, which is the decision. */
  readonly deliberations?: readonly Immutable<ThresholdDecision>[];
  readonly decision?: Immutable<ThresholdDecision>;
  /** When the body may vote on the latest version. */
  readonly votesFrom?: string;
  /** The hashes of the minutes and the sign-in sheet of the meeting that decided. */
  readonly papers?: Immutable<MeetingPapers>;
  /** The resolution that decided, in place of a meeting. */
  readonly ballotId?: string;
  /** The version in force. */
  readonly inForce?: {
    readonly version: number;
    readonly adoptedAt: string;
    readonly fileNumber?: string;
    /** Where and when the decision, and then how it was carried out, were published. */
    readonly decisionPublished?: { readonly where: string; readonly picture?: string; readonly at: string };
    readonly resultPublished?: { readonly where: string; readonly picture?: string; readonly at: string };
  };
}

/** The key of a row ends with a dot, so that the prefix of a place finds the covenants within it and no others. */
type CovenantKey = `${string}.`;
export const covenantKey = (covenantId: string): CovenantKey => `${covenantId}.`;
const ofPlace = ({ data }: { readonly data: { readonly placeId: string } }) => [covenantKey(data.placeId)];

const publicationOf = ({ data: { where, picture }, at }: { data: { where: string; picture?: string }; at: string }) => ({
  where,
  ...(picture !== undefined && { picture }),
  at,
});

/** Covenants, by place (domain.md row 1). */
export const covenants = defineProjection<CovenantRow, CovenantKey>({
  name: 'covenants',
  version: 4,
  on: {
    // Opinions are in streams of their own. Those recorded after the closing are not counted.
    CovenantOpinionGiven: {
      keys: ofPlace,
      evolve: (row, { data: { version } }) =>
        row && (row.step === 'opinions' && row.version === version ? { ...row, opinions: row.opinions + 1 } : row),
    },
    ...revised<CovenantRow, CovenantKey>({
      CovenantDrafted: {
        keys: ofPlace,
        evolve: (_, { data: { placeId, version, title, clauses, slogans } }) => ({
          covenantId: placeId,
          version,
          title,
          clauses,
          slogans,
          step: 'drafted',
          opinions: 0,
        }),
      },
      CovenantOpinionsOpened: {
        keys: ofPlace,
        evolve: (row, { data: { until } }) => row && { ...row, step: 'opinions', opinionsUntil: until },
      },
      CovenantOpinionsClosed: { keys: ofPlace, evolve: (row) => row && { ...row, step: 'heard' } },
      CovenantReviewed: {
        keys: ofPlace,
        evolve: (row, { data: { passed, remarks }, at }) =>
          row && { ...row, step: passed ? 'reviewed' : 'returned', review: { passed, ...(remarks !== undefined && { remarks }), at } },
      },
      CovenantVoteAnnounced: { keys: ofPlace, evolve: (row, { data: { votesFrom } }) => row && { ...row, votesFrom } },
      CovenantDeliberated: {
        keys: ofPlace,
        evolve: (row, { data: { decision } }) => row && { ...row, deliberations: [...(row.deliberations ?? []), decision] },
      },
      CovenantAdopted: {
        keys: ofPlace,
        evolve: (row, { data: { version, decision, papers, ballotId }, at }) =>
          row && {
            ...row,
            step: 'adopted',
            decision,
            ...(papers && { papers }),
            ...(ballotId !== undefined && { ballotId }),
            inForce: { version, adoptedAt: at },
          },
      },
      CovenantRejected: {
        keys: ofPlace,
        evolve: (row, { data: { decision, papers, ballotId } }) =>
          row && { ...row, step: 'rejected', decision, ...(papers && { papers }), ...(ballotId !== undefined && { ballotId }) },
      },
      CovenantAmended: {
        keys: ofPlace,
        evolve: (row, { data: { placeId, version, title, clauses, slogans } }) =>
          row && {
            covenantId: placeId,
            version,
            title,
            clauses,
            slogans,
            step: 'drafted',
            opinions: 0,
            ...(row.inForce && { inForce: row.inForce }),
          },
      },
      CovenantFiled: {
        keys: ofPlace,
        evolve: (row, { data: { fileNumber } }) => row && { ...row, ...(row.inForce && { inForce: { ...row.inForce, fileNumber } }) },
      },
      CovenantDecisionPublished: {
        keys: ofPlace,
        evolve: (row, event) =>
          row && { ...row, ...(row.inForce && { inForce: { ...row.inForce, decisionPublished: publicationOf(event) } }) },
      },
      CovenantResultPublished: {
        keys: ofPlace,
        evolve: (row, event) =>
          row && { ...row, ...(row.inForce && { inForce: { ...row.inForce, resultPublished: publicationOf(event) } }) },
      },
    }),
  },
});

type TextKey = `${string}/${string}`;
/** The text of every version, so that pledged clauses can always be read. The key is `<covenant>/<version>`. */
export const covenantVersions = defineProjection<CovenantText, TextKey>({
  name: 'covenant-versions',
  version: 1,
  writeOnce: true,
  on: {
    CovenantDrafted: { keys: textKey, evolve: (_, { data }) => textOf(data) },
    CovenantAmended: { keys: textKey, evolve: (_, { data }) => textOf(data) },
  },
});

function textKey({
  data: { placeId, version },
}: {
  readonly data: { readonly placeId: string; readonly version: number };
}): readonly TextKey[] {
  return [`${placeId}/${version}`];
}
function textOf({
  placeId,
  version,
  title,
  clauses,
  slogans,
}: Omit<CovenantText, 'covenantId'> & { readonly placeId: string }): CovenantText {
  return { covenantId: placeId, version, title, clauses, slogans };
}

/** Personal: the person's own words, for those who run the procedure. */
export interface CovenantOpinionRow {
  readonly opinionId: string;
  readonly version: number;
  readonly clause?: number;
  readonly words: string;
  readonly at: string;
}

/** Opinions on the drafts, in order of time. The key is `<covenant>/<instant>/<opinion>`. */
export const covenantOpinions = defineProjection<CovenantOpinionRow>({
  name: 'covenant-opinions',
  version: 1,
  writeOnce: true,
  on: {
    CovenantOpinionGiven: {
      keys: ({ data: { placeId, opinionId }, at }) => [`${placeId}/${at}/${opinionId}`],
      evolve: (_, { data: { opinionId, version, clause, words }, at }) => ({
        opinionId,
        version,
        ...(clause !== undefined && { clause }),
        words,
        at,
      }),
    },
  },
});
