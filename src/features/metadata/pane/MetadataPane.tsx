import { type ReactNode, useEffect } from 'react';
import type { Area } from '#console/public/contract.ts';
import { type ConsoleSession, useKeyLayer, useSession, useStore } from '#console/public/hooks.ts';
import { displayText } from '#core/display-text.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, span, words } from '#ui/line.ts';
import { DocumentView } from './DocumentView.tsx';
import { metadataLayer } from './keys.ts';
import { RecordsView, TablesView } from './lists.tsx';
import { createMetadataState, type MetadataStore } from './metadata-state.ts';
import { findDrafts, openHandedOver } from './opening.ts';
import { metadataActions } from './session-actions.ts';

/** Documents: the tables that have them, the records of one, and one document as a tree that can be edited. */
export function MetadataPane({ columns, rows }: Area): ReactNode {
  const session = useSession();
  const { store, layer } = session.stateOf('metadata', () => createPane(session));
  const state = useStore(store);
  useKeyLayer(layer);
  useHandOver(session, store);
  const area = { columns, rows };
  if (state.view === 'document') {
    if (state.document !== undefined) return <DocumentView {...area} store={store} document={state.document} />;
    const lines = [emptyLine, [words('   reading '), span(displayText(state.opening ?? '')), words(' ...')]];
    return <Lines columns={columns} lines={fitRows(lines, rows)} />;
  }
  if (state.view === 'records' && state.column !== undefined)
    return <RecordsView {...area} store={store} column={state.column} />;
  return <TablesView {...area} store={store} />;
}

function createPane(session: ConsoleSession): {
  readonly store: MetadataStore;
  readonly layer: ReturnType<typeof metadataLayer>;
} {
  const store = createMetadataState();
  findDrafts(session, store).catch(session.fail);
  let before = '';
  store.subscribe(() => {
    const { view, document, records, tables, drafts } = store.get();
    const now = [view, document === undefined, records.rows.length === 0, tables.rows.length === 0, drafts.length].join();
    if (now === before) return;
    before = now;
    session.router.bindingsChanged();
  });
  return { store, layer: metadataLayer(store, metadataActions(session, store)) };
}

/** Another pane or the find box asked for a record: its document is opened. A draft on screen is kept on disk. */
function useHandOver(session: ConsoleSession, store: MetadataStore): void {
  const handOver = useStore(session.handOver);
  useEffect(() => {
    if (handOver?.pane !== 'metadata') return;
    session.handOver.set(undefined);
    const { table, recordId } = handOver;
    if (table === undefined || recordId === undefined) return;
    openHandedOver(session, store, table, recordId).catch(session.fail);
  }, [handOver, session, store]);
}
