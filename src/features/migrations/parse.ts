import { inSlices } from '#core/slices.ts';
import { loadParser, type Parser } from '#database/sql-parser.ts';
import type { MigrationFile } from './folder.ts';
import { parseInWorker } from './parse/in-worker.ts';
import { parseText } from './parse/parse-text.ts';
import type { ParsedMigration } from './parse/parsed.ts';

export type { ParsedMigration, ParsedStatement, ParseFailure, TransactionMode } from './parse/parsed.ts';
export { isOptionSet, whyNotTransactional } from './parse/transactions.ts';

/** From this size on, in UTF-16 units, parsing takes longer than a key may wait (10 ms), and a thread of its own pays. */
const leastForWorker = 64 * 1024;

const isLarge = ({ sql }: MigrationFile): boolean => sql.length >= leastForWorker;

/**
 * Parses files, in their order, one at a time between other work. Throws an AdminError where the parser cannot be loaded; a file that does not
 * parse is a result.
 */
export async function parseMigrations(files: readonly MigrationFile[]): Promise<readonly ParsedMigration[]> {
  const parser = await loadParser();
  await inSlices(
    parsingSteps(
      parser,
      files.filter((file) => !isLarge(file)),
    ),
  );
  for (const file of files) if (isLarge(file)) await parsedApart(file);
  return files.map((file) => known.get(file)!);
}

function* parsingSteps(parser: Parser, files: readonly MigrationFile[]): Generator<undefined, void> {
  for (const file of files) {
    if (known.has(file)) continue;
    known.set(file, parseText(parser, file));
    yield;
  }
}

/** Parses one file. */
export async function parseMigration(file: MigrationFile): Promise<ParsedMigration> {
  const [parsed] = await parseMigrations([file]);
  return parsed!;
}

/** Files that are looked at again and again are parsed once; gone with their file. */
const known = new WeakMap<MigrationFile, ParsedMigration>();
/** Those under way in a thread of their own: whoever asks meanwhile waits for the same. */
const underWay = new WeakMap<MigrationFile, Promise<void>>();

async function parsedApart(file: MigrationFile): Promise<void> {
  if (known.has(file)) return;
  const work =
    underWay.get(file) ??
    parseInWorker(file)
      .then((parsed) => void known.set(file, parsed))
      .finally(() => underWay.delete(file));
  underWay.set(file, work);
  await work;
}
