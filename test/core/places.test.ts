import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { typedPath } from '#core/places.ts';

test.for([
  ['~/a/b.csv', join(homedir(), 'a/b.csv')],
  ['a/b.csv', resolve('a/b.csv')],
  ['/a/b.csv', '/a/b.csv'],
  ['./~/b.csv', resolve('~/b.csv')],
  ['~b.csv', resolve('~b.csv')],
] as const)('%s as somebody types it is %s', ([typed, path]) => {
  expect(typedPath(typed)).toBe(path);
});
