import { readFile } from 'node:fs/promises';
import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { openWrite } from '#console/public/write-dialog.tsx';
import type { WriteRequest } from '#console/public/write-request.ts';
import { displayText } from '#core/display-text.ts';
import { AdminError, messageOf } from '#core/errors.ts';
import { typedPath } from '#core/places.ts';
import type { Account } from '#database/audit-entry.ts';
import { type Line, span, words } from '#ui/line.ts';
import { migrationsThrough, recordBaseline } from '../baseline.ts';
import { importLog, planImport, readLog } from '../import-log.ts';
import { initHistory } from '../init.ts';
import { resolveMigration } from '../resolve.ts';
import type { MigrationStatus } from '../status.ts';
import { evidenceText, verdictOf } from '../summary.ts';
import { unaudited } from './applying.ts';
import type { FolderReading } from './migrations-state.ts';

/** What every recording by hand asks in the same way. */
type Asked = Pick<WriteRequest, 'title' | 'label' | 'sections' | 'reason'> & {
  readonly about?: readonly Line[];
  /** How many rows it would write. */
  readonly rows?: number;
  readonly word: string;
  readonly what: string;
  /** Records; gives what to say of it. */
  readonly record: (account: Account, reason: string) => Promise<string>;
};

function ask(session: ConsoleSession, { about = [], rows = 1, word, what, record, ...asked }: Asked): void {
  const { author, unaudited: isUnaudited, environment } = session.facts;
  openWrite(session, {
    ...asked,
    about: [...about, ...unaudited(session)],
    typed: environment.production ? { word, what } : undefined,
    refusal: () => (rows === 0 ? 'there is nothing to record' : readOnlyReason(session)),
    run: async (reason) => {
      const said = await record({ author, isUnaudited }, reason);
      session.queryClient.invalidateQueries().catch(session.fail);
      session.notify(said, 'good');
    },
  });
}

/** Asks what is true of a migration, and records it with the reason. */
export function askToResolve(session: ConsoleSession, { folder }: FolderReading, migration: MigrationStatus): void {
  const { name, state } = migration;
  const open = (as: 'applied' | 'reverted'): void =>
    ask(session, {
      title: `Record ${name} as ${as}`,
      label: 'record it',
      sections: [
        {
          title: 'what it says',
          lines: (columns) => [
            [words(`  ${state} becomes ${as === 'applied' ? 'resolved' : 'pending'}; nothing is run.`)],
            [words('  '), span(displayText(evidenceText(migration.evidence, 5), { maxWidth: columns }), 'muted')],
          ],
        },
      ],
      reason: '',
      word: name,
      what: 'the name of the file',
      record: async (account, reason) => {
        const { before, after } = await resolveMigration(session.database, folder, { name, as, reason }, account);
        return `Recorded ${name}: ${before} before, ${after} now.`;
      },
    });
  choose(session, {
    title: displayText(`What is true of ${name}`),
    choices: [
      { label: 'it is applied', hotkey: 'a', run: () => open('applied') },
      { label: 'it is reverted, and so pending', hotkey: 'r', run: () => open('reverted') },
    ],
  });
}

/** Creates the history of the manual, or adds the column that it lacks. */
export function askToInit(session: ConsoleSession, { status }: FolderReading): void {
  const what = status.history.isThere ? 'Add the column checksum to public.schema_migrations' : 'Create public.schema_migrations';
  ask(session, {
    title: what,
    label: status.history.isThere ? 'add it' : 'create it',
    sections: [
      {
        title: 'what it is',
        lines: () => [
          [words('  The history of manual 4.5, with a column for checksums: which file ran when, by whom, and how it went.')],
          [words('  Nothing is recorded in it by this, and nothing is run.')],
        ],
      },
    ],
    reason: undefined,
    word: 'schema_migrations',
    what: 'the name of the table',
    record: async (account) =>
      (await initHistory(session.database, account)) === 'nothing' ? 'The history is as it should be.' : `Done: ${what}.`,
  });
}

/** Records that migrations up to one ran before there was a history, but those of which something is missing. */
export function askForBaseline(session: ConsoleSession, reading: FolderReading, through: string): void {
  const { folder, status } = reading;
  const byName = new Map(status.migrations.map((migration) => [migration.name, migration]));
  const isLacking = (name: string): boolean => ['none', 'partial'].includes(verdictOf(byName.get(name)?.evidence));
  const isRecorded = (name: string): boolean => byName.get(name)?.row?.success === true;
  const all = migrationsThrough(folder, through, []).map(({ name }) => name);
  const except = all.filter((name) => isLacking(name) && !isRecorded(name));
  const recorded = all.filter((name) => !except.includes(name) && !isRecorded(name));
  const lines =
    (names: readonly string[]) =>
    (columns: number): readonly Line[] =>
      names.map((name) => [
        words('  '),
        span(displayText(name)),
        words('  '),
        span(displayText(evidenceText(byName.get(name)?.evidence, 2), { maxWidth: columns }), 'muted'),
      ]);
  ask(session, {
    title: `Record ${recorded.length} migrations as applied, through ${through}`,
    label: 'record them',
    about: [
      [words('None of them is run. What they are said to have made is what the catalog shows.', 'muted')],
      ...(status.history.isThere ? [] : [[words('public.schema_migrations is created first.', 'warning')]]),
      ...(except.length === 0
        ? []
        : [[words(`${except.length} are left out, since something of them is missing: tab lists them.`, 'warning')]]),
    ],
    sections: [
      { title: `${recorded.length} recorded`, lines: lines(recorded) },
      { title: `${except.length} left out`, lines: lines(except) },
    ],
    reason: 'applied before there was a history',
    rows: recorded.length,
    word: through,
    what: 'the name of the last file',
    record: async (account, reason) => {
      if (!status.history.isThere) await initHistory(session.database, account);
      const changed = await recordBaseline(session.database, folder, { through, except, reason }, account);
      return `Recorded ${changed.length} migrations as a baseline.`;
    },
  });
}

/** Reads a log kept by hand (manual 4.5, option 1), shows what would be recorded of it, and records that. */
export async function askToImport(session: ConsoleSession, { folder, status }: FolderReading, typed: string): Promise<void> {
  const path = typedPath(typed);
  const entries = planImport(readLog(await readText(path)), folder, status.history);
  const fresh = entries.filter(({ isKnown }) => !isKnown);
  ask(session, {
    title: `Record ${fresh.length} migrations from ${path}`,
    label: 'record them',
    about: [
      ...(entries.length === fresh.length
        ? []
        : [[words(`${entries.length - fresh.length} are in the history already and stay.`, 'muted' as const)]]),
      ...(status.history.isThere ? [] : [[words('public.schema_migrations is created first.', 'warning' as const)]]),
    ],
    sections: [
      {
        title: `${fresh.length} recorded`,
        lines: (columns) =>
          fresh.map(({ name, appliedAt, appliedBy, notes, isInFolder }): Line => [
            words('  '),
            span(displayText(appliedAt), 'muted'),
            words('  '),
            span(displayText(name)),
            words('  '),
            span(displayText(appliedBy, { maxWidth: 30 }), 'accent'),
            ...(isInFolder ? [] : [words('  not in the folder', 'warning')]),
            words('  '),
            span(displayText(notes, { maxWidth: columns }), 'muted'),
          ]),
      },
    ],
    reason: undefined,
    rows: fresh.length,
    word: 'import',
    what: 'this word',
    record: async (account) => {
      if (!status.history.isThere) await initHistory(session.database, account);
      const changed = await importLog(session.database, entries, account);
      return `Recorded ${changed.length} migrations from the log.`;
    },
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AdminError({
      kind: 'usage',
      code: 'log-unreadable',
      whatHappened: `${path} can not be read (${messageOf(error)}).`,
      whatToDo: 'Give a markdown file.',
    });
  }
}
