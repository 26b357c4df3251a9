import { atOnce } from '#core/slices.ts';
import { factKey } from './expected/fact.ts';
import { Scope } from './expected/scope.ts';
import { follow } from './expected/statement.ts';
import { type Entry, type Timeline, World } from './expected/world.ts';
import type { MigrationFile } from './folder.ts';
import type { ParsedMigration } from './parse.ts';
import { namesOf } from './tree.ts';

/** One thing by which a file can be judged. */
export interface Claim {
  readonly key: string;
  readonly timeline: Timeline;
  readonly entry: Entry;
}

/** What a folder leaves behind when its migrations run in order. */
export interface Expected {
  /** By factKey. */
  readonly timelines: ReadonlyMap<string, Timeline>;
  /** By position of the file. */
  readonly claims: readonly (readonly Claim[])[];
  /** Words of what cannot be followed, a set for each file that has such. */
  readonly hidden: readonly ReadonlySet<string>[];
  /** What the last function of a name says, by name without schema. */
  readonly bodies: ReadonlyMap<string, string>;
}

/**
 * Follows the migrations of a folder in their order. Rollback scripts and what is no migration are left out, since nobody says that they
 * ran; of a file that does not parse, and of SQL made up at run time, nothing is known but what it names. `searchPath` is where names without a schema point at the start of each file.
 */
export function expectedOf(
  files: readonly MigrationFile[],
  parsed: readonly ParsedMigration[],
  searchPath: readonly string[] = ['public'],
): Expected {
  return atOnce(expectedSteps(files, parsed, searchPath));
}

/** The same in steps, a statement each, for whoever has other work to do meanwhile. */
export function* expectedSteps(
  files: readonly MigrationFile[],
  parsed: readonly ParsedMigration[],
  searchPath: readonly string[],
): Generator<undefined, Expected> {
  const world = new World();
  const bodies = new Map<string, string>();
  for (const [position, file] of files.entries()) {
    if (!isMigration(file)) continue;
    world.enter(position);
    const scope = new Scope(world, searchPath);
    for (const { node, text, block } of parsed[position]?.statements ?? []) {
      follow(scope, node);
      if ('CreateFunctionStmt' in node) bodies.set(namesOf(node.CreateFunctionStmt.funcname).at(-1) ?? '', text);
      for (const inner of block?.statements ?? []) {
        world.isConditional = inner.isConditional;
        follow(scope, inner.node);
        yield;
      }
      world.isConditional = false;
      yield;
    }
  }
  const hidden: ReadonlySet<string>[] = [];
  for (const [position, file] of files.entries()) {
    const text = isMigration(file) ? hiddenText(file, parsed[position]) : '';
    if (text === '') continue;
    const words = new Set(text.match(/[\p{L}_][\p{L}\p{N}_$]*/gu)?.flatMap((word) => [word, word.toLowerCase()]));
    hidden.push(words);
    world.cloud(position, words);
    yield;
  }
  const claims: Claim[][] = files.map(() => []);
  for (const timeline of world.timelines.values()) {
    const key = factKey(timeline.fact);
    for (const entry of timeline.entries) if (entry.isClaimed) claims[entry.file]?.push({ key, timeline, entry });
  }
  return { timelines: world.timelines, claims, hidden, bodies };
}

/** What of a file cannot be followed: all of it where it does not parse (psql may still have run it), and blocks that make up SQL. */
function hiddenText({ sql }: MigrationFile, parsed: ParsedMigration | undefined): string {
  if (parsed?.error !== undefined) return sql;
  const blocks = (parsed?.statements ?? []).filter(
    ({ block, kind }) => block?.hasDynamicSql || (kind === 'do' && block === undefined),
  );
  return blocks.map(({ text }) => text).join('\n');
}

/** Whether a file is one of those that are applied in order. */
export function isMigration({ place }: MigrationFile): boolean {
  return place.kind !== 'other' && place.kind !== 'rollback';
}
