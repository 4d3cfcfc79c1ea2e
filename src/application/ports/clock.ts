/** The time. Only the kernel, the policy runner and infrastructure read it. */
export interface Clock {
  now(): Date;
  /** Milliseconds since a fixed moment in the past. It does not change when the time of day is set. */
  monotonic(): number;
}
