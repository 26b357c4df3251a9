import type { Plugin } from 'vite';

/**
 * Makes ink-table importable: it is CommonJS and requires Ink, which has a top-level await, so every Node refuses the require.
 * Its three requires become imports and its export a default export.
 */
export function inkTableAsModule(): Plugin {
  return {
    name: 'ink-table-as-module',
    enforce: 'pre',
    transform(code, id) {
      if (!id.replaceAll('\\', '/').includes('/ink-table/dist/index.js')) return null;
      const modules = [...new Set([...code.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1] ?? ''))];
      const imports = modules.map((name, index) => `import * as required${index} from ${JSON.stringify(name)};`).join('\n');
      const body = modules.reduce(
        (text, name, index) => text.replaceAll(`require("${name}")`, `asCommonJs(required${index})`),
        code,
      );
      return {
        code: `${imports}
const asCommonJs = (module) => ({ ...module, __esModule: true });
const exports = {};
${body}
export default exports.default;
`,
        map: null,
      };
    },
  };
}
