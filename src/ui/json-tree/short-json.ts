import { displayText, type DisplayText } from '#core/display-text.ts';
import { isSecretPath, maskedKey, maskedScalar } from '#core/json/masked.ts';
import type { JsonNode } from '#core/json/node.ts';
import type { JsonPath } from '#core/json/pointer.ts';
import { isSecretName } from '#core/mask.ts';

/** JSON text that stops when it is long enough to fill its place: a value of a megabyte costs no more than what is seen of it. */
class ShortWriter {
  text = '';
  readonly #most: number;
  readonly #masks: boolean;

  constructor(most: number, masks: boolean) {
    this.#most = most;
    this.#masks = masks;
  }

  get #isFull(): boolean {
    return this.text.length > this.#most;
  }

  write(node: JsonNode, isSecret: boolean): void {
    if (this.#isFull) return;
    if (node.kind === 'object') {
      this.#list('{', '}', node.members.entries(), ([key, member]) => {
        this.text += `${this.#quoted(this.#masks ? maskedKey(key) : key)}: `;
        this.write(member, isSecret || isSecretName(key));
      });
    } else if (node.kind === 'array') this.#list('[', ']', node.items, (item) => this.write(item, isSecret));
    else this.#scalar(this.#masks ? maskedScalar(node, isSecret) : node);
  }

  #scalar(node: JsonNode): void {
    if (node.kind === 'string') this.text += this.#quoted(node.value);
    else if (node.kind === 'number') this.text += node.text.slice(0, this.#most + 1);
    else this.text += node.kind === 'boolean' ? String(node.value) : 'null';
  }

  #quoted(text: string): string {
    return JSON.stringify(text.slice(0, this.#most + 1));
  }

  #list<Item>(open: string, close: string, items: Iterable<Item>, write: (item: Item) => void): void {
    this.text += open;
    let comma = '';
    for (const item of items) {
      if (this.#isFull) return;
      this.text += comma;
      write(item);
      comma = ', ';
    }
    this.text += close;
  }
}

/**
 * A node as JSON on one line, displayable, cut near `columns`; what is not shown is marked with `...`. With its path, secrets are masked;
 * without one they are shown, for what somebody asked to see.
 */
export function shortJson(node: JsonNode, columns: number, path?: JsonPath): DisplayText {
  return shortened(writtenTo(columns + 1, node, path), columns);
}

function writtenTo(most: number, node: JsonNode, path: JsonPath | undefined): string {
  const writer = new ShortWriter(most, path !== undefined);
  writer.write(node, path !== undefined && isSecretPath(path));
  return writer.text;
}

function shortened(text: string, columns: number): DisplayText {
  const most = columns + 1;
  return displayText(text.length > most ? `${text.slice(0, most)}...` : text, { maxWidth: columns + 4 });
}

/** How far two long values are compared; what differs behind that is shown by its beginning. */
const farthest = 100_000;

/**
 * Two values as JSON as shortJson has them; where they are alike for longer than `columns`, both from shortly before the place where they begin to
 * differ, which is marked with `...`.
 */
export function shortPair(
  before: JsonNode,
  after: JsonNode,
  columns: number,
  path?: JsonPath,
): readonly [DisplayText, DisplayText] {
  if (jsonFits(before, columns) || jsonFits(after, columns))
    return [shortJson(before, columns, path), shortJson(after, columns, path)];
  const [one, other] = [before, after].map((node) => writtenTo(farthest, node, path)) as [string, string];
  let same = 0;
  while (same < one.length && one.charCodeAt(same) === other.charCodeAt(same)) same += 1;
  if (same < (columns * 2) / 3 || same >= one.length || same >= other.length) {
    return [shortJson(before, columns, path), shortJson(after, columns, path)];
  }
  const start = same - Math.floor(columns / 3);
  const isWithinPair = /[\udc00-\udfff]/.test(one.charAt(start));
  const from = isWithinPair ? start - 1 : start;
  return [shortened(`...${one.slice(from)}`, columns), shortened(`...${other.slice(from)}`, columns)];
}

/** Whether a node's JSON has at most so many characters; looks at no more than that. */
export function jsonFits(node: JsonNode, characters: number): boolean {
  const writer = new ShortWriter(characters, false);
  writer.write(node, false);
  return writer.text.length <= characters;
}
