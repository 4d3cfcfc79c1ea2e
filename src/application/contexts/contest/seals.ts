import { withheldEvents } from '../../../projections/contest/ranking.js';
import type { Seal } from '../../kernel/withholding.js';
import { embargoRows, isEmbargoed } from './facts.js';

/** Votes and jury scores are withheld while their contest is embargoed (domain.md row 23). */
export const contestSeals: readonly Seal[] = [
  { of: 'contest', types: withheldEvents, id: /^[^.]+/u, isSealed: isEmbargoed, from: embargoRows },
];
