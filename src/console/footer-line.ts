import { type Line, lineWidth, words } from '#ui/line.ts';
import type { Theme } from '#ui/theme.ts';
import type { Binding, KeyLayer } from './public/contract.ts';

/** How a key is written for people. */
export function keyTitle(key: string): string {
  return key.replace(/^ctrl\+(.)/, (_, letter: string) => `ctrl-${letter}`).replace('shift+tab', 'shift-tab');
}

/**
 * The bindings the footer names, topmost layer first, as many as fit; the way out, help and quit are kept at the cost of others. A binding
 * whose keys a layer above takes, or an open field types, is not named: pressing them would do something else.
 */
export function footerLine(layers: readonly KeyLayer[], columns: number, theme: Theme): Line {
  const shown = reachableHints(layers);
  const dot = theme.ascii ? ' - ' : ' · ';
  const kept = shown.filter(isKept);
  const others = shown.filter((hint) => !isKept(hint));
  const line = (hints: readonly Hint[]): Line =>
    hints.flatMap((hint, index) => [...(index === 0 ? [] : [words(dot, 'muted')]), ...hintWords(hint)]);
  let fitting = others.length;
  while (fitting > 0 && lineWidth(line([...others.slice(0, fitting), ...kept])) > columns - 2) fitting -= 1;
  return [words(' '), ...line([...others.slice(0, fitting), ...kept])];
}

/** A binding and the first of its keys that reaches it. */
interface Hint {
  readonly binding: Binding;
  readonly key: string;
}

const alwaysShown = new Set(['console.palette', 'console.help', 'console.quit']);
const isKept = ({ binding, key }: Hint): boolean => key === 'esc' || alwaysShown.has(binding.id);
const typesText = (key: string): boolean => key === 'space' || /^.$/u.test(key);

function reachableHints(layers: readonly KeyLayer[]): readonly Hint[] {
  const taken = new Set<string>();
  let isTyping = false;
  return layers.flatMap((layer) => {
    const bindings = layer.bindings();
    isTyping ||= layer.textTarget?.() !== undefined;
    const hints = bindings.flatMap((binding) => {
      const key = binding.keys.find((candidate) => !taken.has(candidate) && !(isTyping && typesText(candidate)));
      return binding.inFooter && key !== undefined ? [{ binding, key }] : [];
    });
    for (const key of bindings.flatMap(({ keys }) => keys)) taken.add(key);
    return hints;
  });
}

function hintWords({ binding, key }: Hint): Line {
  const isUsable = binding.disabledReason === undefined;
  return [words(keyTitle(key), isUsable ? 'accent' : 'muted'), words(` ${binding.label}`, isUsable ? 'plain' : 'muted')];
}
