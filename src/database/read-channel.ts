import type pg from 'pg';
import { cancelUntil } from './cancelling.ts';
import { noAnswer, type ReadTransaction, untilAborted } from './read-transaction.ts';
import { isConnectionLoss } from './sql-errors.ts';

/** How long a cancelled statement may take to give its connection back before the connection is thrown away. */
const cancelGraceMs = 1000;

/** How the channel comes to connections, and how a statement on one is stopped. Aborting `closing` gives everything up. */
interface Means {
  readonly checkOut: () => Promise<pg.PoolClient>;
  readonly cancel: (backendPid: number | undefined) => Promise<unknown>;
  readonly closing: AbortSignal;
}

/** Sends transactions on connections of a pool and gives those back, cancelled on the server where nobody waits any more. */
export class ReadChannel {
  readonly #means: Means;

  constructor(means: Means) {
    this.#means = means;
  }

  /** The answers of a transaction; rejects where no connection is to be had. `waitMs` of silence, or `signal`, give up all that is not answered. */
  async send(
    begin: (client: pg.PoolClient) => ReadTransaction,
    { waitMs, signal: given }: { readonly waitMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<readonly Promise<readonly unknown[]>[]> {
    given?.throwIfAborted();
    const client = await this.#means.checkOut();
    const transaction = begin(client);
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(noAnswer(waitMs)), waitMs);
    const signal = AbortSignal.any([...(given ? [given] : []), silence.signal, this.#means.closing]);
    void this.#giveBack(client, transaction, signal).finally(() => clearTimeout(timer));
    return transaction.results.map((result) => untilAborted(result, signal));
  }

  /** Releases the connection when it is free, or cancels its statement on the server when `signal` says that nobody waits any more. */
  async #giveBack(client: pg.PoolClient, transaction: ReadTransaction, signal: AbortSignal): Promise<void> {
    const wasInterrupted = await untilAborted(transaction.finished, signal).then(
      () => false,
      () => true,
    );
    if (wasInterrupted) {
      client.release(!(await this.#cancel(transaction)));
      return;
    }
    const failure = await Promise.all(transaction.results).then(
      () => undefined,
      (error: unknown) => error,
    );
    client.release(isConnectionLoss(failure));
  }

  /** Stops a transaction on the server, on a second connection. Whether its own connection became free in time. */
  #cancel({ backendPid, finished }: ReadTransaction): Promise<boolean> {
    return cancelUntil(finished, () => this.#means.cancel(backendPid()), cancelGraceMs);
  }
}
