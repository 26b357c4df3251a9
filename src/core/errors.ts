/**
 * What kind of failure an AdminError is. The command line turns it into an exit code, the console into a notice; both must tell
 * "you asked wrongly" from "the server is away" from "you may not".
 */
export type FailureKind =
  | 'findings'
  | 'usage'
  | 'configuration'
  | 'connection'
  | 'refused'
  | 'conflict'
  | 'not-found'
  | 'database'
  | 'interrupted';

/** The parts of an AdminError. `whatToDo` is one imperative sentence; `detail` may hold the server's full wording. */
export interface Failure {
  readonly kind: FailureKind;
  /** Stable, kebab-case: scripts and tests match on it. */
  readonly code: string;
  readonly whatHappened: string;
  readonly whatToDo: string;
  readonly detail?: string | undefined;
  readonly sqlState?: string | undefined;
  readonly cause?: unknown;
}

/** An expected failure, fit to be shown as it is. Anything else that is thrown is a bug and is reported as one. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly kind: FailureKind;
  readonly code: string;
  readonly whatToDo: string;
  readonly detail: string | undefined;
  readonly sqlState: string | undefined;

  constructor(failure: Failure) {
    super(failure.whatHappened, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.kind = failure.kind;
    this.code = failure.code;
    this.whatToDo = failure.whatToDo;
    this.detail = failure.detail;
    this.sqlState = failure.sqlState;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
