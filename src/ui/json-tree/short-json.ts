import { displayText, type DisplayText } from '#core/display-text.ts';
import type { JsonNode } from '#core/json/node.ts';

/** JSON text that stops when it is long enough to fill its place: a value of a megabyte costs no more than what is seen of it. */
class ShortWriter {
  text = '';
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get #isFull(): boolean {
    return this.text.length > this.#most;
  }

  write(node: JsonNode): void {
    if (this.#isFull) return;
    switch (node.kind) {
      case 'object':
        return this.#list('{', '}', node.members.entries(), ([key, member]) => {
          this.text += `${this.#quoted(key)}: `;
          this.write(member);
        });
      case 'array':
        return this.#list('[', ']', node.items, (item) => this.write(item));
      case 'string':
        this.text += this.#quoted(node.value);
        return;
      case 'number':
        this.text += node.text.slice(0, this.#most + 1);
        return;
      case 'boolean':
        this.text += String(node.value);
        return;
      case 'null':
        this.text += 'null';
    }
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

/** A node as JSON on one line, displayable, cut near `columns`; what is not shown is marked with `...`. */
export function shortJson(node: JsonNode, columns: number): DisplayText {
  const writer = new ShortWriter(columns + 1);
  writer.write(node);
  return displayText(writer.text.length > columns + 1 ? `${writer.text.slice(0, columns + 1)}...` : writer.text, {
    maxWidth: columns + 4,
  });
}

/** Whether a node's JSON has at most so many characters; looks at no more than that. */
export function jsonFits(node: JsonNode, characters: number): boolean {
  const writer = new ShortWriter(characters);
  writer.write(node);
  return writer.text.length <= characters;
}
