import { covenantTexts } from './contexts/covenant/refusals.js';
import { registryTexts } from './contexts/registry/refusals.js';
import { auditTexts } from './contexts/audit/refusals.js';
import { contestTexts } from './contexts/contest/refusals.js';
import { guardianshipTexts } from './contexts/guardianship/refusals.js';
import { platformTexts } from './contexts/platform/refusals.js';
import { renovationTexts } from './contexts/renovation/refusals.js';
import { mergeTexts } from './kernel/texts.js';

/** What is said of each refusal, context by context. */
export const refusals = mergeTexts(
  registryTexts,
  covenantTexts,
  guardianshipTexts,
  contestTexts,
  auditTexts,
  renovationTexts,
  platformTexts,
);
