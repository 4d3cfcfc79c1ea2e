/*
 * The tests of the application on poor-rows.ts, which does all that the port allows: commits that fail at any point, rows that are seen one
 * by one and late, no row kept in memory.
 */
process.env['WUWEI_TEST_ROWS'] = 'poor';
for (const spec of [
  './contexts/audit/audit.spec.js',
  './contexts/contest/contest.spec.js',
  './contexts/covenant/covenant.spec.js',
  './contexts/guardianship/guardianship.spec.js',
  './contexts/platform/ballot-export.spec.js',
  './contexts/platform/platform.spec.js',
  './contexts/registry/registry.spec.js',
  './contexts/renovation/renovation.spec.js',
  './kernel/execute.spec.js',
  './process/runner.spec.js',
])
  await import(spec);
