import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AdminError, messageOf } from '#core/errors.ts';
import { compareFileNames, type FileName, readFileName } from './file-name.ts';

/** A file of the migrations folder with its text. */
export interface MigrationFile {
  /** Full name, the file's identity. A folder's ends with `/`. */
  readonly name: string;
  readonly place: FileName;
  /** As PostgreSQL is to get it: without a byte order mark, line ends as they are. Empty for what is not SQL. */
  readonly sql: string;
  /** SHA-256 in hexadecimal of the text with LF line ends and without a byte order mark, so that a checkout on Windows is no edit. */
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly hasCarriageReturns: boolean;
  readonly hasByteOrderMark: boolean;
  readonly isUtf8: boolean;
}

export interface MigrationFolder {
  readonly directory: string;
  /** Everything in it but hidden files, in the order of the migrations. */
  readonly files: readonly MigrationFile[];
}

const usualDirectories = ['migrations', join('backend', 'migrations')];

/**
 * The folder of migrations: `asked` (`--dir`), else the usual places below the working directory. Throws an AdminError (usage) where there
 * is none.
 */
export async function findMigrationsDirectory(asked: string | undefined, workingDirectory: string): Promise<string> {
  const candidates = (asked === undefined ? usualDirectories : [asked]).map((path) => resolve(workingDirectory, path));
  for (const candidate of candidates) if (await isDirectory(candidate)) return candidate;
  throw new AdminError({
    kind: 'usage',
    code: 'no-migrations-folder',
    whatHappened:
      asked === undefined
        ? 'There is no folder of migrations here: neither migrations nor backend/migrations.'
        : `There is no folder ${asked}.`,
    whatToDo: 'Give the folder with --dir or AISHA_MIGRATIONS_DIR.',
  });
}

/**
 * Reads a folder of migrations. Files that are as in `known`, an earlier reading, are the same objects, and so is a folder without a change. Throws an AdminError (usage) where the folder or a file in it cannot be read.
 */
export async function readMigrationFolder(directory: string, known?: MigrationFolder): Promise<MigrationFolder> {
  const before = new Map(known?.directory === directory ? known.files.map((file) => [file.name, file]) : []);
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const visible = entries.filter(({ name }) => !name.startsWith('.'));
    const files = await Promise.all(
      visible.map(async (entry) => {
        const isFolder = entry.isSymbolicLink() ? await isDirectory(join(directory, entry.name)) : entry.isDirectory();
        const file = await readEntry(directory, isFolder ? `${entry.name}/` : entry.name);
        const old = before.get(file.name);
        return old !== undefined && isSameFile(old, file) ? old : file;
      }),
    );
    files.sort((left, right) => compareFileNames(left.name, right.name));
    const isUnchanged = files.length === before.size && files.every((file) => before.get(file.name) === file);
    return known !== undefined && isUnchanged ? known : { directory, files };
  } catch (error) {
    throw new AdminError({
      kind: 'usage',
      code: 'migrations-folder-unreadable',
      whatHappened: `The folder ${directory} cannot be read: ${messageOf(error)}.`,
      whatToDo: 'Check the permissions of the folder and of the files in it.',
      cause: error,
    });
  }
}

function isSameFile(one: MigrationFile, other: MigrationFile): boolean {
  return one.checksum === other.checksum && one.sizeBytes === other.sizeBytes && one.isUtf8 === other.isUtf8;
}

async function readEntry(directory: string, name: string): Promise<MigrationFile> {
  const place = readFileName(name);
  const isSql = /\.sql$/i.test(name);
  return migrationFile(name, isSql ? await readFile(join(directory, name)) : Buffer.alloc(0), place);
}

/** A file from its name and content. */
export function migrationFile(name: string, bytes: Buffer, place = readFileName(name)): MigrationFile {
  const hasByteOrderMark = bytes.subarray(0, 3).equals(byteOrderMark);
  const content = hasByteOrderMark ? bytes.subarray(3) : bytes;
  const isText = isUtf8(content);
  const hasCarriageReturns = content.includes('\r\n');
  // Latin-1 keeps every byte apart where the file is not UTF-8, so that its checksum still tells one content from another.
  const sql = content.toString(isText ? 'utf8' : 'latin1');
  // The same digest, three times as fast.
  const isAsItIs = isText && !hasCarriageReturns;
  return {
    name,
    place,
    sql,
    checksum: createHash('sha256')
      .update(isAsItIs ? content : sql.replaceAll('\r\n', '\n'))
      .digest('hex'),
    sizeBytes: bytes.length,
    hasCarriageReturns,
    hasByteOrderMark,
    isUtf8: isText,
  };
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
