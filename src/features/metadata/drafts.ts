import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AdminError, messageOf } from '#core/errors.ts';
import type { JsonNode } from '#core/json/node.ts';
import { piecesOf, writeJsonPieces } from '#core/json/write.ts';
import { writeWholeFile } from '#core/whole-file.ts';

/** Which document a draft is of: names rather than catalog objects, since it outlives the connection. */
export interface DraftPlace {
  /** `host:port`, so that equal names on two servers are two places. */
  readonly server: string;
  readonly database: string;
  readonly table: string;
  readonly column: string;
  readonly id: string;
}

/** An edit that was not saved yet, as exact JSON text. One document can have several: none is ever written over another. */
export interface KeptDraft {
  /** The name of its file, of newDraftFile. */
  readonly file: string;
  readonly place: DraftPlace;
  /** How the record was called on screen. */
  readonly label: string;
  readonly base: string;
  readonly mine: string;
  readonly reason: string;
  /** ISO 8601, the console's clock. */
  readonly savedAt: string;
}

/** A draft as it is handed over to be kept; of base the text where it is at hand. */
export type DraftToKeep = Omit<KeptDraft, 'base' | 'mine'> & { readonly base: JsonNode | string; readonly mine: JsonNode };

/** What was found in the directory. Files that can not be read stay where they are, for a person to look at. */
export interface FoundDrafts {
  readonly drafts: readonly KeptDraft[];
  readonly unreadable: readonly { readonly file: string; readonly problem: string }[];
}

const draftShape = z.object({
  place: z.object({ server: z.string(), database: z.string(), table: z.string(), column: z.string(), id: z.string() }),
  label: z.string(),
  base: z.string(),
  mine: z.string(),
  reason: z.string(),
  savedAt: z.string(),
});

const ending = '.draft.json';

function draftsIn(stateDirectory: string): string {
  return join(stateDirectory, 'drafts');
}

/** A file of its own for a draft that begins: the name says nothing about its place, since directory listings end up in tickets. */
export function newDraftFile(): string {
  return `${randomUUID()}${ending}`;
}

/** The file's text piece by piece: a key that is pressed meanwhile waits for one piece, not for ten megabytes. */
function* fileText({ base, mine, ...rest }: Omit<DraftToKeep, 'file'>): Generator<string, void> {
  yield JSON.stringify(rest).slice(0, -1);
  const texts = { base: typeof base === 'string' ? piecesOf(base) : writeJsonPieces(base), mine: writeJsonPieces(mine) };
  for (const [name, pieces] of Object.entries(texts)) {
    yield `,"${name}":"`;
    for (const piece of pieces) yield JSON.stringify(piece).slice(1, -1);
    yield '"';
  }
  yield '}';
}

/**
 * Keeps a draft so that it survives the console, its user's connection and the machine: written beside, flushed to disk, then renamed over
 * the same draft's state before. Only this user may read it. Throws an AdminError (configuration, draft-not-kept).
 */
export async function keepDraft(stateDirectory: string, { file: name, ...draft }: DraftToKeep): Promise<void> {
  const file = join(draftsIn(stateDirectory), name);
  try {
    await mkdir(draftsIn(stateDirectory), { recursive: true, mode: 0o700 });
    await writeWholeFile(file, fileText(draft), { replaces: true });
  } catch (error) {
    throw new AdminError({
      kind: 'configuration',
      code: 'draft-not-kept',
      whatHappened: `The draft could not be kept in ${draftsIn(stateDirectory)}: ${messageOf(error)}.`,
      whatToDo: 'It is only in this console until then; save it, or set XDG_STATE_HOME to a directory that can be written.',
      cause: error,
    });
  }
}

/** Forgets a draft, if it was kept. */
export async function discardDraft(stateDirectory: string, file: string): Promise<void> {
  await rm(join(draftsIn(stateDirectory), file), { force: true });
}

/** All drafts, those of `of` only when given, newest first. A file that is no draft is reported, never deleted. */
export async function listDrafts(stateDirectory: string, of?: Pick<DraftPlace, 'server' | 'database'>): Promise<FoundDrafts> {
  const names = await readdir(draftsIn(stateDirectory)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const drafts: KeptDraft[] = [];
  const unreadable: { file: string; problem: string }[] = [];
  for (const name of names.filter((candidate) => candidate.endsWith(ending)).toSorted()) {
    const file = join(draftsIn(stateDirectory), name);
    try {
      drafts.push({ file: name, ...draftShape.parse(JSON.parse(await readFile(file, 'utf8'))) });
    } catch (error) {
      unreadable.push({ file, problem: error instanceof z.ZodError ? 'it is no draft of this console' : messageOf(error) });
    }
  }
  const wanted = drafts.filter(({ place }) => of === undefined || (place.server === of.server && place.database === of.database));
  return { drafts: wanted.toSorted((a, b) => b.savedAt.localeCompare(a.savedAt)), unreadable };
}
