import { plotIdOf } from '../../domain/guardianship/division.js';
import { plusDays } from '../../domain/shared/time.js';
import { defineProjection, revised, type Revised } from '../projection.js';
import { type PlotKey, plotKey } from './keys.js';

/** The revision is that of the plot's own stream. It is absent for a plot that was divided but has no events of its own yet. */
export interface PlotRow extends Revised {
  readonly plotId: string;
  readonly placeId: string;
  readonly number: number;
  readonly name: string;
  /** Ids of the listed spaces that form the plot. */
  readonly spaces: readonly string[];
  readonly partyFirstUntil: string;
  /** Who may adopt it. */
  readonly openTo: 'party-members' | 'everyone';
  readonly inspectionDays: number;
  readonly guardian: PlotGuardian | null;
  readonly applications: readonly { readonly applicationId: string; readonly applicantId: string; readonly madeAt: string }[];
  /** Without inspections whose penalty was reversed on appeal. */
  readonly lastInspection: {
    readonly inspectionId: string;
    readonly at: string;
    readonly score: number;
    readonly passMark: number;
    readonly passed: boolean;
  } | null;
  /** When the next inspection is due. Null without a guardian. */
  readonly inspectionDueAt: string | null;
  /** The deadline of the open rectification, also after the guardianship ended. Null if there is none. */
  readonly rectificationDueAt: string | null;
  /** Persons who lost the plot by a revocation that proved wrong. They get it by applying, as soon as it is free. */
  readonly offeredAgainTo: readonly string[];
}
interface PlotGuardian {
  readonly personId: string;
  readonly since: string;
  /** The end of the term or of the notice period. */
  readonly endsAt: string;
  readonly noticeGiven: boolean;
  readonly offeredTo: string | null;
}

const ofPlot = ({ aggregateId }: { readonly aggregateId: string }): readonly PlotKey[] => [plotKey(aggregateId)];
const vacant = { guardian: null, inspectionDueAt: null } as const;
const withGuardian = (row: PlotRow | null, change: Partial<PlotGuardian>): PlotRow | null =>
  row && { ...row, guardian: row.guardian && { ...row.guardian, ...change } };
const without = (row: PlotRow, applicationId: string) =>
  row.applications.filter((application) => application.applicationId !== applicationId);

/**
 * The plots of places, with their guardians (domain.md rows 16–18), sorted by place, then by number. People by id only, no personal data.
 */
export const plots = defineProjection<PlotRow, PlotKey>({
  name: 'plots',
  version: 3,
  on: {
    PlotsDivided: {
      keys: ({ aggregateId, data }) => data.plots.map(({ number }) => plotKey(plotIdOf(aggregateId, number))),
      evolve: (_, { aggregateId: placeId, data: { plots: divided, terms, partyFirstUntil } }, key) => {
        const { number, name, spaces } = divided.find((plan) => plotKey(plotIdOf(placeId, plan.number)) === key)!;
        return {
          plotId: plotIdOf(placeId, number),
          placeId,
          number,
          name,
          spaces,
          partyFirstUntil,
          openTo: 'party-members',
          inspectionDays: terms.inspectionDays,
          applications: [],
          lastInspection: null,
          rectificationDueAt: null,
          offeredAgainTo: [],
          ...vacant,
        };
      },
    },
    PartyFirstClosed: { keys: ({ data }) => data.plotIds.map(plotKey), evolve: (row) => row && { ...row, openTo: 'everyone' } },
    ...revised<PlotRow, PlotKey>({
      PlotApplicationMade: {
        keys: ofPlot,
        evolve: (row, { data: { applicationId, applicantId }, at }) =>
          row && { ...row, applications: [...row.applications, { applicationId, applicantId, madeAt: at }] },
      },
      PlotApplicationRefused: {
        keys: ofPlot,
        evolve: (row, { data }) => row && { ...row, applications: without(row, data.applicationId) },
      },
      PlotAdopted: {
        keys: ofPlot,
        evolve: (row, { data: { applicationId, guardianId, until, inspectionDueAt }, at }) =>
          row && {
            ...row,
            guardian: { personId: guardianId, since: at, endsAt: until, noticeGiven: false, offeredTo: null },
            applications: without(row, applicationId),
            offeredAgainTo: row.offeredAgainTo.filter((personId) => personId !== guardianId),
            inspectionDueAt: inspectionDueAt ?? plusDays(at, row.inspectionDays),
          },
      },
      PlotOffered: { keys: ofPlot, evolve: (row, { data }) => withGuardian(row, { offeredTo: data.toId }) },
      PlotHandedOver: {
        keys: ofPlot,
        evolve: (row, { data: { guardianId, until }, at }) =>
          withGuardian(row, { personId: guardianId, since: at, endsAt: until, noticeGiven: false, offeredTo: null }),
      },
      PlotNoticeGiven: { keys: ofPlot, evolve: (row, { data }) => withGuardian(row, { endsAt: data.endsAt, noticeGiven: true }) },
      GuardianshipEnded: { keys: ofPlot, evolve: (row) => row && { ...row, ...vacant } },
      GuardianshipRevoked: { keys: ofPlot, evolve: (row) => row && { ...row, ...vacant } },
      PlotInspected: {
        keys: ofPlot,
        evolve: (row, { data: { inspectionId, score, passMark, passed, nextDueAt }, at }) =>
          row && { ...row, lastInspection: { inspectionId, at, score, passMark, passed }, inspectionDueAt: nextDueAt },
      },
      RectificationOpened: { keys: ofPlot, evolve: (row, { data }) => row && { ...row, rectificationDueAt: data.dueAt } },
      RectificationMet: { keys: ofPlot, evolve: (row) => row && { ...row, rectificationDueAt: null } },
      RectificationOverdue: { keys: ofPlot, evolve: (row) => row && { ...row, rectificationDueAt: null } },
      InspectionVoided: {
        keys: ofPlot,
        evolve: (row, { data }) => row && (row.lastInspection?.inspectionId === data.inspectionId ? { ...row, lastInspection: null } : row),
      },
      RectificationDropped: { keys: ofPlot, evolve: (row) => row && { ...row, rectificationDueAt: null } },
      GuardianshipReinstated: {
        keys: ofPlot,
        evolve: (row, { data: { guardianId, since, until, endsAt, inspectionDueAt }, at }) =>
          row && {
            ...row,
            guardian: { personId: guardianId, since, endsAt, noticeGiven: endsAt < until, offeredTo: null },
            inspectionDueAt: inspectionDueAt ?? plusDays(at, row.inspectionDays),
          },
      },
      PlotOfferedAgain: {
        keys: ofPlot,
        evolve: (row, { data }) => row && { ...row, offeredAgainTo: [...row.offeredAgainTo, data.guardianId] },
      },
      CareLogged: { keys: ofPlot, evolve: (row) => row },
      PlotContributionMade: { keys: ofPlot, evolve: (row) => row },
    }),
  },
});
