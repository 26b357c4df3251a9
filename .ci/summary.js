// Prints what failed, last of all and in full, then the count: a log cut short still says which test it was.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(folder)) {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  total.passed += numPassedTests;
  total.failed += numFailedTests;
  total.skipped += numPendingTests;
  for (const file of testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    // A file that could not be loaded has failed and has no tests.
    if (failed.length === 0 && file.status === 'failed') {
      total.failed += 1;
      console.log(`FAILED ${file.name}\n${file.message}\n`);
    }
    for (const test of failed)
      console.log(`FAILED ${file.name} > ${test.fullName}\n${test.failureMessages.join('\n').slice(0, 4000)}\n`);
  }
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
