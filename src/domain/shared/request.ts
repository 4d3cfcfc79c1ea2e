import { defineDecider } from './decider.js';
import { Int, Text } from './fields.js';

/**
 * A request with an idempotency key changed nothing. The event keeps how it was answered, so that a retry with the same key gets the
 * same answer even if the state has changed since (ADR 6).
 */
export class RequestChangedNothing {
  /** The stream, the id of its aggregate and its last revision (-1: no events). */
  @Text(1, 250) stream!: string;
  @Text(1, 250) subject!: string;
  @Int(-1, Number.MAX_SAFE_INTEGER) revision!: number;
}

/** One stream per sender and idempotency key: `request-<id derived from both>`. Only the kernel writes it. */
export const request = defineDecider<RequestChangedNothing | null>()({
  stream: 'request',
  initial: null,
  commands: {},
  events: { RequestChangedNothing },
  decide: {},
  evolve: { RequestChangedNothing: (_, answer) => answer },
});
