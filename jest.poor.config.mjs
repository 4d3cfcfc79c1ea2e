import usual from './jest.config.mjs';

/**
 * Tests over REST on a log that does all that its port allows, and on rows and keys in memory (`npm run test:poor`): those that need neither
 * the files of a data folder nor positions without gaps.
 */
export default {
  ...usual,
  testRegex:
    '/test/(?:infrastructure/http/(?:access|draining|headers|if-match|limits|pictures|problem)|system/(?:erasure|live))\\.spec\\.ts$',
  moduleNameMapper: { '^\\./stores\\.js$': '<rootDir>/test/support/poor-stores.ts', ...usual.moduleNameMapper },
};
