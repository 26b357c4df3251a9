import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { withoutSecrets } from '#core/json/masked.ts';
import type { JsonNode } from '#core/json/node.ts';
import { formatPointer, postgresPath } from '#core/json/pointer.ts';
import { writeJson, writePrettyJson } from '#core/json/write.ts';
import { searchTree } from '#ui/json-tree/tree-search.ts';
import { cursorRow, isRevealed } from '#ui/json-tree/tree-state.ts';
import { textOf } from '#ui/text-field.ts';
import type { MetadataActions } from './actions.ts';
import { openBulk } from './bulk-dialog.tsx';
import { bulkRunnerOf, closedBulkOf } from './bulk-runner.ts';
import { askToUndoBulk, chooseForBulk, showBulkRun } from './bulk-undoing.ts';
import { type DraftKeeper, draftKeeperOf } from './draft-keeper.ts';
import { isChanged, jumped } from './document-state.ts';
import { editOutside } from './editing-outside.ts';
import { openHistory } from './history-dialog.tsx';
import { changeDocument, type MetadataStore, recordsAtStart } from './metadata-state.ts';
import { chooseDraft, findDrafts, openRecord } from './opening.ts';
import { recordSearch } from './record-search.ts';
import { readOnlyReason } from '#console/public/read-only.ts';
import { askToSave } from './saving.ts';
import { askToUndo } from './undoing.ts';

/** What the pane's keys do, in terms of the console around it. */
export function metadataActions(session: ConsoleSession, store: MetadataStore): MetadataActions {
  const keeper = draftKeeperOf(session, store);
  session.askBeforeQuit((go) => askAboutDraft(session, store, keeper, 'Leave the console', go));
  let stopSearch: (() => void) | undefined;
  return {
    openTable: (column) => store.update((now) => ({ ...now, view: 'records', column, records: recordsAtStart })),
    openRecord: (column, id) => {
      openRecord(session, store, column, id).catch(session.fail);
    },
    openDrafts: () => chooseDraft(session, store),
    leaveDocument: () => {
      const go = (): void => leave(session, store);
      if (!askAboutDraft(session, store, keeper, 'Leave the document', go)) go();
    },
    bulk: (bulkId) => bulk(session, store, bulkId.trim()),
    search: (text) => {
      stopSearch?.();
      const { document } = store.get();
      if (document === undefined) return;
      stopSearch = searchTree(document.tree.root, text, document.tree.revealed, (matches) =>
        changeDocument(store, (now) => (now.tree.root === matches.root ? jumped({ ...now, matches }) : now)),
      );
    },
    copy: () => copyMenu(session, store),
    editOutside: (what) => editOutside(session, store, what),
    save: () => session.prepare((opening) => askToSave(opening, store)),
    history: () => {
      const { document } = store.get();
      if (document === undefined) return;
      openHistory(session, document.stored, {
        edit: (entry) => session.prepare((opening) => askToUndo(opening, store, document.stored, entry)),
        bulk: (bulkId) => session.prepare((opening) => askToUndoBulk(opening, bulkId, session.tenant.get())),
      });
    },
    audit: ({ table }, id) => session.open({ pane: 'audit', table: table.title, recordId: id }),
    refresh: () => refresh(session, store),
    readOnlyReason: () => readOnlyReason(session),
  };
}

function bulk(session: ConsoleSession, store: MetadataStore, bulkId: string): void {
  const job = bulkRunnerOf(session).job.get();
  if (job !== undefined && job !== closedBulkOf(session).get()) {
    if (bulkId !== '' && bulkId !== job.bulkId) session.notify('One at a time: this one is looked at first.', 'warning');
    showBulkRun(session);
    return;
  }
  const { view, column, records } = store.get();
  const search = recordSearch(textOf(records.search), column);
  const start =
    view === 'records' && column !== undefined && search.wanted === 'search'
      ? { column, condition: search.condition, which: search.which, tenant: session.tenant.get() }
      : undefined;
  if (bulkId !== '') chooseForBulk(session, bulkId, start && (() => openBulk(session, start, bulkId)));
  else if (start !== undefined) openBulk(session, start, undefined);
  else if (job !== undefined) showBulkRun(session);
  else session.notify('Open the records of a table first: what is searched there is changed.', 'warning');
}

function leave(session: ConsoleSession, store: MetadataStore): void {
  store.update((now) => ({ ...now, view: 'records', document: undefined, opening: undefined }));
  findDrafts(session, store).catch(session.fail);
}

/** Asks what to do with the draft before `go`. False where nothing was changed, and nothing was asked. */
function askAboutDraft(
  session: ConsoleSession,
  store: MetadataStore,
  keeper: DraftKeeper,
  title: string,
  go: () => void,
): boolean {
  const { document } = store.get();
  if (document === undefined || !isChanged(document)) return false;
  choose(session, {
    title: `${title}: this draft is not saved`,
    choices: [
      { label: 'stay', hotkey: 's', run: () => undefined },
      { label: 'keep the draft for later, and leave', hotkey: 'l', run: () => void keeper.flush().then(go, session.fail) },
      {
        label: 'discard the draft, and leave',
        hotkey: 'd',
        throwsAway: true,
        run: () => void keeper.discard(document).then(go, session.fail),
      },
    ],
  });
  return true;
}

function refresh(session: ConsoleSession, store: MetadataStore): void {
  session.database.monitor.retryNow();
  const { view, document } = store.get();
  if (view === 'document' && document !== undefined)
    openRecord(session, store, document.stored.place, document.stored.place.id).catch(session.fail);
  else {
    session.database.catalog({ refresh: true }).catch(session.fail);
    session.readAgain();
  }
  session.notify('Reading again.');
}

function copyMenu(session: ConsoleSession, store: MetadataStore): void {
  const { document } = store.get();
  if (document === undefined) return;
  const { tree, stored } = document;
  const { path, node: shown, base } = cursorRow(tree);
  const node = shown ?? base;
  if (node === undefined) return;
  const pointer = formatPointer(path);
  const sql = postgresPath(columnInSql(stored.place.column.name), path, tree.root);
  const key = path.at(-1);
  const copy = (what: string, text: (node: JsonNode) => string): void => {
    // Masking a large subtree takes a while: only for what is chosen.
    const copied = isRevealed(tree, path) ? node : withoutSecrets(node, path);
    session.copy(text(copied), copied === node ? what : `${what}, secrets masked,`);
  };
  choose(session, {
    title: 'Copy',
    choices: [
      {
        label: 'value',
        hotkey: 'v',
        run: () => copy('value', (shownNode) => (shownNode.kind === 'string' ? shownNode.value : writeJson(shownNode))),
      },
      { label: 'subtree as JSON', hotkey: 's', run: () => copy('subtree', writePrettyJson) },
      { label: 'path', detail: pointer, hotkey: 'p', run: () => session.copy(pointer, 'path') },
      { label: 'SQL path', detail: sql, hotkey: 'o', run: () => session.copy(sql, 'SQL path') },
      ...(key === undefined ? [] : [{ label: 'key', detail: key, hotkey: 'n', run: () => session.copy(key, 'key') }]),
      { label: 'record id', detail: stored.place.id, hotkey: 'i', run: () => session.copy(stored.place.id, 'record id') },
    ],
  });
}

/** The column as it is written in SQL. */
export function columnInSql(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
