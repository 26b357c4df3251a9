import type { FailureKind } from '#core/errors.ts';

/** Exit codes that scripts may rely on. */
export const exitCodes = {
  done: 0,
  findings: 1,
  usage: 2,
  noConnection: 3,
  refused: 4,
  conflict: 5,
  notFound: 6,
  interrupted: 130,
} as const;

/** What a failure of this kind exits with. A statement that the server refused counts as a failed check. */
export function exitCodeOf(kind: FailureKind): number {
  switch (kind) {
    case 'usage':
    case 'configuration':
      return exitCodes.usage;
    case 'connection':
      return exitCodes.noConnection;
    case 'refused':
      return exitCodes.refused;
    case 'conflict':
      return exitCodes.conflict;
    case 'not-found':
      return exitCodes.notFound;
    case 'interrupted':
      return exitCodes.interrupted;
    case 'findings':
    case 'database':
      return exitCodes.findings;
  }
}
