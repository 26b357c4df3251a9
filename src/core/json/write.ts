import type { JsonNode } from './node.ts';

interface Layout {
  readonly comma: string;
  /** What goes before a member or element, and before a closing bracket. */
  readonly lineStart: (depth: number) => string;
}

// Deeper lines are indented no further: 1,000 levels would multiply a document by hundreds.
const deepestIndentation = 100;

const compact: Layout = { comma: ', ', lineStart: () => '' };
const pretty: Layout = { comma: ',', lineStart: (depth) => `\n${'  '.repeat(Math.min(depth, deepestIndentation))}` };

const plain = /^[ !#-[\]-~]*$/;

/** A JSON string as PostgreSQL's escape_json writes it, which JSON.stringify happens to do as well: short escapes, else `\u001f`. */
function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** One accumulating string, since joining level by level would copy a leaf once for every level above it. */
class Writer {
  readonly #layout: Layout;
  text = '';

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  write(node: JsonNode, depth: number): void {
    switch (node.kind) {
      case 'object':
        return this.#object(node.members, depth);
      case 'array':
        return this.#array(node.items, depth);
      case 'string':
        this.text += quoted(node.value);
        return;
      case 'number':
        this.text += node.text;
        return;
      case 'boolean':
        this.text += node.value ? 'true' : 'false';
        return;
      case 'null':
        this.text += 'null';
    }
  }

  #object(members: ReadonlyMap<string, JsonNode>, depth: number): void {
    const lineStart = this.#layout.lineStart(depth + 1);
    let lead = `{${lineStart}`;
    for (const [key, member] of members) {
      this.text += `${lead}${quoted(key)}: `;
      this.write(member, depth + 1);
      lead = `${this.#layout.comma}${lineStart}`;
    }
    this.text += members.size === 0 ? '{}' : `${this.#layout.lineStart(depth)}}`;
  }

  #array(items: readonly JsonNode[], depth: number): void {
    const lineStart = this.#layout.lineStart(depth + 1);
    let lead = `[${lineStart}`;
    for (const item of items) {
      this.text += lead;
      this.write(item, depth + 1);
      lead = `${this.#layout.comma}${lineStart}`;
    }
    this.text += items.length === 0 ? '[]' : `${this.#layout.lineStart(depth)}]`;
  }
}

function written(node: JsonNode, layout: Layout): string {
  const writer = new Writer(layout);
  writer.write(node, 0);
  return writer.text;
}

/** JSON text on one line, spaced as PostgreSQL writes jsonb: what was read from `::text` and not changed is written byte for byte. */
export function writeJson(node: JsonNode): string {
  return written(node, compact);
}

/** A piece of text is written in about a millisecond. */
const pieceUnits = 64 * 1024;

/** What writeJson gives, in pieces of some 64 KB made one by one, for who must not be kept busy by all of a large document at once. */
export function* writeJsonPieces(node: JsonNode): Generator<string, void> {
  const writer = new Writer(compact);
  yield* writePieces(node, writer);
  yield writer.text;
}

function* writePieces(node: JsonNode, writer: Writer): Generator<string, void> {
  if (writer.text.length > pieceUnits) {
    yield writer.text;
    writer.text = '';
  }
  if (node.kind === 'object') {
    writer.text += '{';
    let lead = '';
    for (const [key, member] of node.members) {
      writer.text += `${lead}${quoted(key)}: `;
      yield* writePieces(member, writer);
      lead = compact.comma;
    }
    writer.text += '}';
  } else if (node.kind === 'array') {
    writer.text += '[';
    let lead = '';
    for (const item of node.items) {
      writer.text += lead;
      yield* writePieces(item, writer);
      lead = compact.comma;
    }
    writer.text += ']';
  } else if (node.kind === 'string' && node.value.length > pieceUnits) yield* writeLongString(node.value, writer);
  else writer.write(node, 0);
}

function* writeLongString(text: string, writer: Writer): Generator<string, void> {
  writer.text += '"';
  for (const piece of piecesOf(text)) {
    yield writer.text + quoted(piece).slice(1, -1);
    writer.text = '';
  }
  writer.text += '"';
}

/** A text in pieces of as many units, no surrogate pair cut in two. */
export function* piecesOf(text: string): Generator<string, void> {
  for (let start = 0; start < text.length;) {
    const isInPair = text.codePointAt(start + pieceUnits - 1)! > 0xffff;
    const end = start + pieceUnits + (isInPair ? 1 : 0);
    yield text.slice(start, end);
    start = end;
  }
}

/** JSON text for an editor: two spaces a level (none more below 100 levels), one member or element a line, no line end at the end. */
export function writePrettyJson(node: JsonNode): string {
  return written(node, pretty);
}
