import { parentPort, workerData } from 'node:worker_threads';
import { AdminError } from '#core/errors.ts';
import { maskSqlPieces } from '#core/mask-sql.ts';
import { loadParser } from '#database/sql-parser.ts';
import type { ThreadJob } from './in-worker.ts';
import { partCharacters, partsOf } from './parts.ts';
import { parseText } from './parse-text.ts';

// The thread of one large text: it answers each message with the next part, and an empty text behind the last.

async function* answers(job: ThreadJob): AsyncGenerator<string, void> {
  if (job.does === 'mask') {
    yield* gathered(maskSqlPieces(job.sql));
    return;
  }
  try {
    yield* partsOf(job, parseText(await loadParser(), job));
  } catch (error) {
    if (!(error instanceof AdminError && error.code === 'parser-missing')) throw error;
    yield 'parser-missing';
  }
}

/** Small pieces as fewer parts. */
function* gathered(pieces: Iterable<string>): Generator<string, void> {
  let part = '';
  for (const piece of pieces) {
    part += piece;
    if (part.length < partCharacters) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

const rest = answers(workerData as ThreadJob);
parentPort!.on('message', () => {
  void rest.next().then(({ value }) => parentPort!.postMessage(value ?? ''));
});
