import { describe, it } from '@jest/globals';

/** The server of the tests by its variable, and why it is missing (test/engines/setup.mjs). */
export const engine = (name: 'WUWEI_TEST_EVENTSTORE' | 'WUWEI_TEST_MONGODB') => ({
  connection: process.env[name],
  missing: process.env[`${name}_MISSING`] ?? `${name} is not set`,
});

/** Tests that need a server. Without it, one skipped test says why. */
export function withEngine(name: Parameters<typeof engine>[0], tests: (connection: string) => void): void {
  const { connection, missing } = engine(name);
  if (connection !== undefined && connection !== '') tests(connection);
  else describe(`needs a server: ${missing}`, () => it.skip('was not run', () => undefined));
}
