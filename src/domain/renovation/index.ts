import { renovation } from './renovation.js';
import { renovationOpinion } from './opinion.js';
import { renovationProxy } from './proxy.js';
import { renovationVote } from './ballot-paper.js';
import { rollPage } from './roll.js';

/** The aggregates of this context. */
export const renovationDeciders = { renovation, renovationOpinion, renovationProxy, renovationVote, rollPage } as const;
