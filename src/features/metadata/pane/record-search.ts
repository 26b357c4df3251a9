import { AdminError } from '#core/errors.ts';
import { parseUuid } from '#core/ids.ts';
import { parseJson } from '#core/json/parse.ts';
import { parsePointer } from '#core/json/pointer.ts';
import { type DocumentColumn, hasWholeNumberKey, placeOf } from '../documents.ts';
import type { SearchCondition } from '../search-condition.ts';

/** What the search box asks the server, and in words; or the id of a record to open; or why it is not asked yet. */
export type RecordSearch =
  | {
      readonly wanted: 'search';
      readonly condition: SearchCondition;
      readonly words: string;
      /** The same where no search box stands beside it. */
      readonly which: string;
    }
  | { readonly wanted: 'record'; readonly id: string }
  | { readonly wanted: 'nothing'; readonly why: string };

/** The forms that the box takes, for the line under it. */
export const searchForms = '{"key": "value"} contains · key · /path = value · $.path ? (@ > 1) · an id';

/** Reads what was typed: its form says which search it is. A number is an id where records have such keys. */
export function recordSearch(typed: string, column?: DocumentColumn): RecordSearch {
  const text = typed.trim();
  if (text === '') return asked({ kind: 'all', text: '' }, 'all records');
  const id = parseUuid(text);
  if (id !== undefined) return { wanted: 'record', id };
  try {
    if (column !== undefined && hasWholeNumberKey(column) && /^-?\d+$/.test(text))
      return { wanted: 'record', id: placeOf(column, text).id };
    if (/^[{[]/.test(text)) {
      parseJson(text);
      return asked({ kind: 'contains', text }, 'documents that contain it', `documents that contain ${text}`);
    }
    if (text.startsWith('$'))
      return asked(
        { kind: 'jsonpath', text },
        'documents where the path finds something',
        `documents where ${text} finds something`,
      );
    if (text.startsWith('/')) return pathSearch(text);
  } catch (error) {
    if (error instanceof AdminError) return { wanted: 'nothing', why: error.message };
    throw error;
  }
  const pathLike = pathFrom(text);
  if (pathLike !== undefined) return { wanted: 'nothing', why: pathLike };
  const key = text.replace(/^\?\s*/, '');
  return key === ''
    ? { wanted: 'nothing', why: 'type the key after ?' }
    : asked({ kind: 'key', text: key }, `documents with the key ${key}`);
}

/** Where a text looks like a path and a value in another spelling than ours: how it is written here. A key that has such signs is asked for with `?`. */
function pathFrom(text: string): string | undefined {
  if (text.startsWith('?')) return undefined;
  const [left = '', value] = text.split(/\s*=+\s*(.*)/s);
  const isDotted = /^[\w-]+(\.[\w-]+)+$/.test(left);
  if (value === undefined && !isDotted) return undefined;
  const pointer = /^[\w.-]+$/.test(left) ? `/${left.replaceAll('.', '/')}` : '/path';
  const wanted = value === undefined || value === '' ? 'value' : value;
  return `a path is written ${pointer} = ${wanted}; ? ${text} looks for a key of that name`;
}

function asked(condition: SearchCondition, inWords: string, which = inWords): RecordSearch {
  return { wanted: 'search', condition, words: inWords, which };
}

function pathSearch(text: string): RecordSearch {
  const [path = '', value] = text.split(/\s*=\s*(.*)/s);
  parsePointer(path);
  if (value === undefined || value === '') return { wanted: 'nothing', why: 'go on typing: /path = value' };
  return asked({ kind: 'path-equals', path, text: jsonText(value) }, `documents where ${path} is ${value}`);
}

/** The value as JSON: a bare word is taken as the string it looks like. */
function jsonText(value: string): string {
  try {
    parseJson(value);
    return value;
  } catch {
    return JSON.stringify(value);
  }
}
