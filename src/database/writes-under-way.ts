/** A write as it is told of: `contacts.metadata of 9e1c…`, and the command that shows whether it was made. */
export interface WriteTitle {
  readonly what: string;
  readonly lookWith: string;
}

/** The writes of a session that are not over: whoever has to leave before they are says what is known of them. */
export class WritesUnderWay {
  readonly #writes = new Set<() => string>();

  #hasBegun = false;

  /** Whether any write was begun in this session, however it ended. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Runs a write from its beginning until it is known what became of it. `work` tells when it sends COMMIT. */
  async follow<Result>({ what, lookWith }: WriteTitle, work: (onCommit: () => void) => Promise<Result>): Promise<Result> {
    let isCommitSent = false;
    const lastWords = (): string =>
      isCommitSent
        ? `The change of ${what} may have been saved: interrupted while COMMIT was under way. Look with: ${lookWith}`
        : `The change of ${what} was not saved: interrupted before COMMIT was sent.`;
    return this.whileBegun(lastWords, () =>
      work(() => {
        isCommitSent = true;
      }),
    );
  }

  /** The same of work that no transaction holds; `lastWords` is true in whatever moment it is asked for. */
  async whileBegun<Result>(lastWords: () => string, work: () => Promise<Result>): Promise<Result> {
    this.#writes.add(lastWords);
    this.#hasBegun = true;
    try {
      return await work();
    } finally {
      this.#writes.delete(lastWords);
    }
  }

  /** A sentence for each, true if the process ends in this very moment. */
  lastWords(): readonly string[] {
    return [...this.#writes].map((say) => say());
  }
}
