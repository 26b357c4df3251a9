import type { Plugin } from 'vite';

/** Leaves Ink's developer tools out of the bundle: it would need a package that only developers of Ink have. */
export function withoutDevtools(): Plugin {
  return {
    name: 'without-devtools',
    enforce: 'pre',
    resolveId: (id) => (id === 'react-devtools-core' ? '\0react-devtools-core' : null),
    load: (id) => (id === '\0react-devtools-core' ? 'export default {};' : null),
  };
}
