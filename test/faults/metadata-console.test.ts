import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { run, start } from '../cli/program.ts';
import { until } from '../database/opening.ts';
import { connectTo } from '../support/cluster.ts';
import { startProxy } from '../support/proxy.ts';
import { addContact, type Desk, entries, openDesk, stored } from '../features/metadata-saving.ts';
import { startCommitProxy } from './commit-proxy.ts';
import { addStopPoints, nobodyLeft, stopAt, stopPoints } from './stop-points.ts';

const before = '{"a": 1, "big": 12345678901234567890}';
const after = '{"a": 2, "big": 12345678901234567890}';

const through = (desk: Desk, port: number): string => {
  const url = new URL(desk.home.url);
  url.port = String(port);
  return url.href;
};
const command = (url: string, id: string): string[] =>
  `--database-url ${url} --operator olga --yes --json metadata set contacts ${id} /a 2 --reason ticket-4711`.split(' ');

describe.for(['demo', 'production'] as const)('on %s', (shape) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(shape);
    // The command's sessions are waited for by name; the desk's own database has the same.
    await desk.database.close();
    await addStopPoints(desk.admin);
  });

  /** Old without an entry, or new with one, and nothing else. */
  async function state(id: string): Promise<'old' | 'new'> {
    // In one snapshot: it may be committed between two statements.
    await desk.admin.query('begin isolation level repeatable read');
    const [text, all] = [await stored(desk, id), await entries(desk, id)];
    await desk.admin.query('commit');
    expect([
      { text: before, entries: 0 },
      { text: after, entries: 1 },
    ]).toContainEqual({ text, entries: all.length });
    return text === after ? 'new' : 'old';
  }

  describe('the console is killed', () => {
    test.for(stopPoints)('%s', async (point) => {
      const id = await addContact(desk, before);
      const stop = await stopAt(desk.home.settings, point, id);
      const child = start(command(desk.home.url, id));
      await stop.reached();
      child.kill('SIGKILL');
      expect(await child.outcome).toMatchObject({ code: null, stdout: '' });
      await stop.release();
      await nobodyLeft(desk.admin);
      // Up to COMMIT, a server that finds nobody to answer takes everything back; COMMIT itself goes through.
      expect(await state(id)).toBe(point === 'during COMMIT' ? 'new' : 'old');
      expect(await run(command(desk.home.url, id))).toMatchObject({ code: 0 });
      expect(await state(id)).toBe('new');
    });

    test('with its COMMIT on the way: new', async () => {
      const id = await addContact(desk, before);
      const proxy = await startCommitProxy(desk.home.settings);
      const child = start(command(through(desk, proxy.port), id));
      await proxy.held;
      child.kill('SIGKILL');
      await child.outcome;
      expect(await state(id)).toBe('old');
      proxy.deliver();
      await expect(until(async () => (await state(id)) === 'new')).resolves.toBe(true);
    });
  });

  describe('the console is interrupted', () => {
    test.for([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)('by %s while COMMIT is on the way: it may be saved, and where to look is said', async ([signal, exitCode]) => {
      const id = await addContact(desk, before);
      const proxy = await startCommitProxy(desk.home.settings);
      const child = start(command(through(desk, proxy.port), id));
      await proxy.held;
      child.kill(signal);
      const { code, stdout, stderr } = await child.outcome;
      expect([code, stdout]).toEqual([exitCode, '']);
      expect(stderr).toMatch(/may have been saved: interrupted while COMMIT was under way/);
      const look = /Look with: aisha-console (.*)\n$/.exec(stderr)?.[1] ?? '';
      expect(look).toBe(`metadata history contacts ${id}`);
      proxy.deliver();
      await expect(until(async () => (await state(id)) === 'new')).resolves.toBe(true);
      expect(await run(['--database-url', desk.home.url, ...look.split(' ')])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('ticket-4711'),
      });
    });

    test.for(['after the lock', 'after the update'] as const)(
      '%s on a network that is dead: nothing is saved, and that is said',
      async (point) => {
        const id = await addContact(desk, before);
        const stop = await stopAt(desk.home.settings, point, id);
        const proxy = await startProxy(desk.home.settings);
        onTestFinished(() => proxy.close());
        const child = start(command(through(desk, proxy.port), id));
        await stop.reached();
        proxy.freeze();
        await stop.release();
        child.kill('SIGINT');
        const { code, stdout, stderr } = await child.outcome;
        expect([code, stdout]).toEqual([130, '']);
        expect(stderr).toMatch(new RegExp(`contacts.metadata of ${id} was not saved: interrupted before COMMIT was sent`));
        await proxy.resume();
        await nobodyLeft(desk.admin);
        expect(await state(id)).toBe('old');
      },
    );

    test.for([
      ['while it connects', 0],
      ['while it reads', 1],
    ] as const)('%s: that nothing was written is said', async ([, isLocked]) => {
      const id = await addContact(desk, before);
      const keeper = await connectTo(desk.home.settings);
      onTestFinished(() => keeper.end());
      let url = desk.home.url;
      let reached: () => Promise<unknown>;
      if (isLocked) {
        await keeper.query('begin; lock table contacts');
        reached = () =>
          until(async () => {
            const { rows } = await desk.admin.query(
              `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
               and application_name = 'aisha-console'`,
            );
            return rows.length > 0;
          });
      } else {
        const silent = createServer();
        const accepted = once(silent, 'connection');
        await once(silent.listen(0, '127.0.0.1'), 'listening');
        onTestFinished(() => void silent.close());
        url = through(desk, (silent.address() as AddressInfo).port);
        reached = () => accepted;
      }
      const child = start(command(url, id));
      await reached();
      child.kill('SIGINT');
      const { code, stdout, stderr } = await child.outcome;
      expect([code, stdout, stderr]).toEqual([130, '', 'Interrupted before anything was written.\n']);
      await keeper.query('rollback');
      expect(await state(id)).toBe('old');
    });

    test('and what it was about to save is saved in time: told as ever', async () => {
      const id = await addContact(desk, before);
      const stop = await stopAt(desk.home.settings, 'during COMMIT', id);
      const child = start(command(desk.home.url, id));
      await stop.reached();
      child.kill('SIGINT');
      await stop.release();
      const { code, stdout, stderr } = await child.outcome;
      // The answer to COMMIT may be read before the signal is heard of: then the command was done.
      expect([0, 130]).toContain(code);
      expect(stdout).toContain(`"record_id": "${id}"`);
      expect(stderr).toBe('');
      expect(await state(id)).toBe('new');
    });

    test('and what it was about to save is refused in time: told as ever', async () => {
      const id = await addContact(desk, before);
      const stop = await stopAt(desk.home.settings, 'before the lock', id);
      const child = start(command(desk.home.url, id));
      await stop.reached();
      child.kill('SIGINT');
      const { code, stderr } = await child.outcome;
      expect([code, stderr]).toEqual([130, expect.stringMatching(/holds the row/)]);
      expect(await state(id)).toBe('old');
    });
  });

  describe('the connection is lost', () => {
    test.for(stopPoints.filter((point) => point !== 'during COMMIT'))(
      '%s: nothing was saved, and that is said',
      async (point) => {
        const id = await addContact(desk, before);
        const stop = await stopAt(desk.home.settings, point, id);
        const proxy = await startProxy(desk.home.settings);
        onTestFinished(() => proxy.close());
        const child = start(command(through(desk, proxy.port), id));
        await stop.reached();
        proxy.cut();
        const { code, stdout, stderr } = await child.outcome;
        expect([code, stdout]).toEqual([3, '']);
        expect(stderr).toMatch(/connection was lost before the change was committed.*\nNothing was saved/);
        await stop.release();
        await nobodyLeft(desk.admin);
        expect(await state(id)).toBe('old');
      },
    );

    test('during COMMIT, which is done all the same: looked up and told as saved', async () => {
      const id = await addContact(desk, before);
      const stop = await stopAt(desk.home.settings, 'during COMMIT', id);
      const proxy = await startProxy(desk.home.settings);
      onTestFinished(() => proxy.close());
      const child = start(command(through(desk, proxy.port), id));
      await stop.reached();
      proxy.cut();
      await stop.release();
      const { code, stdout, stderr } = await child.outcome;
      expect([code, stderr]).toEqual([0, '']);
      expect(await state(id)).toBe('new');
      expect((JSON.parse(stdout) as { id: string }).id).toBe((await entries(desk, id))[0]!.id);
    });

    test('with COMMIT on its way, which arrives while we look: waited for, and told as saved', async () => {
      const id = await addContact(desk, before);
      const proxy = await startCommitProxy(desk.home.settings);
      const child = start(command(through(desk, proxy.port), id));
      await proxy.held;
      proxy.loseClient();
      // It looks, on another connection, and must not take "not there yet" for "not saved".
      await proxy.askedAgain;
      expect(await state(id)).toBe('old');
      proxy.deliver();
      const { code, stdout } = await child.outcome;
      expect([code, await state(id)]).toEqual([0, 'new']);
      expect(JSON.parse(stdout)).toMatchObject({ record_id: id });
    });

    test('with a COMMIT that never arrives: told as not saved', async () => {
      const id = await addContact(desk, before);
      const proxy = await startCommitProxy(desk.home.settings);
      const child = start(command(through(desk, proxy.port), id));
      await proxy.held;
      proxy.loseClient();
      await proxy.askedAgain;
      proxy.loseServer();
      const { code, stdout, stderr } = await child.outcome;
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(/looking again showed that it was not saved.*\nNothing was saved. Save again/);
      expect(await state(id)).toBe('old');
    });

    test('unaudited, what the row holds and how the transaction ended decide', async () => {
      for (const arrives of [true, false]) {
        const id = await addContact(desk, before);
        const proxy = await startCommitProxy(desk.home.settings);
        const child = start([...command(through(desk, proxy.port), id), '--unaudited']);
        await proxy.held;
        proxy.loseClient();
        await proxy.askedAgain;
        if (arrives) proxy.deliver();
        else proxy.loseServer();
        const { code } = await child.outcome;
        expect([code, await stored(desk, id)]).toEqual(arrives ? [0, after] : [3, before]);
        expect(await entries(desk, id)).toEqual([]);
      }
    });
  });
});
