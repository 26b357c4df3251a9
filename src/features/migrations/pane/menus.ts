import { type Choice, choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { maskSql } from '#core/mask-sql.ts';
import { displayText } from '#core/display-text.ts';
import { pendingNames } from '../apply.ts';
import { isMigration } from '../expected.ts';
import { historyHidden } from '../history.ts';
import { isLargeSql, maskLargeSql } from '../masked-sql.ts';
import type { MigrationStatus } from '../status.ts';
import { evidenceText, proposeBaseline } from '../summary.ts';
import { askToApply } from './applying.ts';
import { askFor, markedMigration, type FolderReading, type MigrationsStore, narrowed } from './migrations-state.ts';
import { askForBaseline, askToInit } from './recording.ts';
import { filters, type MigrationFilter } from './showing.ts';

/**
 * Asks what to apply: the marked ones, this one, all pending ones, or those up to here. Of a row that can not be run `this one` says why: were it
 * left out, the same keys would take all pending ones.
 */
export function applyMenu(session: ConsoleSession, store: MigrationsStore): void {
  const { marked, reading } = store.get();
  const here = markedMigration(store.get());
  const run =
    (...selected: Parameters<typeof askToApply> extends [unknown, unknown, ...infer Rest] ? Rest : never) =>
    (): void =>
      session.prepare((opening) => askToApply(opening, store, ...selected));
  const canRun = here?.file !== undefined && isMigration(here.file);
  const choices: readonly Choice[] = [
    ...(marked.size === 0
      ? []
      : [
          {
            label: `the ${marked.size} marked`,
            detail: [...marked].join(', '),
            hotkey: 'm',
            run: run({ kind: 'named', names: [...marked] }),
          },
        ]),
    ...(here === undefined
      ? []
      : [{ label: 'this one', detail: here.name, hotkey: 't', run: run({ kind: 'named', names: [here.name] }) }]),
    { label: 'all pending', detail: pendingText(reading), hotkey: 'p', run: run({ kind: 'all' }) },
    ...(canRun
      ? [
          {
            label: 'up to here',
            detail: `what is pending through ${here.name}`,
            hotkey: 'u',
            run: run({ kind: 'to', name: here.name }),
          },
        ]
      : []),
    ...(canRun
      ? [
          {
            label: 'try this one',
            detail: 'run it in a transaction and roll it back',
            hotkey: 'r',
            run: run({ kind: 'named', names: [here.name] }, true),
          },
        ]
      : []),
  ];
  choose(session, { title: 'Apply; statements and findings come first', choices });
}

/** A search or a filter may hide some of them. */
function pendingText(reading: FolderReading | undefined): string {
  const names = reading === undefined ? [] : pendingNames(reading.folder, reading.status.history);
  return names.length === 0 ? 'there are none' : `${names.length} in order, to the first that fails: ${names.join(', ')}`;
}

/** Asks what to show. */
export function filterMenu(session: ConsoleSession, store: MigrationsStore): void {
  const letters: Readonly<Record<MigrationFilter, string>> = { all: 'a', wrong: 'w', pending: 'p', failed: 'f', differing: 'd' };
  choose(session, {
    title: 'Show',
    choices: (Object.keys(filters) as MigrationFilter[]).map((filter) => ({
      label: filter,
      detail: filters[filter],
      hotkey: letters[filter],
      run: () => store.update((now) => narrowed({ ...now, isOpen: false }, { filter })),
    })),
  });
}

/** Asks what of the history to make or record. */
export function historyMenu(session: ConsoleSession, store: MigrationsStore): void {
  const { reading } = store.get();
  if (reading === undefined) return;
  const { isThere, hasChecksums, hidden } = reading.status.history;
  if (hidden !== undefined) {
    session.fail(historyHidden(hidden));
    return;
  }
  const proposal = proposeBaseline(reading.status.migrations);
  const here = markedMigration(store.get());
  const canBe = here?.file !== undefined && isMigration(here.file);
  choose(session, {
    title: 'The history of migrations',
    choices: [
      ...(isThere && hasChecksums
        ? []
        : [
            {
              label: isThere ? 'add checksums' : 'create it',
              detail: isThere ? 'the column checksum' : 'public.schema_migrations, as in manual 4.5',
              hotkey: 'c',
              run: () => askToInit(session, reading),
            },
          ]),
      ...(proposal === undefined
        ? []
        : [
            {
              label: 'baseline, from evidence',
              detail: `through ${proposal.through}`,
              hotkey: 'b',
              run: () => askForBaseline(session, reading, proposal.through),
            },
          ]),
      ...(canBe
        ? [
            {
              label: 'baseline, through here',
              detail: here.name,
              hotkey: 't',
              run: () => askForBaseline(session, reading, here.name),
            },
          ]
        : []),
      { label: 'import a log', detail: 'markdown, manual 4.5 option 1', hotkey: 'i', run: () => askFor(store, 'log') },
    ],
  });
}

/** Offers what of a migration can be taken along, as soon as secrets in its SQL are masked. */
export function copyMenu(session: ConsoleSession, migration: MigrationStatus): void {
  const { file } = migration;
  if (file !== undefined && isLargeSql(file.sql))
    session.prepare(async (opening) => chooseCopy(opening, migration, await maskLargeSql(file.sql)));
  else chooseCopy(session, migration, file && maskSql(file.sql));
}

function chooseCopy(session: ConsoleSession, { name, file, error, evidence }: MigrationStatus, masked: string | undefined): void {
  const choice = (label: string, hotkey: string, text: string | undefined): readonly Choice[] =>
    text === undefined || text === '' ? [] : [{ label, hotkey, run: () => session.copy(text, label) }];
  choose(session, {
    title: displayText(`Copy of ${name}`),
    choices: [
      ...choice('name', 'n', name),
      ...choice('SQL', 's', masked),
      ...(masked === file?.sql ? [] : choice('SQL with its secrets', 'S', file?.sql)),
      ...choice('error', 'e', error),
      ...choice('evidence', 'v', evidenceText(evidence)),
    ],
  });
}
