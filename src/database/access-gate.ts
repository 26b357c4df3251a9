import { AdminError } from '#core/errors.ts';
import { createStore, type Readable } from '#core/store.ts';

/** How long writing stays open without a key press. */
const idleMinutesUntilLocked = 15;

export type Access =
  | { readonly state: 'read-only'; readonly mayUnlock: boolean; readonly isStandby?: true }
  /** `lockedAtMs` (since the epoch) is undefined where writing does not end by itself: the demo, a local socket, `--write`. */
  | { readonly state: 'writing'; readonly lockedAtMs: number | undefined };

/**
 * The console's own lock on writing, beside the server's transaction mode. Remote databases start locked; unlocking lasts for fifteen
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
    if (!access.mayUnlock) {
      throw refused(
        access.isStandby
          ? standby
          : {
              whatHappened: 'This session was started with --read-only.',
              whatToDo: 'Start the console again without it to write.',
            },
      );
    }
    this.#openForAWhile();
  }

  /** Throws an AdminError (refused) unless writing is open. */
  requireWriting(): void {
    const access = this.#access.get();
    if (access.state === 'writing') return;
    throw refused(
      access.isStandby
        ? standby
        : {
            whatHappened: 'This session is read-only.',
            whatToDo: access.mayUnlock
              ? 'Open writing with :unlock in the console, or with --write.'
              : 'Start again without --read-only.',
          },
    );
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

const standby = {
  whatHappened: 'This server is a standby, which takes no writes.',
  whatToDo: 'Connect to the primary to write.',
};

const refused = (words: typeof standby): AdminError => new AdminError({ kind: 'refused', code: 'read-only', ...words });

/**
 * How a session starts: locked on a remote database, open on a local one and under `--write`, closed for good under `--read-only` and on a standby,
 * whatever was asked for.
 */
export function accessAtStart(
  wanted: 'read-only' | 'write' | 'default',
  server: { readonly isLocal: boolean; readonly isStandby: boolean },
): Access {
  if (server.isStandby) return { state: 'read-only', mayUnlock: false, isStandby: true };
  if (wanted === 'read-only') return { state: 'read-only', mayUnlock: false };
  if (wanted === 'write' || server.isLocal) return { state: 'writing', lockedAtMs: undefined };
  return { state: 'read-only', mayUnlock: true };
}
