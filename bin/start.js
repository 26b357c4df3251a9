'use strict';

const { enableCompileCache } = require('node:module');
const { setFlagsFromString } = require('node:v8');

// Threads that collect garbage cost a short run more than they save.
setFlagsFromString('--single-threaded-gc');
// Halves the time to the first frame from the second start on; where there is no place for a cache, nothing is lost.
enableCompileCache();
import('../dist/main.js').catch((error) => {
  process.stderr.write(`aisha-console: ${error.message}\nThe installation is not complete: install it again.\n`);
  process.exit(2);
});
