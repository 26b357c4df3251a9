import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { processStartTime } from '#core/processes.ts';
import { postmasterIn, serverDirectories, startDriver, temporaryDirectory } from './processes.ts';
import type { Driver, DriverOptions } from './processes.ts';

const isRoot = process.getuid?.() === 0;
const drivers: Driver[] = [];

function drive(options?: DriverOptions): Driver {
  const driver = startDriver(options);
  drivers.push(driver);
  return driver;
}

afterEach(async () => {
  for (const driver of drivers.splice(0)) {
    driver.child.kill('SIGTERM');
    await driver.exit;
    // The directory right below /tmp: one of them is deeper.
    rmSync(driver.temporary.split('/').slice(0, 3).join('/'), { recursive: true, force: true });
  }
});

const gone = (pid: number): Promise<void> => vi.waitFor(() => expect(processStartTime(pid)).toBeUndefined());

async function started(driver: Driver): Promise<number> {
  expect(await driver.line()).toBe('starting');
  await driver.line();
  return postmasterIn(driver.temporary);
}

test('the whole demo is soon ready', async ({ annotate }) => {
  const driver = drive({ what: 'demo' });
  expect(await driver.line()).toBe('starting');
  const { milliseconds } = JSON.parse(await driver.line());
  await annotate(`ready after ${milliseconds} ms`);
  driver.child.stdin?.end();
  expect(await driver.exit).toBe(0);
  expect(serverDirectories(driver.temporary)).toEqual([]);
});

describe('the server and its directory are gone', () => {
  test.for([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('after %s', async ([signal, code]) => {
    const driver = drive();
    const pid = await started(driver);
    driver.child.kill(signal);
    expect(await driver.exit).toBe(code);
    await gone(pid);
    expect(serverDirectories(driver.temporary)).toEqual([]);
  });

  test('after SIGTERM while it is still starting', async () => {
    const driver = drive();
    await driver.line();
    await vi.waitFor(() => expect(serverDirectories(driver.temporary)).toHaveLength(1), { interval: 5 });
    driver.child.kill('SIGTERM');
    expect(await driver.exit).toBe(143);
    expect(serverDirectories(driver.temporary)).toEqual([]);
  });

  test('at the next start after SIGKILL', async () => {
    const killed = drive();
    const pid = await started(killed);
    const [leftover] = serverDirectories(killed.temporary);
    killed.child.kill('SIGKILL');
    expect(await killed.exit).toBe('SIGKILL');
    expect(processStartTime(pid)).toBeDefined();

    const next = drive({ temporary: killed.temporary });
    await started(next);
    await gone(pid);
    expect(serverDirectories(next.temporary)).toHaveLength(1);
    expect(serverDirectories(next.temporary)).not.toContain(leftover);
  });
});

test('a running demo is left alone by the next', async () => {
  const first = drive();
  const pid = await started(first);
  const second = drive({ temporary: first.temporary });
  await second.line();
  await second.line();
  expect(processStartTime(pid)).toBeDefined();
  expect(serverDirectories(first.temporary)).toHaveLength(2);
});

test.skipIf(!isRoot)('an ordinary user may run it (needs root, to become one)', async () => {
  const nobody = { uid: 65_534, gid: 65_534 };
  const temporary = temporaryDirectory();
  chownSync(temporary, nobody.uid, nobody.gid);
  const driver = drive({ as: nobody, temporary });
  await started(driver);
  expect(serverDirectories(temporary)[0]).toContain('aisha-console-demo-65534-');
});

test('a temporary directory too deep for a socket is passed over', async () => {
  const deep = join(temporaryDirectory(), ...Array<string>(20).fill('deep'));
  mkdirSync(deep, { recursive: true });
  const driver = drive({ temporary: deep });
  await driver.line();
  await driver.line();
  expect(serverDirectories(deep)).toEqual([]);
});
