import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What the machine says about itself; handed in so that loading a configuration depends on its arguments alone. */
export interface Places {
  readonly cwd: string;
  readonly home: string;
}

/** The path a setting means: relative ones from the working directory, and `~/` from home, since no shell expands it in a .env. */
export function pathOf(setting: string, places: Places): string {
  return setting.startsWith('~/') ? join(places.home, setting.slice(2)) : resolve(places.cwd, setting);
}

/** The path that somebody typed into the console, where no shell expands `~/` either. */
export function typedPath(typed: string): string {
  return pathOf(typed, { cwd: process.cwd(), home: homedir() });
}
