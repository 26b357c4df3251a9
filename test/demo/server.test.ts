import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectClient } from '#demo/client.ts';
import { processStartTime } from '#core/processes.ts';
import { startServer } from '#demo/server.ts';
import type { Server } from '#demo/server.ts';
import { serverUser } from '#demo/unprivileged-user.ts';
import { serverDirectories, temporaryDirectory } from './processes.ts';

const binaryDirectory = process.env['TEST_POSTGRES_BIN'];
const own = binaryDirectory === undefined ? {} : { binaryDirectory };
const uid = process.getuid?.() ?? 0;
let temporary: string;
let server: Server | undefined;

beforeEach(() => {
  temporary = temporaryDirectory();
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

describe('a server of our own', () => {
  test('is private to the user: closed directories, no TCP, and a password that even the socket asks for', async () => {
    server = await startServer(own);
    // Root's directory lets the server's group pass, and nobody else; everything inside is the server's alone.
    expect(statSync(server.directory).mode & 0o777).toBe(uid === 0 ? 0o710 : 0o700);
    expect(statSync(server.directory).uid).toBe(uid);
    expect(statSync(server.socketDirectory).mode & 0o777).toBe(0o700);
    expect(statSync(server.socketDirectory).uid).toBe(serverUser()?.uid ?? uid);

    const client = await connectClient(server.connection('postgres'), 'test');
    const { rows } = await client.query(`select current_setting('listen_addresses') as addresses, current_setting('ssl') as ssl`);
    await client.end();
    expect(rows).toEqual([{ addresses: '', ssl: 'off' }]);
    await expect(connectClient({ ...server.connection('postgres'), password: () => 'wrong' }, 'test')).rejects.toMatchObject({
      code: '28P01',
    });
    const text = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8') + readFileSync(`/proc/${server.pid}/environ`, 'utf8');
    expect(text).not.toContain(server.password);
  });

  test('gives the server none of our environment', async () => {
    vi.stubEnv('DATABASE_URL', 'postgresql://someone:secret@host/db');
    vi.stubEnv('PGOPTIONS', '-c nonsense=1');
    server = await startServer(own);
    expect(readFileSync(`/proc/${server.pid}/environ`, 'utf8')).not.toMatch(/secret|nonsense/);
  });

  test('is gone after stop, with clients still connected, and may be stopped again', async () => {
    server = await startServer(own);
    const { pid } = server;
    const client = await connectClient(server.connection('postgres'), 'test');
    await server.stop();
    await server.stop();
    expect(processStartTime(pid)).toBeUndefined();
    expect(serverDirectories(temporary)).toEqual([]);
    await expect(client.query('select 1')).rejects.toThrow(/not queryable|closed|terminat/);
  });

  test('two run beside each other, also over TCP', async () => {
    const [first, second] = await Promise.all([
      startServer({ ...own, tcp: { port: 0 } }),
      startServer({ ...own, tcp: { port: 0 } }),
    ]);
    server = first;
    try {
      expect(first.port).not.toBe(second.port);
      const client = await connectClient(second.connection('postgres', 'tcp'), 'test');
      const { rows } = await client.query(`select host(inet_server_addr()) as address`);
      await client.end();
      expect(rows).toEqual([{ address: '127.0.0.1' }]);
    } finally {
      await second.stop();
    }
  });

  test('fails with the words of the server, and leaves nothing', async () => {
    await expect(startServer({ ...own, settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
      name: 'AdminError',
      code: 'demo-start-failed',
      detail: expect.stringContaining('invalid value for parameter "shared_buffers": "plenty"'),
    });
    expect(serverDirectories(temporary)).toEqual([]);
  });
});

function leave(name: string, owner: object): string {
  const path = join(temporary, `aisha-console-demo-${uid}-${name}`);
  mkdirSync(path);
  writeFileSync(join(path, 'owner.json'), JSON.stringify(owner));
  return path;
}

describe('the next start', () => {
  test('clears what a recycled process id seems to own, but nothing that a living process owns', async () => {
    const recycled = leave('old', { pid: process.pid, startTime: '1' });
    const living = leave('new', { pid: process.pid, startTime: processStartTime(process.pid) });
    server = await startServer(own);
    expect(serverDirectories(temporary)).not.toContain(recycled);
    expect(serverDirectories(temporary)).toContain(living);
  });

  test('ends no process that merely has the remembered id', async () => {
    leave('gone', { pid: 999_999_999, startTime: '1', serverPid: process.pid });
    server = await startServer(own);
    expect(serverDirectories(temporary)).toEqual([server.directory]);
  });
});
