import type { ConsoleSession } from '#console/public/hooks.ts';
import { writeJson } from '#core/json/write.ts';
import type { DocumentPlace } from '../documents.ts';
import { discardDraft, type DraftPlace, keepDraft } from '../drafts.ts';
import { type DocumentState, isChanged } from './document-state.ts';
import type { MetadataStore } from './metadata-state.ts';

/** A key press must not wait for five megabytes to be written: the draft goes to disk when the keys rest for so long. */
const restMs = 200;

/** The place of a document as a draft names it. */
export function draftPlace({ database: { server } }: ConsoleSession, { table, column, id }: DocumentPlace): DraftPlace {
  return { server: `${server.host}:${server.port}`, database: server.databaseName, table: table.title, column: column.name, id };
}

export interface DraftKeeper {
  /** Writes what still waits; rejects where it can not be kept. */
  readonly flush: () => Promise<void>;
  /** Forgets the draft of a place, and what of it still waits to be written. */
  readonly discard: (place: DocumentPlace) => Promise<void>;
}

/** Keeps the draft of the open document on disk as it changes, and forgets it when nothing is changed any more. */
export function keepDrafts(session: ConsoleSession, store: MetadataStore): DraftKeeper {
  let timer: NodeJS.Timeout | undefined;
  let waiting: DocumentState | undefined;
  let last = store.get().document;
  let work: Promise<void> = Promise.resolve();
  let hasKept = false;

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    const document = waiting;
    waiting = undefined;
    const written = document === undefined ? work : work.then(() => write(document));
    work = written.catch(() => undefined);
    return written;
  };
  store.subscribe(() => {
    const { document } = store.get();
    const before = last;
    last = document;
    if (document === before) return;
    if (document === undefined || before === undefined || document.stored.place !== before.stored.place) {
      flush().catch(session.fail);
      hasKept = false;
      return;
    }
    if (document.tree.root === before.tree.root && document.base === before.base && document.reason === before.reason) return;
    // Saved: what was restored from disk and never written since must go too.
    if (document.base !== before.base) hasKept = true;
    waiting = document;
    clearTimeout(timer);
    timer = setTimeout(() => void flush().catch(session.fail), restMs);
  });
  return {
    flush,
    discard: (place) => {
      waiting = undefined;
      const discarded = work.then(() => discardDraft(session.facts.stateDirectory, draftPlace(session, place)));
      work = discarded.catch(() => undefined);
      return discarded;
    },
  };

  async function write(document: DocumentState): Promise<void> {
    const { stateDirectory } = session.facts;
    const { place, label } = document.stored;
    if (isChanged(document)) {
      hasKept = true;
      await keepDraft(stateDirectory, {
        place: draftPlace(session, place),
        label,
        base: writeJson(document.base),
        mine: writeJson(document.tree.root),
        reason: document.reason,
        savedAt: new Date().toISOString(),
      });
    } else if (hasKept) await discardDraft(stateDirectory, draftPlace(session, place));
  }
}
