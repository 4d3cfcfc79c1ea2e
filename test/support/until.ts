/** Resolves when everything has run that is ready to run, and what follows from it without a timer. */
export async function nothingIsReady(): Promise<void> {
  for (let turns = 0; turns < 100; turns++) await new Promise(setImmediate);
}

/** Resolves when it is so. How long that may take is for the time-out of the test to say. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}
