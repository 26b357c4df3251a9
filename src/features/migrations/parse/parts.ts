import type { MigrationText } from './parse-text.ts';
import type { ParsedMigration, ParsedStatement } from './parsed.ts';
import type { InnerStatement } from './plpgsql.ts';

// How a parsed file comes from its thread: as JSON, in parts that are each read in a millisecond or two. The whole of it would take as long to
// hand over as to parse.

/** All but the statements. */
type Head = Omit<ParsedMigration, 'statements'>;
/** A statement whose text is told by its place in the file, in UTF-16 units; what stands in its block follows. */
type SentStatement = Omit<ParsedStatement, 'text'> & { readonly startUnit: number; readonly units: number };
type Sent = SentStatement | { readonly inner: InnerStatement };

/** A part is sent when it has grown to so many characters. */
export const partCharacters = 96 * 1024;
/** Rows of VALUES, items of a list and characters of a constant that are kept: more of them tell nothing more, and can be millions. */
const mostItems = 200;
const mostConstant = 2000;

/** A parsed file in parts: its head, then statements. */
export function* partsOf({ sql }: MigrationText, { statements, ...head }: ParsedMigration): Generator<string, void> {
  yield JSON.stringify(head);
  let items: string[] = [];
  let characters = 0;
  for (const sent of sentOf(sql, statements)) {
    const item = JSON.stringify(sent, shortened);
    items.push(item);
    characters += item.length;
    if (characters < partCharacters) continue;
    yield `[${items.join()}]`;
    items = [];
    characters = 0;
  }
  if (items.length > 0) yield `[${items.join()}]`;
}

function* sentOf(sql: string, statements: readonly ParsedStatement[]): Generator<Sent, void> {
  const bytes = Buffer.from(sql);
  let startUnit = 0;
  let counted = 0;
  for (const { text, block, ...rest } of statements) {
    startUnit += bytes.toString('utf8', counted, rest.startByte).length;
    counted = rest.startByte;
    yield { ...rest, block: block && { ...block, statements: [] }, startUnit, units: text.length };
    for (const inner of block?.statements ?? []) yield { inner };
  }
}

const shortenedLists = new Set(['valuesLists', 'items', 'elements']);

function shortened(name: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length > mostItems && shortenedLists.has(name)) return value.slice(0, mostItems);
  if (name !== 'A_Const') return value;
  const { sval } = value as { readonly sval?: { readonly sval?: string } };
  const isLong = (sval?.sval?.length ?? 0) > mostConstant;
  return isLong ? { ...(value as object), sval: { sval: sval?.sval?.slice(0, mostConstant) } } : value;
}

/** Puts the parts together again. */
export class Assembling {
  readonly #head: Head;
  readonly #sql: string;
  readonly #statements: ParsedStatement[] = [];
  #inner: InnerStatement[] = [];

  constructor(sql: string, head: string) {
    this.#sql = sql;
    this.#head = JSON.parse(head) as Head;
  }

  add(part: string): void {
    for (const sent of JSON.parse(part) as readonly Sent[]) {
      if ('inner' in sent) this.#inner.push(sent.inner);
      else {
        const { startUnit, units, block, ...rest } = sent;
        this.#inner = [];
        const text = this.#sql.slice(startUnit, startUnit + units);
        this.#statements.push({ ...rest, text, block: block && { ...block, statements: this.#inner } });
      }
    }
  }

  get migration(): ParsedMigration {
    return { ...this.#head, statements: this.#statements };
  }
}
