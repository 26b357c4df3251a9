import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { listDrafts } from '#features/metadata/drafts.ts';
import { confirmed, draftOf, openPane, saveDraft } from '../console/metadata-frame.ts';
import { addContact, type Desk, during, entries, openDesk, stored } from '../features/metadata-saving.ts';
import type { ConsoleFrame } from '../support/console-frame.tsx';
import { connectTo } from '../support/cluster.ts';
import { pgBouncerPath } from '../support/pgbouncer.ts';
import { type CommitProxy, startCommitProxy } from './commit-proxy.ts';

const before = '{"a": 1, "big": 12345678901234567890}';
const after = '{"a": 2, "big": 12345678901234567890}';

/** The values drafted and kept on disk. */
const kept = async ({ session }: ConsoleFrame): Promise<readonly string[]> =>
  (await listDrafts(session.facts.stateDirectory)).drafts.map(({ mine }) => mine);

describe.for(['demo', 'production', 'production through PgBouncer'] as const)('a save in the pane, on %s', (way) => {
  describe.skipIf(way.endsWith('PgBouncer') && !pgBouncerPath())('(PgBouncer where named)', () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await openDesk(way);
    });

    describe('whose answer to COMMIT is lost', () => {
      /** Presses save on a draft, and has its COMMIT held in the network and the connection lost. */
      async function loseAnswer(): Promise<{ id: string; frame: ConsoleFrame; proxy: CommitProxy }> {
        const id = await addContact(desk, before);
        const proxy = await startCommitProxy(desk.settings);
        const frame = await openPane({ ...desk.settings, host: '127.0.0.1', port: proxy.port });
        await draftOf(frame, 'contacts', id, 'a', '2');
        await saveDraft(frame, 'ticket 4711', 'writing ...');
        await proxy.held;
        proxy.loseClient();
        return { id, frame, proxy };
      }

      test('and that arrived: looked up, and told as saved', async () => {
        const { id, frame, proxy } = await loseAnswer();
        await proxy.askedAgain;
        proxy.deliver();
        await frame.waitFor('Saved as edit');
        expect([await stored(desk, id), (await entries(desk, id)).length]).toEqual([after, 1]);
        await expect.poll(() => kept(frame)).toEqual([]);
      });

      test('and that never arrives: told as not saved; the draft is kept, and saves', async () => {
        const { id, frame, proxy } = await loseAnswer();
        await proxy.askedAgain;
        proxy.loseServer();
        await frame.waitFor('looking again showed that it was not saved');
        await frame.waitFor('The draft is kept.');
        expect(await stored(desk, id)).toBe(before);
        await expect.poll(() => kept(frame)).toEqual([after]);
        await confirmed(frame, 'Saved as edit');
        expect([await stored(desk, id), (await entries(desk, id)).length]).toEqual([after, 1]);
      });

      test('and that can not be looked up: told as unknown; saving again makes it once', async () => {
        const status = (from: string, to: string): string => `alter function pg_catalog.${from}(xid8) rename to ${to}`;
        await during(desk, status('pg_xact_status', 'away_status'), status('away_status', 'pg_xact_status'));
        const { id, frame, proxy } = await loseAnswer();
        await frame.waitFor('It may or may not be saved');
        await frame.waitFor('The draft is kept.');
        await expect.poll(() => kept(frame)).toEqual([after]);
        proxy.deliver();
        await expect.poll(() => stored(desk, id)).toBe(after);
        await confirmed(frame, 'the document is so already');
        expect((await entries(desk, id)).length).toBe(1);
      });
    });

    test('that waits for a lock too long says so, keeps the draft, and saves when the lock is gone', async () => {
      const id = await addContact(desk, before);
      const other = await connectTo(desk.home.settings);
      onTestFinished(() => other.end());
      await other.query('begin');
      await other.query('select from contacts where id = $1 for update', [id]);
      const frame = await openPane(desk.settings);
      await draftOf(frame, 'contacts', id, 'a', '2');
      await saveDraft(frame, 'ticket 4711', 'The draft is kept.');
      await frame.waitFor(/lock/);
      expect(await stored(desk, id)).toBe(before);
      await expect.poll(() => kept(frame)).toEqual([after]);
      await other.query('rollback');
      await confirmed(frame, 'Saved as edit');
      expect(await stored(desk, id)).toBe(after);
    });

    test('that a trigger refuses shows its words in full, and keeps the draft', async () => {
      if (desk.shape === 'demo') {
        await during(
          desk,
          `create function refuse() returns trigger language plpgsql as $$ begin
             raise exception 'Email already exists in employees table (function check_email_uniqueness())'; end $$;
           create trigger refuse before update on employees for each row execute function refuse()`,
          'drop function refuse() cascade',
        );
      }
      const [employee] = (
        await desk.admin.query<{ id: string; text: string; key: string }>(
          `select e.id::text as id, e.metadata::text as text, m.key
           from employees as e cross join lateral jsonb_each(e.metadata) as m order by e.id, m.key limit 1`,
        )
      ).rows;
      const { id, text, key } = employee!;
      const frame = await openPane(desk.settings);
      await draftOf(frame, 'employees', id, key, '"called"');
      await saveDraft(frame, 'ticket 4711', 'The draft is kept.');
      await frame.waitFor('Email already exists in employees table');
      await frame.waitFor('check_email_uniqueness()');
      expect(await stored(desk, id, 'employees')).toBe(text);
      await expect.poll(() => kept(frame)).toHaveLength(1);
      frame.press('esc');
      await frame.waitFor('1 change not saved');
    });
  });
});
