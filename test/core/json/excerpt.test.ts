import { expect, test } from 'vitest';
import { excerpt } from '#core/json/excerpt.ts';

test.each([
  ['the first line', '{oops}', 1, 2, ['{oops}', ' ^']],
  ['a line between, without its carriage return', '{\r\n  oops\r\n}', 2, 3, ['  oops', '  ^']],
  ['behind a byte order mark', '\uFEFFoops', 1, 1, ['oops', '^']],
  ['behind wide letters and a tab, by their columns', '"髙橋"\toops', 1, 6, [String.raw`"髙橋"\toops`, '        ^']],
  ['the end of the text', '{"a": 1', 1, 8, ['{"a": 1', '       ^']],
  [
    'behind a secret, which is masked',
    '{"password": "hunter2hunter2", oops}',
    1,
    32,
    ['{"password": "••••", oops}', '                     ^'],
  ],
  ['inside a secret', '{"password": "hunter2', 1, 22, ['{"password": "••••"', '                   ^']],
  ['a control sequence', '\u001b[2J oops', 1, 6, [String.raw`\x1b[2J oops`, '        ^']],
])('%s', (_, text, line, column, lines) => {
  expect(excerpt(text, { line, column }).split('\n')).toEqual(lines);
});

test('of a long line what stands around the place', () => {
  const [shown = '', caret = ''] = excerpt(`${'a'.repeat(500)}!${'b'.repeat(500)}`, { line: 1, column: 501 }).split('\n');
  expect(shown).toMatch(/^…a{60}!b{39}…$/);
  expect(shown.charAt(caret.length - 1)).toBe('!');
});
