import { type Line, lineWidth, words } from '#ui/line.ts';
import type { Theme } from '#ui/theme.ts';
import type { Binding, KeyLayer } from './public/contract.ts';

/** How a key is written for people. */
export function keyTitle(key: string): string {
  return key.replace(/^ctrl\+(.)/, (_, letter: string) => `ctrl-${letter}`).replace('shift+tab', 'shift-tab');
}

/** The bindings the footer names, topmost layer first, as many as fit; the last ones (help, quit) are kept at the cost of others. */
export function footerLine(layers: readonly KeyLayer[], columns: number, theme: Theme): Line {
  const shown = layers.flatMap((layer) => layer.bindings().filter((binding) => binding.inFooter && binding.keys.length > 0));
  const dot = theme.ascii ? ' - ' : ' · ';
  const kept = shown.filter((binding) => alwaysShown.has(binding.id));
  const others = shown.filter((binding) => !alwaysShown.has(binding.id));
  const hints = (bindings: readonly Binding[]): Line =>
    bindings.flatMap((binding, index) => [...(index === 0 ? [] : [words(dot, 'muted')]), ...hint(binding)]);
  let fitting = others.length;
  while (fitting > 0 && lineWidth(hints([...others.slice(0, fitting), ...kept])) > columns - 2) fitting -= 1;
  return [words(' '), ...hints([...others.slice(0, fitting), ...kept])];
}

const alwaysShown = new Set(['console.palette', 'console.help', 'console.quit']);

function hint(binding: Binding): Line {
  const tone = binding.disabledReason === undefined ? 'plain' : 'muted';
  return [
    words(keyTitle(binding.keys[0]!), binding.disabledReason === undefined ? 'accent' : 'muted'),
    words(` ${binding.label}`, tone),
  ];
}
