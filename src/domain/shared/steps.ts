/** Work that takes long, in steps: between two of them others may get the processor. */
export type Steps<T> = Generator<void, T, void>;

/** Does all steps at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
