import { parseExactJson } from '#core/exact-json.ts';
import { parseJson } from '#core/json/parse.ts';
import { writeJson } from '#core/json/write.ts';
import { maskDocument } from '#core/mask.ts';

/** How much of a document is read for a preview: a secret's name must be seen with its value, and most documents fit whole. */
export const previewSourceCharacters = 2000;

const mostCharacters = 200;

/** A document on one short line, from its first characters, with its secrets masked by name and by form. */
export function previewOf(documentStart: string | null): string {
  if (documentStart === null) return '';
  const isWhole = documentStart.length < previewSourceCharacters;
  const source = isWhole ? documentStart : closed(documentStart);
  if (source === '') return '…';
  const text = writeJson(parseJson(JSON.stringify(maskDocument(parseExactJson(source)))));
  if (text.length <= mostCharacters && isWhole) return text;
  return `${text.slice(0, mostCharacters).toWellFormed()}…`;
}

/**
 * The start of a JSON text, made JSON again: cut behind the last value that is whole, and every open bracket closed. What is cut off in
 * the middle is left out, since half a secret would not be known as one. Empty where nothing is whole.
 */
function closed(start: string): string {
  const open: string[] = [];
  let end = 0;
  let closing = '';
  for (let offset = 0; offset < start.length; offset += 1) {
    const character = start.charAt(offset);
    if (character === '"') {
      offset = endOfString(start, offset);
      continue;
    }
    if (character === '{' || character === '[') open.push(character === '{' ? '}' : ']');
    else if (character === '}' || character === ']') open.pop();
    else if (character !== ',') continue;
    end = character === ',' ? offset : offset + 1;
    closing = open.toReversed().join('');
  }
  return `${start.slice(0, end)}${closing}`;
}

function endOfString(text: string, start: number): number {
  for (let offset = start + 1; offset < text.length; offset += 1) {
    const character = text.charAt(offset);
    if (character === '"') return offset;
    if (character === '\\') offset += 1;
  }
  return text.length;
}
