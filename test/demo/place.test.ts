import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Demo, startDemo } from '#demo/demo.ts';
import { demoAssets } from '#demo/schema.ts';

let demo: Demo;
const programs = mkdtempSync(join(tmpdir(), 'aisha-console-psql-'));
beforeAll(async () => {
  demo = await startDemo(() => undefined);
}, 60_000);
afterAll(async () => {
  await demo.stop();
  rmSync(programs, { recursive: true, force: true });
});

test('what is written into its folder of migrations is its own: the next demo starts from what was shipped', () => {
  const shipped = join(demoAssets(), 'migrations');
  expect(readdirSync(demo.migrationsDirectory)).toEqual(readdirSync(shipped));
  writeFileSync(join(demo.migrationsDirectory, '900_mine.sql'), 'select 1;');
  expect(existsSync(join(shipped, '900_mine.sql'))).toBe(false);
});

test('a script that nobody else may read hands its place and password to psql', () => {
  writeFileSync(join(programs, 'psql'), '#!/bin/sh\necho "$PGPASSWORD" "$@"\n', { mode: 0o755 });
  const { host, port, user, database, password } = demo.connection;
  const said = execFileSync(demo.psql!, ['-c', 'select 1'], { env: { PATH: `${programs}:/usr/bin:/bin` }, encoding: 'utf8' });
  expect(said.trim()).toBe(`${password!()} -h ${host} -p ${port} -U ${user} -d ${database} -c select 1`);
  expect(statSync(demo.psql!).mode & 0o777).toBe(0o700);
});

test('folder and script go with it', async () => {
  const place = join(demo.psql!, '..');
  await demo.stop();
  expect(existsSync(place)).toBe(false);
});
