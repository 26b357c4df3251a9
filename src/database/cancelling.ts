import { untilAborted } from './read-transaction.ts';

/** What still runs after this long is cancelled again: of several statements in one transaction each must be told. */
const cancelAgainMs = 50;

/**
 * Cancels until `finished` settles, at most for `graceMs`. Whether it did; that a cancel itself fails only means that it is tried again, and one
 * that is not answered, as where the network is gone, is not waited for any longer.
 */
export async function cancelUntil(finished: Promise<unknown>, cancel: () => Promise<unknown>, graceMs: number): Promise<boolean> {
  const lateMs = Date.now() + graceMs;
  const over = finished.then(
    () => undefined,
    () => undefined,
  );
  let isOver = false;
  do {
    await untilAborted(cancel(), AbortSignal.timeout(Math.max(1, lateMs - Date.now()))).catch(() => undefined);
    isOver = await untilAborted(over, AbortSignal.timeout(cancelAgainMs)).then(
      () => true,
      () => false,
    );
  } while (!isOver && Date.now() < lateMs);
  return isOver;
}
