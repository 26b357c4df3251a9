import type { ComponentType } from 'react';
import { QueryClient } from '@tanstack/react-query';
import type { Author } from '#core/author.ts';
import { AdminError, messageOf } from '#core/errors.ts';
import { createStore, type Store } from '#core/store.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import type { Database } from '#database/database.ts';
import { copySequence } from '#ui/terminal-copy.ts';
import type { Tone } from '#ui/theme.ts';
import type { Area, KeyLayer, PaneId } from './public/contract.ts';
import { KeyRouter } from './key-router.ts';
import { createPreparing } from './preparing.ts';

/** What is said above the footer. It goes away by itself, and when another pane or a dialog takes the place of what it was said about. */
export interface Notice {
  readonly text: string;
  readonly tone: Tone;
  /** About the whole console, or work that goes on behind panes and dialogs: it stays on over them. */
  readonly isGeneral?: boolean;
  /** It keeps to one line: a dialog was opened since, of which nothing may be covered. */
  readonly isShort?: boolean;
}

/** Something on top of the pane: help, palette, find, a menu, a question. */
export interface Dialog {
  readonly id: string;
  readonly layer: KeyLayer;
  readonly Content: ComponentType<Area>;
  /** Lines it needs; without it, all that the pane has. */
  readonly rows?: number;
}

/** A record that one pane asks another to show. */
export interface HandOver {
  readonly pane: PaneId;
  readonly tenant?: TenantIdentity | undefined;
  readonly table?: string;
  readonly recordId?: string;
}

/** Who and where we are, as the header says it. */
export interface SessionFacts {
  readonly environment: { readonly name: string; readonly production: boolean };
  readonly operator: string;
  /** Who is put on record with a write. */
  readonly author: Author;
  /** `--unaudited`: metadata edits are saved without an audit entry, and the header keeps saying so. */
  readonly unaudited: boolean;
  /** Where the console keeps what must survive it, in a directory that only its user may read. */
  readonly stateDirectory: string;
  /** The folder of migration files that was asked for; undefined for the usual places. */
  readonly migrationsDirectory: string | undefined;
  /** What opens psql on this database, where it is the console's own demo. */
  readonly psql: string | undefined;
  readonly version: string;
  readonly ascii: boolean;
  readonly color: boolean;
}

/** What the terminal can do for us; start.tsx fills it from Ink. */
export interface Terminal {
  readonly write: (sequence: string) => void;
  readonly suspend: () => void;
  /** Lends the terminal to another program while `work` runs, and draws the screen anew when it is over. */
  readonly lend: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly quit: (code: number) => void;
}

/** A standby, and what it is called on screen: host and port. */
export interface ReplicaConnection {
  readonly name: string;
  readonly database: Database;
}

/** The console's state outside React: what key handlers read and change, and what the shell draws. */
export interface ConsoleSession {
  readonly database: Database;
  /** Connects to the standbys of `--replica`, at the first call; none where none was given. */
  readonly openReplicas: () => Promise<readonly ReplicaConnection[]>;
  readonly facts: SessionFacts;
  readonly terminal: Terminal;
  readonly queryClient: QueryClient;
  readonly router: KeyRouter;
  readonly pane: Store<PaneId>;
  readonly tenant: Store<TenantIdentity | undefined>;
  readonly notice: Store<Notice | undefined>;
  readonly dialogs: Store<readonly Dialog[]>;
  readonly handOver: Store<HandOver | undefined>;
  /** State of a pane that outlives its being on screen; made at the first call. */
  readonly stateOf: <State>(id: string, create: () => State) => State;
  readonly notify: (text: string, tone?: Tone, about?: Pick<Notice, 'isGeneral'>) => void;
  readonly fail: (thrown: unknown) => void;
  readonly openDialog: (dialog: Dialog) => void;
  /**
   * Runs `work`, which reads and then opens a dialog through the session it is given. That opens nothing any more where the operator has left off
   * meanwhile: pressed esc, gone to another pane, or opened something else. `failed` is told what it throws, `fail` where it was left off.
   */
  readonly prepare: (work: (session: ConsoleSession) => Promise<void>, failed?: (thrown: unknown) => void) => void;
  readonly closeDialog: (id: string) => void;
  readonly copy: (text: string, whatItIs: string) => void;
  /** Asks again for all that is on screen, also for what is being read just now: that may have begun before whatever changed. */
  readonly readAgain: () => void;
  /** Leaves the console, unless a pane asks about unsaved work first. */
  readonly quit: () => void;
  /** `ask` is called before leaving; when it gives true it has asked, and calls `leave` itself if the answer is yes. */
  readonly askBeforeQuit: (ask: (leave: () => void) => boolean) => void;
  /** Goes to another pane with a record or tenant; a tenant given becomes the pinned one. */
  readonly open: (target: HandOver) => void;
}

const leastNoticeMs = 6000;
/** Of reading, in a terminal that also asks for attention elsewhere. */
const msPerCharacter = 60;
const staleMs = 2000;
const forgottenMs = 10_000;

/** Makes the session of one console. */
export function createSession(parts: {
  database: Database;
  openReplicas?: ConsoleSession['openReplicas'];
  facts: SessionFacts;
  terminal: Terminal;
  pane: PaneId;
}): ConsoleSession {
  const openReplicas = onceOpened(parts.openReplicas ?? (() => Promise.resolve([])));
  const notice = createStore<Notice | undefined>(undefined);
  const dialogs = createStore<readonly Dialog[]>([]);
  const pane = createStore(parts.pane);
  const tenant = createStore<TenantIdentity | undefined>(undefined);
  const handOver = createStore<HandOver | undefined>(undefined);
  const paneStates = new Map<string, unknown>();
  const layersOfDialogs = new Map<string, () => void>();
  const asking: ((leave: () => void) => boolean)[] = [];
  let noticeTimer: NodeJS.Timeout | undefined;

  const notify: ConsoleSession['notify'] = (text, tone = 'plain', about = {}) => {
    clearTimeout(noticeTimer);
    notice.set({ text, tone, ...about });
    noticeTimer = setTimeout(() => notice.set(undefined), Math.max(leastNoticeMs, text.length * msPerCharacter)).unref();
  };
  pane.subscribe(() => notice.update((said) => (said?.isGeneral ? said : undefined)));
  const fail = (thrown: unknown): void => {
    if (thrown instanceof AdminError) notify(`${thrown.message} ${thrown.whatToDo}`, 'danger');
    else notify(`This is a bug in the console: ${messageOf(thrown)}`, 'danger');
  };
  const router = new KeyRouter({
    unavailable: (binding, reason) => notify(`${binding.label}: ${reason}`, 'warning'),
    pasteIgnored: () => notify('Pasted text was ignored: no field is open. Press / to search or Ctrl-F to find.', 'warning'),
    failed: fail,
  });

  const preparing = createPreparing(router);
  pane.subscribe(preparing.leaveOff);

  const queryClient = new QueryClient({
    defaultOptions: {
      queries: { retry: false, networkMode: 'always', staleTime: staleMs, gcTime: forgottenMs, structuralSharing: false },
    },
  });

  const session: ConsoleSession = {
    ...parts,
    openReplicas,
    queryClient,
    readAgain: () => {
      // A first answer that is on its way would count as the new one.
      queryClient
        .cancelQueries()
        .then(() => queryClient.invalidateQueries())
        .catch(fail);
    },
    router,
    pane,
    tenant,
    notice,
    dialogs,
    handOver,
    notify,
    fail,
    stateOf: <State>(id: string, create: () => State): State => {
      if (!paneStates.has(id)) paneStates.set(id, create());
      return paneStates.get(id) as State;
    },
    openDialog: (dialog) => {
      if (dialogs.get().some((open) => open.id === dialog.id)) return;
      preparing.leaveOff();
      notice.update((said) => (said?.isGeneral ? { ...said, isShort: true } : undefined));
      layersOfDialogs.set(dialog.id, router.push({ ...dialog.layer, modal: true }));
      dialogs.update((open) => [...open, dialog]);
    },
    prepare: (work, failed = fail) => {
      const isWanted = preparing.begin();
      const opening: ConsoleSession = {
        ...session,
        openDialog: (dialog) => {
          if (isWanted()) session.openDialog(dialog);
        },
      };
      work(opening).then(isWanted, (thrown: unknown) => (isWanted() ? failed : fail)(thrown));
    },
    closeDialog: (id) => {
      layersOfDialogs.get(id)?.();
      layersOfDialogs.delete(id);
      dialogs.update((open) => open.filter((dialog) => dialog.id !== id));
    },
    copy: (text, whatItIs) => {
      const copied = copySequence(text, process.env);
      if ('tooLong' in copied) {
        notify(`The ${whatItIs} is too long to copy: ${copied.tooLong} bytes, terminals take ${copied.limit}.`, 'warning');
        return;
      }
      parts.terminal.write(copied.sequence);
      notify(`Sent the ${whatItIs} to the clipboard of your terminal.`, 'good');
    },
    quit: () => {
      // Each that asks is answered before the next is asked.
      const from = (index: number): void => {
        const asks = asking.findIndex((ask, at) => at >= index && ask(() => from(at + 1)));
        if (asks === -1) parts.terminal.quit(0);
      };
      from(0);
    },
    askBeforeQuit: (ask) => void asking.push(ask),
    open: (target) => {
      preparing.leaveOff();
      for (const dialog of dialogs.get()) layersOfDialogs.get(dialog.id)?.();
      layersOfDialogs.clear();
      dialogs.set([]);
      if (target.tenant !== undefined && target.pane !== 'tenants') tenant.set(target.tenant);
      handOver.set(target);
      pane.set(target.pane);
    },
  };
  return session;
}

/** Opens at the first call; what failed is tried anew at the next. */
function onceOpened(open: ConsoleSession['openReplicas']): ConsoleSession['openReplicas'] {
  let opened: ReturnType<typeof open> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
