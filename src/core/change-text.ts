import { displayText } from './display-text.ts';
import type { Change } from './json/changes.ts';
import { withoutSecrets } from './json/masked.ts';
import type { JsonNode } from './json/node.ts';
import { formatPointer } from './json/pointer.ts';
import { writeJson } from './json/write.ts';
import { maskText } from './mask.ts';

/** Changes for people, a line each, secrets masked. */
export function changeLines(changes: readonly Change[], reveals = false): readonly string[] {
  return changes.map((change) => {
    const hint = change.hint === undefined ? '' : ` (${change.hint})`;
    const pointer = displayText(maskText(formatPointer(change.path)) || '(the whole document)');
    if (change.change === 'set') return `  set ${pointer} to ${valueText(change, change.after, reveals)}`;
    return `  ${change.change} ${pointer}: ${valueText(change, change.before, reveals)} -> ${valueText(change, change.after, reveals)}${hint}`;
  });
}

function valueText({ path }: Change, node: JsonNode | undefined, reveals: boolean): string {
  if (node === undefined) return '(nothing)';
  return displayText(writeJson(reveals ? node : withoutSecrets(node, path)), { maxWidth: 80 });
}
