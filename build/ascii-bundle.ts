import type { Plugin } from 'vite';

/**
 * Writes the bundle's few signs beyond ASCII as escapes: with one of them V8 keeps the whole text with two bytes a character, in memory and in
 * what is hashed at each start. Throws where an escape would mean something else, in a raw template.
 */
export function asciiBundle(): Plugin {
  return {
    name: 'ascii-bundle',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const raw = /String\.raw`[^`]*[^\0-\x7f][^`]*`/.exec(chunk.code);
        if (raw !== null) throw new Error(`ascii-bundle: an escape in ${raw[0].slice(0, 80)} would be text`);
        chunk.code = chunk.code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
      }
    },
  };
}
