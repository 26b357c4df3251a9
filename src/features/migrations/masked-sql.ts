import { partsFromThread } from './parse/in-worker.ts';

/** From this size on, in UTF-16 units, masking takes longer than a key may wait, and is done in a thread of its own. */
const leastForThread = 32 * 1024;

export const isLargeSql = (sql: string): boolean => sql.length >= leastForThread;

/** One thread at a time: each takes a core. */
let before: Promise<unknown> = Promise.resolve();

function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = before.then(work);
  before = result.catch(() => undefined);
  return result;
}

/** The secrets of a large text masked. Throws what the thread throws. */
export function maskLargeSql(sql: string): Promise<string> {
  return inTurn(async () => {
    const parts: string[] = [];
    for await (const part of partsFromThread({ does: 'mask', sql })) parts.push(part);
    return parts.join('');
  });
}

/** A large text with its secrets masked, whose lines can be looked at as they come. */
export class MaskedLines {
  /** The last is whole when all have come. */
  readonly #lines: string[] = [''];
  #state: 'reading' | 'whole' | 'failed' = 'reading';
  #more = Promise.withResolvers<void>();

  constructor(sql: string) {
    inTurn(() => this.#read(sql)).then(
      () => this.#came('whole'),
      () => this.#came('failed'),
    );
  }

  /** From 0; undefined where it has not come yet, and behind the last. */
  lineAt(index: number): string | undefined {
    return index < this.#lines.length - (this.#state === 'whole' ? 0 : 1) ? this.#lines[index] : undefined;
  }

  /** Nothing more comes, though this is not all: without the thread no line can be shown, since it may be a secret. */
  get hasFailed(): boolean {
    return this.#state === 'failed';
  }

  /** Resolves when a line has come, or none comes any more; undefined where that is so already. */
  ready(index: number): Promise<void> | undefined {
    return this.#state !== 'reading' || this.lineAt(index) !== undefined ? undefined : this.#waitFor(index);
  }

  async #waitFor(index: number): Promise<void> {
    while (this.#state === 'reading' && this.lineAt(index) === undefined) await this.#more.promise;
  }

  async #read(sql: string): Promise<void> {
    for await (const part of partsFromThread({ does: 'mask', sql })) {
      const [first = '', ...others] = part.split('\n');
      this.#lines[this.#lines.length - 1] += first;
      for (const line of others) this.#lines.push(line);
      this.#came('reading');
    }
  }

  #came(state: 'reading' | 'whole' | 'failed'): void {
    this.#state = state;
    const { resolve } = this.#more;
    this.#more = Promise.withResolvers();
    resolve();
  }
}
