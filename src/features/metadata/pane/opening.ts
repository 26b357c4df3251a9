import { choose } from '#console/public/choose.tsx';
import type { ConsoleSession } from '#console/public/hooks.ts';
import { AdminError } from '#core/errors.ts';
import { formatAge } from '#core/format.ts';
import { parseJson } from '#core/json/parse.ts';
import { measureSoon } from '#ui/json-tree/measure-soon.ts';
import {
  type DocumentColumn,
  type DocumentPlace,
  documentColumns,
  findDocumentColumn,
  placeOf,
  readDocument,
} from '../documents.ts';
import { discardDraft, type KeptDraft, listDrafts } from '../drafts.ts';
import { draftKeeperOf, draftPlace } from './draft-keeper.ts';
import { openDocument } from './document-state.ts';
import type { MetadataStore } from './metadata-state.ts';

const heightUntilDrawn = 20;
let reading = new AbortController();

/** Reads a record's document and shows it. Drafts of it that were kept are offered first. */
export async function openRecord(
  session: ConsoleSession,
  store: MetadataStore,
  column: DocumentColumn,
  id: string,
): Promise<void> {
  const place = placeOf(column, id);
  const before = store.get();
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  store.update((now) => ({
    ...now,
    view: 'document',
    column,
    document: undefined,
    opening: `${column.table.title}.${column.column.name}`,
  }));
  try {
    const [stored, kept] = await Promise.all([
      readDocument(session.database, place, { signal }),
      keptDrafts(session, store, place),
    ]);
    if (signal.aborted || store.get().opening === undefined) return;
    const show = (draft?: KeptDraft): void => {
      const parsed = draft && { ...draft, base: parseJson(draft.base), mine: parseJson(draft.mine) };
      store.update((now) => ({
        ...now,
        view: 'document',
        opening: undefined,
        document: openDocument(stored, heightUntilDrawn, parsed),
      }));
      measureSoon(parsed?.mine ?? stored.tree);
    };
    show();
    if (kept.length > 0) offer(session, kept, show);
  } catch (error) {
    if (signal.aborted) return;
    store.update((now) => ({
      ...now,
      view: before.column === undefined ? 'tables' : 'records',
      opening: undefined,
      column: before.column,
    }));
    session.fail(error);
  }
}

async function keptDrafts(session: ConsoleSession, store: MetadataStore, place: DocumentPlace): Promise<readonly KeptDraft[]> {
  const wanted = draftPlace(session, place);
  await draftKeeperOf(session, store).settled();
  const { drafts } = await listDrafts(session.facts.stateDirectory, wanted);
  return drafts.filter(({ place: of }) => of.table === wanted.table && of.column === wanted.column && of.id === wanted.id);
}

/** What is begun beside a draft that was kept gets a file of its own, so that looking at the stored document loses nothing. */
function offer(session: ConsoleSession, drafts: readonly KeptDraft[], restore: (draft: KeptDraft) => void): void {
  const [only, second] = drafts;
  const look = {
    label: `look at the document as it is stored; the ${second === undefined ? 'draft stays' : 'drafts stay'}`,
    hotkey: 'l',
    run: () => undefined,
  };
  if (only === undefined || second !== undefined) {
    choose(session, {
      title: `${drafts.length} edits of this document were not saved`,
      choices: [...drafts.map((draft) => ({ label: `go on with that from ${ageOf(draft)}`, run: () => restore(draft) })), look],
    });
    return;
  }
  choose(session, {
    title: `An edit of this document from ${ageOf(only)} was not saved`,
    choices: [
      { label: 'go on with it', hotkey: 'o', run: () => restore(only) },
      {
        label: 'discard it',
        hotkey: 'd',
        throwsAway: true,
        run: () => {
          discardDraft(session.facts.stateDirectory, only.file).then(
            () => session.notify('The draft is discarded.'),
            session.fail,
          );
        },
      },
      look,
    ],
  });
}

/** How long ago a draft was kept. */
function ageOf({ savedAt }: KeptDraft): string {
  return formatAge((Date.now() - Date.parse(savedAt)) / 1000);
}

/** Opens what another pane or the find box handed over: a record's document, or the tables for the pinned tenant. */
export async function openHandedOver(session: ConsoleSession, store: MetadataStore, table: string, id: string): Promise<void> {
  const catalog = await session.database.catalog();
  const columns = documentColumns(catalog).filter((candidate) => candidate.table.title === table);
  await openRecord(session, store, columns[0] ?? findDocumentColumn(catalog, table), id);
}

/** Finds the drafts of this database; says which files could not be read, which stay where they are. */
export async function findDrafts(session: ConsoleSession, store: MetadataStore): Promise<void> {
  const { host, port, databaseName } = session.database.server;
  const found = await listDrafts(session.facts.stateDirectory, { server: `${host}:${port}`, database: databaseName });
  store.update((now) => ({ ...now, drafts: found.drafts }));
  const [broken] = found.unreadable;
  if (broken !== undefined)
    session.notify(`The draft file ${broken.file} can not be read (${broken.problem}); it was left as it is.`, 'warning');
}

/** A menu of the drafts of this database; the chosen one is opened, with what was typed. */
export function chooseDraft(session: ConsoleSession, store: MetadataStore): void {
  const { drafts } = store.get();
  choose(session, {
    title: 'Edits that were not saved',
    choices: drafts.map((draft) => ({
      label: `${draft.place.table}.${draft.place.column} ${draft.label}`.trim().slice(0, 60),
      detail: `${ageOf(draft)}  ${draft.place.id}`,
      run: () => {
        openDraft(session, store, draft).catch(session.fail);
      },
    })),
  });
}

async function openDraft(session: ConsoleSession, store: MetadataStore, { place }: KeptDraft): Promise<void> {
  const catalog = await session.database.catalog();
  try {
    await openRecord(session, store, findDocumentColumn(catalog, place.table, place.column), place.id);
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    session.fail(error);
  }
}
