/** The time. Only the kernel, the policy runner and infrastructure ask for it. */
export interface Clock {
  now(): Date;
}
