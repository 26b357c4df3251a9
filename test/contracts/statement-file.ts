import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '#core/package-root.ts';

/** One parameter as the header tells it. */
export interface ToldParameter {
  readonly place: number;
  readonly name: string;
  readonly type: string;
}

/** A file of queries/, taken apart. */
export interface StatementFile {
  readonly name: string;
  readonly text: string;
  /** The lines of the comment at its top, without the dashes. */
  readonly header: readonly string[];
  /** What is left without comments, strings and quoted identifiers: keywords and names. */
  readonly words: string;
  readonly parameters: readonly ToldParameter[];
  readonly identifiers: readonly string[];
  /** The shape of database it is for, where the header says `Only on: production.` or `Only on: manual.` */
  readonly onlyOn: string | undefined;
}

/** Every .sql file below queries/. */
export async function readStatementFiles(): Promise<readonly StatementFile[]> {
  const folder = join(packageRoot(), 'queries');
  const entries = await readdir(folder, { recursive: true });
  const names = entries.filter((entry) => entry.endsWith('.sql')).map((entry) => entry.slice(0, -'.sql'.length));
  return Promise.all(names.map(async (name) => takenApart(name, await readFile(join(folder, `${name}.sql`), 'utf8'))));
}

function takenApart(name: string, text: string): StatementFile {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const header = lines.slice(0, end).map((line) => line.replace(/^-- ?/, ''));
  const told = header.join('\n').matchAll(/\$(\d+) ([a-z_]+) (text\[\]|text|int|boolean)(?=[:,])/g);
  return {
    name,
    text,
    header,
    onlyOn: header.map((line) => /^Only on: (\w+)\.$/.exec(line)?.[1]).find((shape) => shape !== undefined),
    words: text.replaceAll(/--.*$|'(?:[^']|'')*'|"[^"]*"/gm, ''),
    parameters: [...told].map(([, place, parameter, type]) => ({ place: Number(place), name: parameter!, type: type! })),
    identifiers: [
      ...new Set([...text.slice(header.join('\n').length).matchAll(/:"(\w+)"/g)].map(([, identifier]) => identifier!)),
    ],
  };
}
