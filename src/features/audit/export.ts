import { AdminError, messageOf } from '#core/errors.ts';
import { requirePlainFile, writeWholeFile } from '#core/whole-file.ts';
import type { Reader } from '#database/query.ts';
import { readDetails } from './details.ts';
import { csvHeader, entryCsv, entryJson } from './entry-output.ts';
import type { AuditFilter } from './filter.ts';
import { type EntryPlace, listEntries } from './history.ts';
import type { AuditSource } from './source.ts';

/** NDJSON: a document a line, as `audit tail --json` prints it. CSV: RFC 4180 with a header, UTF-8, documents as JSON text. */
export const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What is written, and where. */
export interface ExportRequest {
  readonly filter: AuditFilter;
  readonly file: string;
  readonly format: ExportFormat;
  /** Whether secrets are written as they are. */
  readonly reveals: boolean;
  /** Whether a file that is there is replaced: somebody was asked. */
  readonly replaces: boolean;
}

/** How far it is; at the end, what was written. */
export interface ExportProgress {
  readonly entries: number;
  readonly bytes: number;
  /** The time of the entry written last: it goes back from the newest. */
  readonly at: string | null;
  /** Whether secrets were masked. */
  readonly isMasked: boolean;
}

export interface ExportOptions {
  /** Stops it: then no file is left, and the signal's reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: ExportProgress) => void;
}

const pageEntries = 1000;
/** Without an index on the time each page reads the whole table; whoever exports can wait. */
const timeLimitMs = 60_000;

/**
 * Writes the entries that the filter lets through, newest first, to a file that only this user may read: those that are there when it begins, a page
 * at a time, whatever their number. The file appears when it is complete. Throws an AdminError: conflict (export-exists) where there is one that
 * is not to be replaced, configuration (export-not-written) where it can not be written, and what the server says.
 */
export async function exportEntries(
  reader: Reader,
  source: AuditSource,
  request: ExportRequest,
  options: ExportOptions = {},
): Promise<ExportProgress> {
  const { file, replaces } = request;
  let done: ExportProgress = { entries: 0, bytes: 0, at: null, isMasked: false };
  await requireFree(file, replaces);
  async function* counted(): AsyncGenerator<string> {
    for await (const { text, entries, at, isMasked } of pieces(reader, source, request, options.signal)) {
      yield text;
      const bytes = done.bytes + Buffer.byteLength(text);
      done = { entries: done.entries + entries, bytes, at, isMasked: done.isMasked || isMasked };
      options.onProgress?.(done);
    }
  }
  try {
    await writeWholeFile(file, counted(), { replaces });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw exists(file);
    throw error instanceof Error && 'syscall' in error ? notWritten(file, error) : error;
  }
  return done;
}

async function* pieces(reader: Reader, source: AuditSource, request: ExportRequest, signal: AbortSignal | undefined) {
  const lineOf = request.format === 'csv' ? entryCsv : (...given: Parameters<typeof entryJson>) => `${entryJson(...given)}\n`;
  const limits = { signal, statementTimeoutMs: timeLimitMs };
  if (request.format === 'csv') yield { text: csvHeader, entries: 0, at: null, isMasked: false };
  let before: EntryPlace | undefined;
  do {
    const page = await listEntries(reader, source, request.filter, { before, most: pageEntries }, limits);
    for await (const details of readDetails(reader, source, page.entries.toReversed(), limits)) {
      signal?.throwIfAborted();
      let isMasked = false;
      const revealing = { reveals: request.reveals, onMasked: () => void (isMasked = true) };
      const text = details.map((entry) => lineOf(entry, revealing)).join('');
      yield { text, entries: details.length, at: details.at(-1)?.at ?? null, isMasked };
    }
    before = page.next;
  } while (before !== undefined);
}

/** Before the server is asked for anything. */
async function requireFree(file: string, replaces: boolean): Promise<void> {
  const isThere = await requirePlainFile(file).catch((error: unknown) => Promise.reject(notWritten(file, error)));
  if (isThere && !replaces) throw exists(file);
}

function exists(file: string): AdminError {
  return new AdminError({
    kind: 'conflict',
    code: 'export-exists',
    whatHappened: `${file} exists already.`,
    whatToDo: 'Give another name, or --force to replace it.',
  });
}

function notWritten(file: string, error: unknown): AdminError {
  return new AdminError({
    kind: 'configuration',
    code: 'export-not-written',
    whatHappened: `${file} can not be written (${messageOf(error)}).`,
    whatToDo: 'Give a file in a folder that exists, that you may write, and that has room.',
    cause: error,
  });
}
