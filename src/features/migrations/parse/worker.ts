import { parentPort, workerData } from 'node:worker_threads';
import { AdminError } from '#core/errors.ts';
import { loadParser } from '#database/sql-parser.ts';
import { partsOf } from './parts.ts';
import { type MigrationText, parseText } from './parse-text.ts';

// The thread of one large file: it answers each message with the next part, and an empty text behind the last.

async function* answers(text: MigrationText): AsyncGenerator<string, void> {
  try {
    yield* partsOf(text, parseText(await loadParser(), text));
  } catch (error) {
    if (!(error instanceof AdminError && error.code === 'parser-missing')) throw error;
    yield 'parser-missing';
  }
}

const rest = answers(workerData as MigrationText);
parentPort!.on('message', () => {
  void rest.next().then(({ value }) => parentPort!.postMessage(value ?? ''));
});
