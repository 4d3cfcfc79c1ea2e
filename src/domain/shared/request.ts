import { defineDecider } from './decider.js';
import { Int, Text } from './fields.js';

/**
 * A request with an idempotency key asked for what was so already: nothing followed, and this is how it was answered. It says what the
 * same key came with when it comes again, whatever is so by then.
 */
export class RequestChangedNothing {
  /** The stream asked about, the id of its subject, its last revision (-1: it has none) and the position of its last event. */
  @Text(1, 250) stream!: string;
  @Text(1, 250) subject!: string;
  @Int(-1, Number.MAX_SAFE_INTEGER) revision!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) position!: number;
}

/** One stream for each idempotency key of a sender that changed nothing, `request-<id that follows from both>`. The shell writes it. */
export const request = defineDecider<RequestChangedNothing | null>()({
  stream: 'request',
  initial: null,
  commands: {},
  events: { RequestChangedNothing },
  decide: {},
  evolve: { RequestChangedNothing: (_, answer) => answer },
});
