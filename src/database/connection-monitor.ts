import { messageOf } from '#core/errors.ts';
import { createStore, type Readable } from '#core/store.ts';

/** Whether the server answers. Times are milliseconds since the epoch. */
export type ConnectionStatus =
  | { readonly state: 'connected' }
  | {
      readonly state: 'lost';
      readonly sinceMs: number;
      readonly attempts: number;
      readonly nextAttemptAtMs: number;
      readonly reason: string;
    };

const firstDelayMs = 500;
const longestDelayMs = 10_000;

/**
 * Knows whether the server is there. A loss reported by any read starts probing with growing pauses until the server answers again. It
 * holds no connection of its own.
 */
export class ConnectionMonitor {
  readonly #status = createStore<ConnectionStatus>({ state: 'connected' });
  readonly #probe: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;

  /** `probe` resolves when the server answered and rejects when it did not. */
  constructor(probe: () => Promise<void>) {
    this.#probe = probe;
  }

  readonly status: Readable<ConnectionStatus> = this.#status;

  /** A read failed because the connection did. */
  reportLoss(thrown: unknown): void {
    if (this.#status.get().state === 'lost') return;
    const now = Date.now();
    this.#status.set({
      state: 'lost',
      sinceMs: now,
      attempts: 0,
      nextAttemptAtMs: now + firstDelayMs,
      reason: messageOf(thrown),
    });
    this.#schedule(firstDelayMs);
  }

  /** A read succeeded. */
  reportAnswer(): void {
    if (this.#status.get().state === 'connected') return;
    clearTimeout(this.#timer);
    this.#status.set({ state: 'connected' });
  }

  /** An idle connection died; others may live. Find out. */
  suspect(): void {
    if (this.#status.get().state === 'lost') return;
    this.#probe().catch((error: unknown) => this.reportLoss(error));
  }

  /** Try again now instead of at the next scheduled time. */
  retryNow(): void {
    if (this.#status.get().state === 'lost') this.#schedule(0);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#probe().then(
        () => this.reportAnswer(),
        (error: unknown) => this.#probeFailed(error),
      );
    }, delayMs).unref();
  }

  #probeFailed(thrown: unknown): void {
    const status = this.#status.get();
    if (status.state !== 'lost') return;
    const attempts = status.attempts + 1;
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** attempts);
    this.#status.set({ ...status, attempts, nextAttemptAtMs: Date.now() + delayMs, reason: messageOf(thrown) });
    this.#schedule(delayMs);
  }
}
