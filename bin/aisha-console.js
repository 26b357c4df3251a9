#!/usr/bin/env node
// Written so that even a very old Node can read it: it must be able to say what is missing.
'use strict';

var needed = [22, 12];
var found = process.versions.node.split('.').map(Number);
if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  var message = 'aisha-console needs Node ' + needed.join('.') + ' or newer; this is Node ' + process.versions.node + '.';
  var advice = 'Get one with "npx -p node@24 -p aisha-console aisha-console", "nvm install 24", or from nodejs.org.';
  process.stderr.write(message + '\n' + advice + '\n');
  process.exit(2);
}
require('./start.js');
