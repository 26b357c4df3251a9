import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { parserMissing } from '#database/sql-parser.ts';
import type { MigrationText } from './parse-text.ts';
import type { ParsedMigration } from './parsed.ts';
import { Assembling } from './parts.ts';

/** Beside the bundle, which has another name for it, or beside this file. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './parse-worker.js', import.meta.url);

/**
 * Parses a large file in a thread of its own, which ends with it and gives its memory back; keys are served meanwhile. Throws an AdminError where
 * the parser cannot be loaded.
 */
export async function parseInWorker({ sql, isUtf8 }: MigrationText): Promise<ParsedMigration> {
  const workerData: MigrationText = { sql, isUtf8 };
  const worker = new Worker(entry, { workerData });
  const next = async (): Promise<string> => {
    const answer = once(worker, 'message');
    worker.postMessage('next');
    const [part] = (await answer) as [string];
    return part;
  };
  try {
    const head = await next();
    if (head === 'parser-missing') throw parserMissing(undefined);
    const assembling = new Assembling(sql, head);
    for (let part = await next(); part !== ''; part = await next()) assembling.add(part);
    return assembling.migration;
  } finally {
    await worker.terminate();
  }
}
