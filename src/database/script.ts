import pg from 'pg';

/** What the server said about a statement it refused, in its own words. */
export interface ServerMessage {
  readonly severity: string;
  readonly sqlState: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** The functions it happened in. */
  readonly where: string | undefined;
  /** Where in what was sent, in characters (code points) from 1. */
  readonly position: number | undefined;
}

/** What became of a text of one or several statements. */
export type ScriptOutcome =
  /** `commands` has the server's word for each statement: `INSERT`, and `ROLLBACK` for a COMMIT that committed nothing. */
  | { readonly state: 'done'; readonly commands: readonly string[] }
  /** `completed` statements had been answered before the one that failed. */
  | { readonly state: 'failed'; readonly completed: number; readonly error: ServerMessage };

/** The part of pg's connection that a query of our own is given. */
interface Wire {
  readonly query: (text: string) => void;
  readonly sendCopyFail: (why: string) => void;
  readonly once: (event: 'readyForQuery' | 'end', listener: () => void) => void;
}

/**
 * Text sent as a simple query, which is the only way to send several statements at once and those that refuse to run beside others. Rows are
 * thrown away as they arrive. Each statement is told to `onStatement` as it is answered; settles when the session is ready for the next one.
 * The outcome rejects with what pg throws where the connection was lost.
 */
export class Script implements pg.Submittable {
  readonly outcome: Promise<ScriptOutcome>;
  readonly #settle = Promise.withResolvers<ScriptOutcome>();
  readonly #text: string;
  readonly #onStatement: (completed: number) => void;
  readonly #commands: string[] = [];
  #wire: Wire | undefined;
  /** pg gives it to whoever is asked; we look at the outcome. */
  callback: unknown;

  constructor(text: string, onStatement: (completed: number) => void) {
    this.#text = text;
    this.#onStatement = onStatement;
    this.outcome = this.#settle.promise;
  }

  submit(connection: unknown): void {
    this.#wire = connection as Wire;
    this.#wire.query(this.#text);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#commands.push(text.replace(/(?: \d+)+$/, ''));
    this.#onStatement(this.#commands.length);
  }

  handleError(thrown: Error): void {
    const isRefusal = thrown instanceof pg.DatabaseError && thrown.severity !== 'FATAL' && thrown.severity !== 'PANIC';
    if (!isRefusal || this.#wire === undefined) return this.#settle.reject(thrown);
    const failed = { state: 'failed', completed: this.#commands.length, error: messageFrom(thrown) } as const;
    // pg forgets a query that failed before the server has finished with it.
    this.#wire.once('readyForQuery', () => this.#settle.resolve(failed));
    this.#wire.once('end', () => this.#settle.reject(new Error('Connection terminated unexpectedly')));
  }

  handleReadyForQuery(): void {
    this.#settle.resolve({ state: 'done', commands: this.#commands });
  }

  handleCopyInResponse(): void {
    this.#wire?.sendCopyFail('there are no rows to copy');
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCopyData(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
}

function messageFrom(error: pg.DatabaseError): ServerMessage {
  const { severity = 'ERROR', code = '', message, detail, hint, where, position } = error;
  return {
    severity,
    sqlState: code,
    message,
    detail,
    hint,
    where,
    position: position === undefined ? undefined : Number(position),
  };
}
