import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lazy } from './lazy.ts';

/**
 * The directory of this package: the nearest one upwards that holds our package.json. The code runs from `src/<room>/` under the tests
 * and from `dist/` when installed, while `queries/` and the demo's SQL are always read from here.
 *
 * Throws a plain Error when there is none: the package was then taken apart, which no operator can mend.
 */
export const packageRoot = lazy((): string => {
  let directory = import.meta.dirname;
  while (!holdsOurPackage(directory)) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`No package.json of aisha-console above ${import.meta.dirname}`);
    directory = parent;
  }
  return directory;
});

function holdsOurPackage(directory: string): boolean {
  const file = join(directory, 'package.json');
  if (!existsSync(file)) return false;
  const manifest: { name?: string } = JSON.parse(readFileSync(file, 'utf8'));
  return manifest.name === 'aisha-console';
}
