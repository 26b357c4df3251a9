import { AdminError } from '#core/errors.ts';
import { transactionStatus } from './queries.ts';
import { type Reader, statement } from './query.ts';
import { isConnectionLoss } from './sql-errors.ts';

/** How long to look for an answer after the connection was lost (the server ends a transaction that is idle for ten), and how often. */
const patienceMs = 20_000;
const pauseMs = 250;

/**
 * For a write whose answer to COMMIT never came: waits until its transaction is over (the COMMIT may still be on its way), then gives what
 * `look` finds, which is told how it ended as far as the server knows. Undefined when the server does not come back in twenty seconds, or
 * refuses to tell. `transactionId` is the xid8 that was told inside the transaction.
 */
export async function onceSettled<Found>(
  reader: Reader,
  transactionId: string,
  look: (status: string | null) => Promise<Found>,
): Promise<Found | undefined> {
  const deadlineMs = Date.now() + patienceMs;
  while (Date.now() < deadlineMs) {
    try {
      const status = await statusOf(reader, transactionId);
      if (status !== 'in progress') return await look(status);
    } catch (error) {
      if (!isConnectionLoss(error)) return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return undefined;
}

/** 22023 is an id in the server's future: it crashed before it wrote down that the transaction had begun. */
async function statusOf(reader: Reader, transactionId: string): Promise<string | null> {
  try {
    const [row] = await reader.read(statement(transactionStatus, { transactionId }));
    return row?.status ?? null;
  } catch (error) {
    if (error instanceof AdminError && error.sqlState === '22023') return 'aborted';
    throw error;
  }
}
