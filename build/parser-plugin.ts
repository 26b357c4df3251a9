import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const edits = [
  ['require("node:fs")', 'process.getBuiltinModule("node:fs")'],
  ['scriptDirectory=__dirname+"/"', 'scriptDirectory=import.meta.dirname+"/"'],
] as const;

/**
 * Bundles libpg-query, which is CommonJS and looks for its WebAssembly beside itself: its `require` and `__dirname` become those of the
 * bundle, and the .wasm is copied next to it. Throws when the library no longer reads as expected.
 */
export function sqlParser(): Plugin {
  let library: string | undefined;
  return {
    name: 'sql-parser',
    enforce: 'pre',
    transform(source, id) {
      if (!id.replaceAll('\\', '/').endsWith('/libpg-query/wasm/libpg-query.js')) return null;
      for (const [from] of edits)
        if (!source.includes(from)) throw new Error(`sql-parser: "${from}" is not in libpg-query any more`);
      library = join(id, '..', 'libpg-query.wasm');
      const code = edits.reduce((text, [from, to]) => text.replaceAll(from, to), source);
      return { code: `${code.replace(/if\(typeof exports===[\s\S]*$/, '')}\nexport default PgQueryModule;\n`, map: null };
    },
    // A build for servers emits no assets.
    writeBundle({ dir }) {
      if (library !== undefined && dir !== undefined) copyFileSync(library, join(dir, 'libpg-query.wasm'));
    },
  };
}
