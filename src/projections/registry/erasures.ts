import type { ErasureRequested } from '../../domain/registry/erasure.js';
import { defineProjection } from '../projection.js';

/** The erasure of a person, as far as it has come. The times are UTC instants. */
export interface ErasureRow extends Readonly<ErasureRequested> {
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly withdrawnAt?: string;
  readonly confirmedBy?: string;
  readonly confirmedAt?: string;
  readonly erasedAt?: string;
}

const keys = ({ aggregateId }: { readonly aggregateId: string }) => [aggregateId];

/** Erasures, the last one of each person. The key is the person id. */
export const erasures = defineProjection<ErasureRow>({
  name: 'erasures',
  version: 2,
  on: {
    ErasureRequested: { keys, evolve: (_, { data, at, meta }) => ({ ...data, requestedBy: meta.actor, requestedAt: at }) },
    ErasureWithdrawn: { keys, evolve: (row, { at }) => row && { ...row, withdrawnAt: at } },
    ErasureConfirmed: { keys, evolve: (row, { at, meta }) => row && { ...row, confirmedBy: meta.actor, confirmedAt: at } },
    PersonErased: { keys, evolve: (row, { at }) => row && { ...row, erasedAt: at } },
  },
});

/** A request for erasure that nobody has confirmed or withdrawn yet. */
export type OpenErasureRow = Pick<ErasureRow, 'personId' | 'erasureId' | 'reason' | 'requestedBy' | 'requestedAt'>;

/** Open requests for erasure. The key is the person id. They are few, so a query finds those of a place among all. */
export const openErasures = defineProjection<OpenErasureRow>({
  name: 'open-erasures',
  version: 1,
  on: {
    ErasureRequested: { keys, evolve: (_, { data, at, meta }) => ({ ...data, requestedBy: meta.actor, requestedAt: at }) },
    ErasureWithdrawn: { keys, evolve: () => null },
    ErasureConfirmed: { keys, evolve: () => null },
  },
});
