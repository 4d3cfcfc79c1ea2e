import { meritAccount } from './merit-account.js';
import { meritRules } from './merit-rules.js';
import { plot } from './plot.js';
import { plotDivision } from './division.js';

/** The aggregates of this context. */
export const guardianshipDeciders = { meritAccount, meritRules, plot, plotDivision } as const;
