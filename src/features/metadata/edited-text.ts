import { AdminError } from '#core/errors.ts';
import { differencesOf } from '#core/json/difference.ts';
import { Draft } from '#core/json/draft.ts';
import { isMaskedText, withoutSecrets } from '#core/json/masked.ts';
import type { JsonNode } from '#core/json/node.ts';
import { parseJson } from '#core/json/parse.ts';
import { type JsonPath, pointerInWords } from '#core/json/pointer.ts';
import { writeJson, writePrettyJson } from '#core/json/write.ts';

/** A value as an editor is given it, and the way back. */
export interface EditorText {
  readonly text: string;
  /** Whether secrets are masked in it. */
  readonly isMasked: boolean;
  /**
   * The value that the edited text means, masked secrets that were left alone being what they were. Throws a JsonTextError, and an
   * AdminError (usage, masked-value) where a mask would be stored.
   */
  readonly takeBack: (edited: string) => JsonNode;
}

/** Puts the value at a path into words for an editor: indented, numbers digit by digit, its secrets only where that was asked for. */
export function editorText(node: JsonNode, path: JsonPath, { reveals }: { readonly reveals: boolean }): EditorText {
  const shown = reveals ? node : withoutSecrets(node, path);
  return {
    text: writePrettyJson(shown),
    isMasked: shown !== node,
    takeBack: (edited) => {
      const value = parseJson(edited);
      const meant = shown === node ? value : unmasked(node, shown, value);
      requireUnmasked(node, meant);
      return meant;
    },
  };
}

/** What was changed in a masked view, done to the value behind it. */
function unmasked(node: JsonNode, shown: JsonNode, edited: JsonNode): JsonNode {
  const draft = new Draft(node);
  for (const { path, before, after } of differencesOf(shown, edited)) {
    // A token that is kept as a key is masked as well, and is not found under its mask.
    if (path.some(isMaskedText) && draft.peek(path) === undefined) throw maskedValue(path);
    if (after === undefined) draft.remove(path);
    else if (before === undefined) draft.add(path, after, 'refuse');
    else draft.replace(path, after);
  }
  return draft.document;
}

/** Throws an AdminError (usage) where a masked view is about to be written over the secrets it hid. */
export function requireUnmasked(before: JsonNode, after: JsonNode): void {
  const wrong = differencesOf(before, after).find(
    ({ before: old, after: wanted }) =>
      wanted !== undefined && isMaskedText(writeJson(wanted)) && (old === undefined || !isMaskedText(writeJson(old))),
  );
  if (wrong !== undefined) throw maskedValue(wrong.path);
}

function maskedValue(path: JsonPath): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'masked-value',
    whatHappened: `The value for ${pointerInWords(path)} has •••• in it, which stands for a secret in what the console prints.`,
    whatToDo: 'Take it from --reveal, or leave it out: what is not changed stays.',
  });
}
