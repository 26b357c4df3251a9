import { isBuiltin } from 'node:module';
import type { Plugin } from 'vite';

const marker = '\0builtin:';

/**
 * Loads each of Node's own modules when the first module that imports it is evaluated. As imports of the one bundled file all of them would be loaded at
 * every start, child_process and readline for a command that needs neither. `node:module` stays, since the bundle's own beginning needs it.
 */
export function builtinsOnDemand(): Plugin {
  return {
    name: 'builtins-on-demand',
    apply: 'build',
    enforce: 'pre',
    resolveId: (id) => (isBuiltin(id) && !/^(node:)?module$/.test(id) ? `${marker}${id.replace(/^node:/, '')}` : null),
    load: (id) =>
      id.startsWith(marker) ? `module.exports = process.getBuiltinModule(${JSON.stringify(id.slice(marker.length))});` : null,
  };
}
