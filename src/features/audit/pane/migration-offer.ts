import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { typedPath } from '#core/places.ts';
import { type AuditMigrationKind, writeAuditMigrations } from '../migrations.ts';
import type { AuditSource } from '../source.ts';
import { askFor, type AuditStore } from './audit-state.ts';

/** What could make the log cheaper to follow; undefined where it has it all. */
export function whyNoMigration(source: AuditSource | undefined): string | undefined {
  if (source === undefined) return 'there is no audit log to be read';
  return source.timeIndex !== undefined && source.transactionIndex !== undefined
    ? 'the audit log has both indexes already'
    : undefined;
}

/** Asks which migration is wanted, and then into which folder. Nothing is run. */
export function offerMigration(session: ConsoleSession, store: AuditStore, source: AuditSource): void {
  const ask = (kind: AuditMigrationKind) => (): void => askFor(store, { asks: 'migration', kind }, './migrations');
  choose(session, {
    title: 'Write a migration, with its ROLLBACK_ twin; nothing is run',
    choices: [
      ...(source.timeIndex === undefined
        ? [{ label: `an index on ${source.time.name}: quick pages, cheap polls`, hotkey: 'i', run: ask('time-index') }]
        : []),
      ...(source.transactionIndex === undefined
        ? [{ label: 'a column txid with its index: each poll a look-up, and exact', hotkey: 't', run: ask('txid') }]
        : []),
      ...(source.timeIndex === undefined && source.transactionIndex === undefined
        ? [{ label: 'both', hotkey: 'b', run: ask('all') }]
        : []),
    ],
  });
}

/** Writes the files and says which. */
export async function writeOffered(
  session: ConsoleSession,
  store: AuditStore,
  directory: string,
  kind: AuditMigrationKind,
): Promise<void> {
  const { source } = store.get();
  if (source.state !== 'there') return;
  const by = { author: session.facts.operator, date: new Date() };
  const files = await writeAuditMigrations(typedPath(directory), source.source, kind, by);
  const written = files.filter(({ isOld }) => !isOld).map(({ migration }) => migration);
  const old = files.filter(({ isOld }) => isOld).map(({ migration }) => migration);
  const said = [
    ...(written.length === 0 ? [] : [`Wrote ${written.join(', ')}: run by itself, on a direct connection.`]),
    ...(old.length === 0 ? [] : [`There already: ${old.join(', ')}.`]),
  ];
  session.notify(said.join(' '), written.length === 0 ? 'warning' : 'good');
}
