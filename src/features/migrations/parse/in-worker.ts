import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { parserMissing } from '#database/sql-parser.ts';
import type { MigrationText } from './parse-text.ts';
import type { ParsedMigration } from './parsed.ts';
import { Assembling } from './parts.ts';

/** What a thread of its own is to do for a large file. */
export type ThreadJob = ({ readonly does: 'parse' } & MigrationText) | { readonly does: 'mask'; readonly sql: string };

/** Beside the bundle, which has another name for it, or beside this file. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './parse-worker.js', import.meta.url);

/** What a thread makes of a text, in parts. The thread ends with them and gives its memory back; keys are served meanwhile. */
export async function* partsFromThread(workerData: ThreadJob): AsyncGenerator<string, void> {
  const worker = new Worker(entry, { workerData });
  const next = async (): Promise<string> => {
    const answer = once(worker, 'message');
    worker.postMessage('next');
    const [part] = (await answer) as [string];
    return part;
  };
  try {
    for (let part = await next(); part !== ''; part = await next()) yield part;
  } finally {
    await worker.terminate();
  }
}

/** Parses a large file in a thread. Throws an AdminError where the parser cannot be loaded. */
export async function parseInWorker({ sql, isUtf8 }: MigrationText): Promise<ParsedMigration> {
  let assembling: Assembling | undefined;
  for await (const part of partsFromThread({ does: 'parse', sql, isUtf8 })) {
    if (part === 'parser-missing') throw parserMissing(undefined);
    if (assembling === undefined) assembling = new Assembling(sql, part);
    else assembling.add(part);
  }
  return assembling!.migration;
}
