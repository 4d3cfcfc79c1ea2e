/** The time. Only the kernel, the policy runner and infrastructure ask for it. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some moment, as they have really passed: setting the time of day does not change it. */
  monotonic(): number;
}
