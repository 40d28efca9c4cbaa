import { basename } from 'node:path';
import { after, beforeEach } from 'node:test';
import { isMainThread } from 'node:worker_threads';

/**
 * Ends the process of a test file that goes on when its tests are over. Where no test has the wanted name Node calls `after` before `before` is
 * done, and nobody is left to stop what `before` starts.
 */
const [, file = ''] = process.argv;
if (isMainThread && file.endsWith('.test.ts')) {
  let begun = false;
  beforeEach(() => {
    begun = true;
  });
  after(() => {
    const [seconds, what] = begun ? [60, 'its tests are over, and something that they started is not'] : [2, 'no test of it has that name'];
    setTimeout(() => {
      console.error(`${basename(file)}: ${what}`);
      process.exit(1);
    }, seconds * 1000).unref();
  });
}
