import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '#core/package-root.ts';
import { migrationFile } from '#features/migrations/folder.ts';
import { parseMigration } from '#features/migrations/parse.ts';
import { oddMigrations } from '../support/odd-migrations.ts';
import { dump, openYard, psql, runFiles, temporaryFolder } from './migration-running.ts';
import { oddFiles } from './migration-oddities.ts';

function hasPsql(): boolean {
  try {
    execFileSync('psql', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const demoFolder = join(packageRoot(), 'src', 'demo', 'migrations');
const demoFiles = Object.fromEntries(
  readdirSync(demoFolder)
    .filter((name) => /^\d.*\.sql$/.test(name))
    .toSorted()
    .map((name) => [name, readFileSync(join(demoFolder, name), 'utf8')]),
);

/** Files that psql goes through without an error although they leave nothing behind, and that we therefore call failed. */
const openEnds = new Set(['180_left_open.sql']);
/** What only psql runs, or what nobody can: refused before anything is sent. */
const refusals = new Set(['170_psql_only.sql', '171_does_not_parse.sql']);

describe.skipIf(!hasPsql())('file for file what psql -v ON_ERROR_STOP=1 -1 -f does (needs psql)', () => {
  test.for([
    ['the demo', demoFiles, 'counted'],
    ['a folder of oddities', oddFiles, 'exact'],
  ] as const)('%s', { timeout: 120_000 }, async ([, files, rowsAre]) => {
    const [theirs, ours] = [await openYard(), await openYard()];
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) {
      const file = join(folder, name);
      writeFileSync(file, text);
      const { mode } = await parseMigration(migrationFile(name, Buffer.from(text)));
      const before = await dump(ours.admin, 'exact');
      const isRefused = refusals.has(name);
      // One with transactions of its own is given to psql as it asks, and so is one that refuses any.
      const args = mode === 'transactional' ? ['-1'] : [];
      const peer = isRefused ? { code: 1, stderr: '' } : await psql(theirs.home.settings, file, args);
      const { results } = await runFiles(ours.database, { [name]: text });
      const words = results[0]?.failure?.message ?? '';
      const after = await dump(ours.admin, rowsAre);
      const isUntouched = before === (await dump(ours.admin, 'exact'));
      const failed = openEnds.has(name) || peer.code !== 0;
      expect({
        name,
        state: results[0]?.state,
        after,
        // What psql says holds what we say.
        words: peer.code === 0 || isRefused || peer.stderr.includes(words) ? 'as psql has it' : words,
        isUntouched: isUntouched || !(failed && mode === 'transactional'),
      }).toEqual({
        name,
        state: isRefused ? 'refused' : failed ? 'failed' : 'applied',
        after: await dump(theirs.admin, rowsAre),
        words: 'as psql has it',
        isUntouched: true,
      });
    }
  });

  test('a folder of 300 migrations with every oddity of production', { timeout: 120_000 }, async () => {
    const [theirs, ours] = [await openYard(), await openYard()];
    const folder = temporaryFolder();
    const files = oddMigrations().filter(({ outcome }) => outcome !== 'no-migration');
    const found = new Map<string, string>();
    for (let left = files; left.length > 0; left = files.filter(({ name }) => !found.has(name))) {
      const { results } = await runFiles(ours.database, Object.fromEntries(left.map(({ name, content }) => [name, content])));
      for (const { name, state } of results) found.set(name, state);
    }
    const expected = new Map<string, string>();
    for (const { name, content, outcome } of files) {
      writeFileSync(join(folder, name), content);
      const { mode } = await parseMigration(migrationFile(name, content));
      // What psql alone runs, or nobody, is not run here.
      const peer =
        outcome === 'refused'
          ? undefined
          : await psql(theirs.home.settings, join(folder, name), mode === 'transactional' ? ['-1'] : []);
      expected.set(name, peer === undefined ? 'refused' : peer.code === 0 ? 'applied' : 'failed');
    }
    expect(files).toHaveLength(300);
    expect([...found]).toEqual([...expected]);
    expect(await dump(ours.admin, 'counted')).toBe(await dump(theirs.admin, 'counted'));
  });
});
