import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareFileNames, readFileName } from '#features/migrations/file-name.ts';
import { findMigrationsDirectory, migrationFile, readMigrationFolder } from '#features/migrations/folder.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'aisha-console-folder-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('names', () => {
  test.for([
    ['001_init.sql', { kind: 'numbered', number: 1, letter: '' }],
    ['0001_init.sql', { kind: 'numbered', number: 1, letter: '' }],
    ['155A_x.sql', { kind: 'numbered', number: 155, letter: 'a' }],
    ['12.sql', { kind: 'numbered', number: 12, letter: '' }],
    ['2025-12-17_x.sql', { kind: 'dated', date: '20251217' }],
    ['20260424_x.sql', { kind: 'dated', date: '20260424' }],
    ['20260424101112_x.sql', { kind: 'dated', date: '20260424101112' }],
    ['20269999_x.sql', { kind: 'numbered', number: 20_269_999, letter: '' }],
    ['add-ai-summary.sql', { kind: 'unnumbered' }],
    ['1password_keys.sql', { kind: 'unnumbered' }],
    ['ROLLBACK_050_x.sql', { kind: 'rollback', undoes: '050_x.sql' }],
    ['rollback-050_x.SQL', { kind: 'rollback', undoes: '050_x.SQL' }],
    ['DIAGNOSTIC_rls.sql', { kind: 'other', why: 'a script to be run by hand' }],
    ['run-120.sh', { kind: 'other', why: 'not an .sql file' }],
    ['120_GUIDE.md', { kind: 'other', why: 'not an .sql file' }],
    ['checks/', { kind: 'other', why: 'a folder' }],
  ] as const)('%s', ([name, place]) => {
    expect(readFileName(name)).toEqual(place);
  });

  test('stand in the order in which they are meant', () => {
    const inOrder = [
      '2_b.sql',
      '002_c.sql',
      '0010_a.sql',
      '155_a.sql',
      '155a_a.sql',
      '155b_a.sql',
      '0999_x.sql',
      '1000_x.sql',
      '2025-12-17_a.sql',
      '20251218_a.sql',
      '2026-01-01_a.sql',
      'add-2.sql',
      'add-10.sql',
      'ROLLBACK_002_c.sql',
      'checks/',
    ];
    expect(
      inOrder
        .toReversed()
        .sort(compareFileNames)
        .map((name) => name.replace(/^0*2_[bc]/, '2')),
    ).toEqual(inOrder.map((name) => name.replace(/^0*2_[bc]/, '2')));
  });
});

describe('a folder', () => {
  test('is read whole, hidden files aside, with what is no migration', async () => {
    await mkdir(join(directory, 'checks'));
    await writeFile(join(directory, '.keep'), '');
    await writeFile(join(directory, '010_b.sql'), 'select 1;');
    await writeFile(join(directory, '002_a.sql'), '');
    await writeFile(join(directory, 'run.sh'), 'rm');
    await symlink(join(directory, '010_b.sql'), join(directory, '011_link.sql'));
    const { files } = await readMigrationFolder(directory);
    expect(files.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['002_a.sql', 0],
      ['010_b.sql', 9],
      ['011_link.sql', 9],
      ['checks/', 0],
      ['run.sh', 0],
    ]);
  });

  test('that is not there or not readable is the operator’s to mend', async () => {
    await expect(readMigrationFolder(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'migrations-folder-unreadable' });
    await expect(findMigrationsDirectory('nowhere', directory)).rejects.toMatchObject({ kind: 'usage' });
    await expect(findMigrationsDirectory(undefined, directory)).rejects.toMatchObject({ code: 'no-migrations-folder' });
  });

  test('is found where migrations usually are', async () => {
    await mkdir(join(directory, 'backend', 'migrations'), { recursive: true });
    expect(await findMigrationsDirectory(undefined, directory)).toBe(join(directory, 'backend', 'migrations'));
    expect(await findMigrationsDirectory('checks', directory)).toBe(join(directory, 'checks'));
  });
});

describe('a checksum', () => {
  const sum = (text: string | Buffer): string => migrationFile('1_a.sql', Buffer.from(text)).checksum;

  test('does not see line ends and byte order marks, and sees everything else', () => {
    expect(sum('\ufeffa;\r\nb;\r\n')).toBe(sum('a;\nb;\n'));
    expect(sum('a;\nb;\n')).toBe('02695dfcbe44ea48199fa3a03a95551182267d1b8a30a147e43fb5076246f506');
    expect(sum('a')).not.toBe(sum('a '));
    expect(sum(Buffer.from([0xff]))).not.toBe(sum(Buffer.from([0xfe])));
  });
});
