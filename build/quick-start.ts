import type { Plugin } from 'vite';
import { type Edit, edited } from './library-edits.ts';

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
