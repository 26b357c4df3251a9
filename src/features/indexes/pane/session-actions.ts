import type { ConsoleSession } from '#console/public/hooks.ts';
import { isRunning } from '#console/public/long-run.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { AdminError } from '#core/errors.ts';
import { type Bloat, measureBloat } from '../bloat.ts';
import type { Finding } from '../finding.ts';
import { writeFindings, writeFindingsTogether } from '../migrations.ts';
import type { Index } from '../model.ts';
import { whyNoSession } from '../run/plan.ts';
import type { IndexesActions } from './actions.ts';
import { askFor, type IndexesState, type IndexesStore, rowHere } from './indexes-state.ts';
import { maintain, reindexMenu, tableOf, vacuumMenu } from './maintain-menus.ts';
import { askToClean } from './maintaining.ts';
import { copyMenu, filterMenu, sortMenu, writeMenu } from './menus.ts';
import { findingsAbout } from './rows.ts';
import { openRun } from './run-dialog.ts';
import { maintenanceRunnerOf } from './runner.ts';

/** What the pane's keys do, in terms of the console around it. */
export function indexesActions(session: ConsoleSession, store: IndexesStore): IndexesActions {
  const isBusy = (): boolean => isRunning(maintenanceRunnerOf(session).job.get());
  return {
    sort: () => sortMenu(session, store),
    filter: () => filterMenu(session, store),
    copy: (row) => copyMenu(session, row),
    measure: (index) => {
      measure(session, store, index).catch(session.fail);
    },
    findingsToWrite: () => findingsToWrite(store.get()),
    askWrite: () => {
      const folder = session.facts.migrationsDirectory ?? './migrations';
      const count = findingsToWrite(store.get()).length;
      if (count < 2) askFor(store, 'migrations', folder);
      else writeMenu(session, count, (asks) => askFor(store, asks, folder));
    },
    writeMigrations: (directory, how) => {
      writeMigrations(session, store, directory, how).catch(session.fail);
    },
    whyNotNow: () =>
      whyNoSession(session.database) ??
      readOnlyReason(session) ??
      (isBusy() ? 'something is being done already: p shows it' : undefined),
    isBusy,
    reindex: (row) => reindexMenu(session, store, row),
    vacuum: (row) => vacuumMenu(session, store, row),
    analyze: (row) => {
      const table = tableOf(store.get(), row);
      if (table !== undefined) maintain(session, store, 'analyze', { kind: 'table', oids: [table.oid] });
    },
    clean: () => session.prepare((opening) => askToClean(opening, () => openRun(session))),
    showRun: () => openRun(session),
    refresh: () => {
      session.database.monitor.retryNow();
      session.readAgain();
      session.notify('Reading and judging again.');
    },
    say: (text) => session.notify(text, 'warning'),
  };
}

/** What was found of the rows that were marked, or of the one under the cursor where none was. */
function findingsToWrite(state: IndexesState): readonly Finding[] {
  const { judgement, marked, rows } = state;
  const here = rowHere(state);
  const meant = marked.size === 0 ? [here].filter((row) => row !== undefined) : rows.filter(({ key }) => marked.has(key));
  return meant.flatMap((row) => {
    if (row.kind === 'finding') return [row.finding];
    return row.kind === 'index' ? findingsAbout(judgement?.judged, row.index) : [];
  });
}

async function writeMigrations(
  session: ConsoleSession,
  store: IndexesStore,
  directory: string,
  how: 'each' | 'together',
): Promise<void> {
  const findings = findingsToWrite(store.get());
  const write = how === 'each' ? writeFindings : writeFindingsTogether;
  const files = await write(directory, findings, { author: session.facts.operator, date: new Date() });
  const written = files.filter(({ isOld }) => !isOld).map(({ migration }) => migration);
  const old = files.filter(({ isOld }) => isOld).map(({ migration }) => migration);
  const said = [
    ...(written.length === 0
      ? []
      : [`Wrote ${written.join(', ')}, ${written.length === 1 ? 'with' : 'each with'} its rollback.`]),
    ...(old.length === 0 ? [] : [`There already: ${old.join(', ')}.`]),
  ];
  store.update((now) => ({ ...now, marked: new Set() }));
  session.readAgain();
  session.notify(said.join(' '), written.length === 0 ? 'warning' : 'good');
}

/** What reading a whole index may take. */
const measureTimeoutMs = 60_000;

async function measure(session: ConsoleSession, store: IndexesStore, index: Index): Promise<void> {
  const { reading, measured } = store.get();
  if (reading === undefined || measured.get(index.oid) === 'measuring') return;
  const put = (bloat: Bloat | 'measuring'): void =>
    store.update((now) => ({ ...now, measured: new Map([...now.measured, [index.oid, bloat]]) }));
  put('measuring');
  try {
    const bloat = await measureBloat(session.database, reading, index, { statementTimeoutMs: measureTimeoutMs });
    put(bloat);
    if (bloat.state === 'n/a') session.notify(`The bloat can not be measured: ${bloat.because}.`, 'warning');
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    put({ state: 'n/a', because: error.message });
    session.fail(error);
  }
}
