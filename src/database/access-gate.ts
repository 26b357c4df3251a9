import { AdminError, type Failure } from '#core/errors.ts';
import { createStore, type Readable } from '#core/store.ts';

/** How long writing stays open without a key press. */
const idleMinutesUntilLocked = 15;

export interface ReadOnlyAccess {
  readonly state: 'read-only';
  readonly mayUnlock: boolean;
  readonly isStandby?: true;
}

export type Access =
  | ReadOnlyAccess
  /** `lockedAtMs` (since the epoch) is undefined where writing does not end by itself: the demo, a local socket, `--write`. */
  | { readonly state: 'writing'; readonly lockedAtMs: number | undefined };

/**
 * The console's own lock on writing, beside the server's transaction mode. Remote databases and production start locked; unlocking lasts for fifteen
 * idle minutes. `--read-only` can not be unlocked at all, nor can a standby.
 */
export class AccessGate {
  readonly #access;
  #timer: NodeJS.Timeout | undefined;

  readonly access: Readable<Access>;

  constructor(access: Access) {
    this.#access = createStore(access);
    this.access = this.#access;
  }

  /** Opens writing for fifteen idle minutes. Throws an AdminError (refused) under `--read-only` and on a standby. */
  unlock(): void {
    const access = this.#access.get();
    if (access.state === 'writing') return;
    if (!access.mayUnlock) throw refused(access);
    this.#openForAWhile();
  }

  /** Throws an AdminError (refused) unless writing is open. */
  requireWriting(): void {
    const access = this.#access.get();
    if (access.state !== 'writing') throw refused(access);
  }

  /** Closes writing until the next unlock. */
  lock(): void {
    clearTimeout(this.#timer);
    if (this.#access.get().state === 'writing') this.#access.set({ state: 'read-only', mayUnlock: true });
  }

  /** Somebody is at the keys: the idle time starts again. */
  keepOpen(): void {
    const access = this.#access.get();
    if (access.state === 'writing' && access.lockedAtMs !== undefined) this.#openForAWhile();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #openForAWhile(): void {
    clearTimeout(this.#timer);
    const idleMs = idleMinutesUntilLocked * 60_000;
    this.#timer = setTimeout(() => this.lock(), idleMs).unref();
    this.#access.set({ state: 'writing', lockedAtMs: Date.now() + idleMs });
  }
}

/** Why writing is not open, and what opens it: what an error says, and from which the console makes its few words. */
export function whyReadOnly({ isStandby, mayUnlock }: ReadOnlyAccess): Pick<Failure, 'whatHappened' | 'whatToDo'> {
  if (isStandby) return { whatHappened: 'This server is a standby, which takes no writes.', whatToDo: 'Connect to the primary.' };
  if (!mayUnlock) return { whatHappened: 'This session was started with --read-only.', whatToDo: 'Start again without it.' };
  return { whatHappened: 'This session is read-only.', whatToDo: 'Open writing with :unlock in the console, or with --write.' };
}

const refused = (access: ReadOnlyAccess): AdminError =>
  new AdminError({ kind: 'refused', code: 'read-only', ...whyReadOnly(access) });

/**
 * How a session starts: locked on a remote database and on production, which a tunnel makes look local; open on other local ones and under
 * `--write`; closed for good under `--read-only` and on a standby, whatever was asked for.
 */
export function accessAtStart(
  wanted: 'read-only' | 'write' | 'default',
  server: { readonly isLocal: boolean; readonly isStandby: boolean },
  isProduction: boolean,
): Access {
  if (server.isStandby) return { state: 'read-only', mayUnlock: false, isStandby: true };
  if (wanted === 'read-only') return { state: 'read-only', mayUnlock: false };
  if (wanted === 'write' || (server.isLocal && !isProduction)) return { state: 'writing', lockedAtMs: undefined };
  return { state: 'read-only', mayUnlock: true };
}
