import { writeSync } from 'node:fs';

/**
 * Closes the run with one line, `123 passed, 0 failed, 4 skipped`; a suite that could not run counts as a failure. Jest's own summary
 * comes after all reporters, so the line is written when the process ends.
 */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((file) =>
      file.testResults.filter(({ status }) => status === 'pending' || status === 'todo'),
    );
    for (const { fullName } of skipped) process.stdout.write(`skipped: ${fullName}\n`);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    process.once('exit', () => writeSync(1, `${results.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped\n`));
  }
}
