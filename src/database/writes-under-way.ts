/** A write as it is told of: `contacts.metadata of 9e1c…`, and the command that shows whether it was made. */
export interface WriteTitle {
  readonly what: string;
  readonly lookWith: string;
}

/** The writes of a session that are not over: whoever has to leave before they are says what is known of them. */
export class WritesUnderWay {
  readonly #writes = new Set<{ readonly title: WriteTitle; isCommitSent: boolean }>();

  #hasBegun = false;

  /** Whether any write was begun in this session, however it ended. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Runs a write from its beginning until it is known what became of it. `work` tells when it sends COMMIT. */
  async follow<Result>(title: WriteTitle, work: (onCommit: () => void) => Promise<Result>): Promise<Result> {
    const write = { title, isCommitSent: false };
    this.#writes.add(write);
    this.#hasBegun = true;
    try {
      return await work(() => {
        write.isCommitSent = true;
      });
    } finally {
      this.#writes.delete(write);
    }
  }

  /** A sentence for each, true if the process ends in this very moment. */
  lastWords(): readonly string[] {
    return [...this.#writes].map(({ title: { what, lookWith }, isCommitSent }) =>
      isCommitSent
        ? `The change of ${what} may have been saved: interrupted while COMMIT was under way. Look with: ${lookWith}`
        : `The change of ${what} was not saved: interrupted before COMMIT was sent.`,
    );
  }
}
