import type { AllEvents } from '../../domain/deciders.js';
import type { aspects, Group } from '../../domain/renovation/messages.js';
import { phaseAfter } from '../../domain/renovation/renovation.js';
import type { RenovationPhase } from '../../domain/renovation/renovation-state.js';
import { defineProjection, type Handler, revised, type Revised, type Recorded } from '../projection.js';

/** The state of a renovation. People by id only. */
export interface RenovationRow extends Revised {
  readonly renovationId: string;
  readonly placeId: string;
  readonly title: string;
  readonly description: string;
  readonly aspects: readonly (typeof aspects)[number][];
  /** In fen, like the cost of the design. */
  readonly budget: number;
  readonly proposedBy: string;
  readonly proposedAt: string;
  readonly phase: RenovationPhase;
  readonly consultation?: { readonly until: string; readonly opinions: number };
  readonly design?: {
    readonly version: number;
    readonly plannerId: string;
    readonly summary: string;
    readonly document: string;
    readonly cost: number;
    readonly signatures: readonly { readonly group: Group; readonly signerId: string; readonly at: string }[];
  };
  /** The latest ballot. */
  readonly ballot?: { readonly ballotId: string; readonly designVersion: number; readonly opensAt: string; readonly closesAt: string };
  /** The latest decision. */
  readonly decision?: {
    readonly ballotId: string;
    readonly designVersion: number;
    readonly outcome: AllEvents['RenovationDecided']['decision']['outcome'];
    readonly at: string;
  };
  readonly notice?: { readonly until: string; readonly objections: number; readonly open: number; readonly upheld: number };
  readonly effectiveAt?: string;
}

type On<K extends keyof AllEvents> = Recorded<K, AllEvents[K]>;

/** The row's own key, and a key by place, so that the renovations of a place or a village are one key range. */
type RenovationKey = `id/${string}` | `place/${string}/${string}`;
const keysOf = (id: string, placeId: string | null): readonly RenovationKey[] => [`id/${id}`, `place/${placeId ?? ''}/${id}`];
const step = <K extends keyof AllEvents>(
  change: (row: RenovationRow, event: On<K>) => Partial<RenovationRow>,
): Handler<RenovationRow, On<K>, RenovationKey> => ({
  keys: ({ aggregateId, meta }) => keysOf(aggregateId, meta.place),
  evolve: (row, event) => row && { ...row, ...change(row, event) },
});

const designed = step<'RenovationDesignSubmitted' | 'RenovationDesignRevised'>((_, { data }) => ({
  phase: 'design',
  design: { ...data, signatures: [] },
}));
const noticed = (row: RenovationRow, change: (notice: NonNullable<RenovationRow['notice']>) => Partial<RenovationRow['notice']>) =>
  row.notice ? { notice: { ...row.notice, ...change(row.notice) } } : {};

/** Renovations. The keys are `id/<renovation>` and `place/<place>/<renovation>`. */
export const renovations = defineProjection<RenovationRow, RenovationKey>({
  name: 'renovations',
  version: 2,
  on: {
    RenovationOpinionGiven: {
      keys: ({ data: { renovationId }, meta }) => keysOf(renovationId, meta.place),
      evolve: (row) =>
        row?.consultation ? { ...row, consultation: { ...row.consultation, opinions: row.consultation.opinions + 1 } } : row,
    },
    ...revised<RenovationRow, RenovationKey>({
      RenovationProposed: {
        keys: ({ aggregateId, data: { placeId } }) => keysOf(aggregateId, placeId),
        evolve: (_, { data, at }) => ({ ...data, proposedAt: at, phase: 'proposed' }),
      },
      RenovationConsultationOpened: step((_, { data: { until } }) => ({ phase: 'consultation', consultation: { until, opinions: 0 } })),
      RenovationConsultationClosed: step(() => ({ phase: 'consulted' })),
      RenovationDesignSubmitted: designed,
      RenovationDesignRevised: designed,
      RenovationDesignSigned: step(({ design }, { data: { group, signerId }, at }) =>
        design ? { design: { ...design, signatures: [...design.signatures, { group, signerId, at }] } } : {},
      ),
      RenovationBallotOpened: step((_, { data: { ballotId, designVersion, opensAt, closesAt } }) => ({
        phase: 'ballot',
        ballot: { ballotId, designVersion, opensAt, closesAt },
      })),
      RenovationBallotClosed: step(() => ({ phase: 'counting' })),
      RenovationDecided: step(
        (
          _,
          {
            data: {
              ballotId,
              designVersion,
              decision: { outcome },
            },
            at,
          },
        ) => ({
          phase: phaseAfter[outcome],
          decision: { ballotId, designVersion, outcome, at },
        }),
      ),
      RenovationNoticeOpened: step((_, { data: { until } }) => ({ phase: 'notice', notice: { until, objections: 0, open: 0, upheld: 0 } })),
      RenovationObjectionRaised: step((row) => noticed(row, ({ objections, open }) => ({ objections: objections + 1, open: open + 1 }))),
      RenovationObjectionRuled: step((row, { data }) =>
        noticed(row, ({ upheld }) => ({ open: data.open, upheld: upheld + (data.upheld ? 1 : 0) })),
      ),
      RenovationReopened: step((row) => ({ phase: 'revision', ...noticed(row, () => ({ open: 0 })) })),
      RenovationTookEffect: step((_, { at }) => ({ phase: 'effective', effectiveAt: at })),
    }),
  },
});
