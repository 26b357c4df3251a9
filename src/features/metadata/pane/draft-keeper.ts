import type { ConsoleSession } from '#console/public/hooks.ts';
import type { DocumentPlace } from '../documents.ts';
import { discardDraft, type DraftPlace, keepDraft } from '../drafts.ts';
import { type DocumentState, isChanged } from './document-state.ts';
import type { MetadataStore } from './metadata-state.ts';

/** Writing five megabytes is work: the draft goes to disk when the keys rest for so long, not with each of them. */
const restMs = 200;

/** The place of a document as its drafts name it. */
export function draftPlace({ database: { server } }: ConsoleSession, { table, column, id }: DocumentPlace): DraftPlace {
  return { server: `${server.host}:${server.port}`, database: server.databaseName, table: table.title, column: column.name, id };
}

export interface DraftKeeper {
  /** Writes what still waits; rejects where it can not be kept. */
  readonly flush: () => Promise<void>;
  /** When what is on its way to disk is there, or could not be kept. */
  readonly settled: () => Promise<void>;
  /** Forgets the draft of a document, and what of it still waits to be written. */
  readonly discard: (document: DocumentState) => Promise<void>;
}

/** The one of this session's Metadata pane. */
export function draftKeeperOf(session: ConsoleSession, store: MetadataStore): DraftKeeper {
  return session.stateOf('metadata-drafts', () => keepDrafts(session, store));
}

/** Keeps the draft of the open document on disk as it changes, and forgets it when nothing is changed any more. */
function keepDrafts(session: ConsoleSession, store: MetadataStore): DraftKeeper {
  let timer: NodeJS.Timeout | undefined;
  let waiting: DocumentState | undefined;
  let last = store.get().document;
  let work: Promise<void> = Promise.resolve();

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
    if (document === undefined || before === undefined || document.draftFile !== before.draftFile) {
      flush().catch(session.fail);
      return;
    }
    if (document.tree.root === before.tree.root && document.base === before.base && document.reason === before.reason) return;
    waiting = document;
    clearTimeout(timer);
    timer = setTimeout(() => void flush().catch(session.fail), restMs);
  });
  return {
    flush,
    settled: () => work,
    discard: ({ draftFile }) => {
      waiting = undefined;
      const discarded = work.then(() => discardDraft(session.facts.stateDirectory, draftFile));
      work = discarded.catch(() => undefined);
      return discarded;
    },
  };

  async function write(document: DocumentState): Promise<void> {
    const { stateDirectory } = session.facts;
    const { draftFile: file } = document;
    const { place, label, tree, text } = document.stored;
    if (isChanged(document)) {
      await keepDraft(stateDirectory, {
        file,
        place: draftPlace(session, place),
        label,
        base: document.base === tree ? text : document.base,
        mine: document.tree.root,
        reason: document.reason,
        savedAt: new Date().toISOString(),
      });
    } else await discardDraft(stateDirectory, file);
  }
}
