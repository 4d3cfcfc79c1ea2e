import { covenantTexts } from './covenant.texts.js';
import { registryTexts } from './registry.texts.js';
import { auditTexts } from './audit.texts.js';
import { contestTexts } from './contest.texts.js';
import { guardianshipTexts } from './guardianship.texts.js';
import { platformTexts } from './platform.texts.js';
import { renovationTexts } from './renovation.texts.js';
import { mergeTexts } from './texts.js';

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
