import { readFileSync } from 'node:fs';

interface Report {
  numPassedTests: number;
  testResults: Array<{ status: string; assertionResults: Array<{ status: string }> }>;
}

/**
 * Prints `PASSED FAILED` for a report of vitest's JSON reporter. Counts as failed: failed tests, files with an error
 * outside their tests, tests that did not run (skipped, todo), and a run that failed for any other reason.
 */
function count(file: string, exitCode: number): { passed: number; failed: number } {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  let failed = 0;
  for (const { status, assertionResults } of report.testResults) {
    const bad = assertionResults.filter((test) => test.status !== 'passed').length;
    failed += bad > 0 || status === 'passed' ? bad : 1;
  }
  if (failed === 0 && (exitCode !== 0 || report.numPassedTests === 0)) failed = 1;
  return { passed: report.numPassedTests, failed };
}

const [file = '', exitCode = '1'] = process.argv.slice(2);
const { passed, failed } = count(file, Number(exitCode));
console.log(passed, failed);
