import { beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { confirm, expectWholeFrame, openConsole, pressUntil } from './opening.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('demo');
  const client = await connectTo(database.settings);
  await client.query(`create table a_sheet (id int primary key, tenant_id text, name text, metadata jsonb);
    insert into a_sheet select n, 'acme-corp', 'Sheet ' || n, '{"tier": "Gold"}' from generate_series(1, 20) as n`);
  await client.end();
});

async function silver(): Promise<number> {
  const client = await connectTo(database.settings);
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from a_sheet where metadata ->> 'tier' = 'Silver'`,
  );
  await client.end();
  return rows[0]!.n;
}

describe.for([
  [80, 24, []],
  [120, 40, ['--ascii', '--no-color']],
] as const)('on production at %i x %i %j', ([columns, rows, args]) => {
  test('a bulk change is typed, tried, confirmed by the slug, made and taken back, and every frame fits', async () => {
    const env = { AISHA_ENV: 'production' };
    const program = await openConsole(database, { env, columns, rows, args: ['--write', '--tenant', 'acme-corp', ...args] });
    program.press('5');
    await program.waitFor(/^ > a_sheet /);
    program.press('enter');
    await program.waitFor(/Sheet 1 /);
    program.press('B');
    await program.waitFor('Acme Corporation, the pinned tenant');
    program.type('/tier = Silver\r');
    await program.waitFor('A line is not understood.');
    expectWholeFrame(program);
    program.press('ctrl+w');
    program.type('"Silver"');
    await program.waitFor('/tier = "Silver"');
    program.press('enter');
    await program.waitFor('20 records of Acme Corporation');
    expectWholeFrame(program);
    const give = async (reason: string, done: string): Promise<void> => {
      program.type(reason);
      await program.waitFor(`reason ${reason}`);
      program.press('enter');
      await program.waitFor(/^.{0,12}type it/);
      program.paste('acme-corp');
      await program.waitFor('pasting does not count');
      for (const letter of 'acme-corp') program.type(letter);
      await program.waitFor('type it acme-corp');
      expectWholeFrame(program);
      await confirm(program, (lines) => lines.join('\n').includes(done));
      await program.waitFor('Done.');
      expectWholeFrame(program);
    };
    await give('ticket 9', '20 changed, 0 unchanged, 0 failed');
    expect(await silver()).toBe(20);
    await pressUntil(program, 'u', (lines) => lines.join('\n').includes('20 edits of a_sheet'));
    expectWholeFrame(program);
    await give('wrong ticket', '20 undone, 0 unchanged, 0 failed');
    expect(await silver()).toBe(0);
  });
});
