import { readFileSync } from 'node:fs';
import { AdminError } from '#core/errors.ts';

/** A system account to run a server as. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account PostgreSQL runs as when we are root, which it refuses to be; undefined when we are not root and it runs as ourselves.
 * Prefers `postgres`, then `nobody`, then any account but root: one that exists always serves, so none is ever created.
 *
 * Throws AdminError `demo-no-unprivileged-user` when root is the only account there is.
 */
export function serverUser(isRoot = process.getuid?.() === 0, passwd = '/etc/passwd'): SystemUser | undefined {
  if (!isRoot) return undefined;
  const users = readFileSync(passwd, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid = '', gid = '']) => ({ name, uid: Number.parseInt(uid, 10), gid: Number.parseInt(gid, 10) }))
    .filter((user) => Number.isInteger(user.uid) && Number.isInteger(user.gid) && user.uid !== 0);
  const chosen = users.find((user) => user.name === 'postgres') ?? users.find((user) => user.name === 'nobody') ?? users[0];
  if (chosen) return chosen;
  throw new AdminError({
    kind: 'configuration',
    code: 'demo-no-unprivileged-user',
    whatHappened: 'PostgreSQL refuses to run as root, and this machine has no other account.',
    whatToDo: 'Start the demo as an ordinary user.',
  });
}
