import jest from './jest.config.mjs';

/** `npm run mutation` changes src/domain piece by piece. A change that no test of the domain notices survives. */
export default {
  packageManager: 'npm',
  plugins: ['@stryker-mutator/jest-runner'],
  mutate: ['src/domain/**/*.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { config: { ...jest, roots: ['<rootDir>/test/domain'] } },
  coverageAnalysis: 'perTest',
  ignoreStatic: true, // runs once when a module loads: declarations of fields, which the agreement tests compare with the schema
  thresholds: { high: 95, low: 85, break: 85 },
  incremental: true, // runs again only what the changes since the last run touch; `-- --force` runs everything
  incrementalFile: 'coverage/mutation.json',
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress', 'html'],
  clearTextReporter: { allowColor: false, logTests: false },
  htmlReporter: { fileName: 'coverage/mutation.html' },
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['/dist', '/dist-bench', '/coverage', '/openapi.json', '/docs', '/bench'],
  disableTypeChecks: false, // swc strips the types
};
