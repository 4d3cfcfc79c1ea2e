import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Steps } from '../../domain/shared/steps.js';

/** Does work step by step; after each, other work gets the processor. */
export async function inSteps<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await yieldToEventLoop();
  }
}
