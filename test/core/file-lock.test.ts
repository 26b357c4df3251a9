import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockFile } from '#core/file-lock.ts';
import { processStartTime } from '#core/processes.ts';
import { writeWholeFile } from '#core/whole-file.ts';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'aisha-console-lock-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('one holds the lock, and the next gets it when it is released', async () => {
  const file = join(directory(), 'cursor');
  const first = await lockFile(file);
  expect(await lockFile(file)).toEqual({
    isOurs: false,
    holder: { pid: process.pid, startTime: processStartTime(process.pid), host: hostname() },
    lockFile: `${file}.lock`,
  });
  if (first.isOurs) await first.release();
  expect(await lockFile(file)).toMatchObject({ isOurs: true });
});

test('of many who find the lock of a dead one, one gets it', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const dead = { pid: child.pid!, startTime: processStartTime(child.pid!), host: hostname() };
  const file = join(directory(), 'cursor');
  writeFileSync(`${file}.lock`, JSON.stringify(dead));
  expect(await lockFile(file)).toMatchObject({ isOurs: false, holder: { pid: child.pid } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const got = await Promise.all(Array.from({ length: 8 }, () => lockFile(file)));
  expect(got.filter(({ isOurs }) => isOurs)).toHaveLength(1);
  expect(readdirSync(join(file, '..'))).toEqual(['cursor.lock']);
});

test('the lock of another machine is never taken over, nor one that is just being made; a leftover without a name is', async () => {
  const file = join(directory(), 'cursor');
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: 1, startTime: 'x', host: 'elsewhere' }));
  expect(await lockFile(file)).toMatchObject({ isOurs: false, holder: { host: 'elsewhere' } });
  writeFileSync(`${file}.lock`, '');
  expect(await lockFile(file)).toMatchObject({ isOurs: false, holder: undefined });
  utimesSync(`${file}.lock`, 1, 1);
  expect(await lockFile(file)).toMatchObject({ isOurs: true });
});

test('a file is written as a whole, for this user alone, and not over another unless that is meant', async () => {
  const path = directory();
  const file = join(path, 'export');
  async function* pieces(): AsyncGenerator<string> {
    yield 'a';
    yield 'b';
  }
  await writeWholeFile(file, pieces(), { replaces: false });
  expect(readFileSync(file, 'utf8')).toBe('ab');
  expect(
    execFileSync('stat', process.platform === 'linux' ? ['-c', '%a', file] : ['-f', '%Lp', file], { encoding: 'utf8' }),
  ).toBe('600\n');
  await expect(writeWholeFile(file, 'c', { replaces: false })).rejects.toMatchObject({ code: 'EEXIST' });
  async function* failing(): AsyncGenerator<string> {
    yield 'c';
    throw new Error('cut off');
  }
  await expect(writeWholeFile(file, failing(), { replaces: true })).rejects.toThrow('cut off');
  expect(readFileSync(file, 'utf8')).toBe('ab');
  await writeWholeFile(file, 'c', { replaces: true });
  expect(readFileSync(file, 'utf8')).toBe('c');
  expect(readdirSync(path)).toEqual(['export']);
  expect(existsSync(`${file}.lock`)).toBe(false);
});

test('what is no file is never replaced by one', async () => {
  const pipe = join(directory(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(writeWholeFile(pipe, 'a', { replaces: true })).rejects.toThrow('is no file');
  expect(lstatSync(pipe).isFIFO()).toBe(true);
  expect(readdirSync(join(pipe, '..'))).toEqual(['pipe']);
});
