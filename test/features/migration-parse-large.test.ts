import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { loadParser } from '#database/sql-parser.ts';
import { migrationFile } from '#features/migrations/folder.ts';
import { parseMigration, parseMigrations } from '#features/migrations/parse.ts';
import { parseText } from '#features/migrations/parse/parse-text.ts';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

/** How often other work could have been done. */
async function turnsUntil(signal: AbortSignal): Promise<number> {
  let turns = 0;
  for (; !signal.aborted; turns += 1) await nextTurn();
  return turns;
}

/** Texts of more than 64 KB, each of another make. */
const large: Readonly<Record<string, string>> = {
  'statements in other alphabets and CRLF': numbers(3000)
    .map((n) => `-- 東京 👩‍👩‍👧\r\ninsert into t values (${n}, 'ü;👩');`)
    .join('\r\n'),
  'a DO block': `-- Author: Admin\ndo $$ begin\n${numbers(2000)
    .map((n) => `insert into things values (${n}, 'x;y');`)
    .join('\n')}\nexecute made_up; end $$;\nselect 1;`,
  'transactions of its own': `begin;\n${'create index concurrently on t (a);\n'.repeat(3000)}commit;`,
  'a syntax error behind all else': `${"insert into t values ('👩');\n".repeat(3000)}  select from from;`,
  'something only psql can run': `${'select 1;\n'.repeat(8000)}\\i other.sql\n`,
};

describe('a large file, which has a thread of its own, is parsed as any other', () => {
  test.for(Object.entries(large))('%s', async ([, text]) => {
    const file = migrationFile('001_large.sql', Buffer.from(text));
    const expected = parseText(await loadParser(), file);
    expect(file.sql.length).toBeGreaterThan(64 * 1024);
    expect(await parseMigration(file)).toEqual(expected);
  });

  test('of a constant or list that goes on and on the tree keeps the beginning, the statement all', async () => {
    const rows = numbers(10_000).map((n) => `(${n}, 'row ${n}')`);
    const text = `insert into t values ${rows.join(', ')}; select '${'z'.repeat(70_000)}'`;
    const { statements } = await parseMigration(migrationFile('001_rows.sql', Buffer.from(text)));
    expect(statements.map((statement) => statement.text).join('; ')).toBe(text);
    expect(statements.map(({ kind }) => kind)).toEqual(['insert', 'select']);
    expect(JSON.stringify(statements[0]?.node)).toContain('row 10');
    expect(JSON.stringify(statements).length).toBeLessThan(text.length + 100_000);
  });
});

test('other work goes on meanwhile, and whoever asks twice waits for the same', async () => {
  const file = migrationFile('001_large.sql', Buffer.from(`insert into t values (${numbers(60_000).join('), (')});`));
  const stop = new AbortController();
  const counting = turnsUntil(stop.signal);
  const [once, [again]] = await Promise.all([parseMigration(file), parseMigrations([file])]);
  stop.abort();
  expect(again).toBe(once);
  // Parsed in one go it would be a handful.
  expect(await counting).toBeGreaterThan(200);
});
