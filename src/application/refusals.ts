import { registryTexts } from './registry.texts.js';
import { guardianshipTexts } from './guardianship.texts.js';

/** What is said of each refusal, context by context. */
export const refusals = {
  ...registryTexts,
  ...guardianshipTexts,
};
