import type { ErasureRequested } from '../../domain/registry/erasure.js';
import { defineProjection } from '../projection.js';

/** The erasure of a person, as far as it has come. The times are UTC instants. */
export interface ErasureRow extends Readonly<ErasureRequested> {
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly confirmedBy?: string;
  readonly confirmedAt?: string;
  readonly erasedAt?: string;
}

const keys = ({ aggregateId }: { readonly aggregateId: string }) => [aggregateId];

/** Erasures. The key is the person id. */
export const erasures = defineProjection<ErasureRow>({
  name: 'erasures',
  version: 1,
  on: {
    ErasureRequested: { keys, evolve: (_, { data, at, meta }) => ({ ...data, requestedBy: meta.actor, requestedAt: at }) },
    ErasureConfirmed: { keys, evolve: (row, { at, meta }) => row && { ...row, confirmedBy: meta.actor, confirmedAt: at } },
    PersonErased: { keys, evolve: (row, { at }) => row && { ...row, erasedAt: at } },
  },
});
