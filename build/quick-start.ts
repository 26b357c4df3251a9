import type { Plugin } from 'vite';

/** A passage of a library and what stands in its place. */
type Edit = readonly [from: string, to: string];

const stringWidth: readonly Edit[] = [
  [
    String.raw`const emojiPrefixRegex = /^(?:\p{RGI_Emoji}|\p{Regional_Indicator}{1,2}|[\d#*]\u{FE0F})/v;`,
    String.raw`let emojiMade;
const emojiStart = /^\p{Emoji}/v;
const emojiSource = ['^(?:', '\\p{RGI_Emoji}', '|\\p{Regional_Indicator}{1,2}|[\\d#*]\\u{FE0F})'].join('');
const emojiPrefixRegex = {
  exec: (text) => (emojiStart.test(text) ? (emojiMade ??= new RegExp(emojiSource, 'v')).exec(text) : null),
  test: (text) => emojiPrefixRegex.exec(text) !== null,
};`,
  ],
  [
    'if (segment.length === 1) {',
    'if (segment.length === 1 || (segment.length === 2 && segment.codePointAt(0) > 0xFFFF && !/[\\u{1F1E6}-\\u{1F1FF}]/v.test(segment))) {',
  ],
];

const yoga: readonly Edit[] = [['"function"!=typeof fetch', 'true']];

// Ink reads every line of every frame anew; most are those of the frame before.
const inkOutput: readonly Edit[] = [
  ['export default class Output {', 'let sharedCaches = new OutputCaches();\nexport default class Output {'],
  ['caches = new OutputCaches();', 'caches = sharedCaches;'],
  [
    'const { width, height } = options;',
    'const { width, height } = options;\nif (sharedCaches.styledChars.size > 200 || sharedCaches.widths.size > 2000) this.caches = sharedCaches = new OutputCaches();',
  ],
];

/**
 * Puts off what libraries do while they load and a start seldom needs: the first Intl.Segmenter reads 8 ms of ICU data, a pattern with
 * RGI_Emoji takes 13 ms to read, and Yoga, which carries its WebAssembly in itself, would load Node's fetch (20 ms) to unpack it.
 * Throws when a library no longer reads as expected.
 */
export function quickStart(): Plugin {
  return {
    name: 'quick-start',
    enforce: 'pre',
    transform(source, id) {
      const code = withQuickSegmenter(source, id);
      const path = id.replaceAll('\\', '/');
      if (path.endsWith('/string-width/index.js')) return edited(code, stringWidth);
      if (path.endsWith('/ink/build/output.js')) return edited(code, inkOutput);
      return path.includes('/yoga-layout/dist/binaries/') ? edited(code, yoga) : code === source ? null : { code, map: null };
    },
  };
}

function withQuickSegmenter(code: string, id: string): string {
  if (!/\.[jt]sx?$/.test(id) || id.includes('quick-segmenter') || id.includes('/slice-ansi/')) return code;
  const quick = code.replaceAll(/new Intl\.Segmenter\([^)]*\)/g, 'new QuickSegmenter()');
  const path = JSON.stringify(new URL('quick-segmenter.ts', import.meta.url).pathname);
  return quick === code ? code : `import { Segmenter as QuickSegmenter } from ${path};\n${quick}`;
}

function edited(code: string, edits: readonly Edit[]): { code: string; map: null } {
  for (const [from, to] of edits) {
    if (!code.includes(from)) throw new Error(`quick-start: "${from}" is not in the library any more`);
    code = code.replace(from, () => to);
  }
  return { code, map: null };
}
