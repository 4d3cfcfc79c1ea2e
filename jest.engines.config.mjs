import usual from './jest.config.mjs';

/** Tests against real servers (`npm run test:engines`), one file after another: they share the servers. */
export default {
  ...usual,
  roots: ['<rootDir>/test/engines'],
  testPathIgnorePatterns: [],
  maxWorkers: 1,
  testSequencer: '<rootDir>/test/engines/sequencer.mjs',
  globalSetup: '<rootDir>/test/engines/setup.mjs',
  globalTeardown: '<rootDir>/test/engines/teardown.mjs',
};
