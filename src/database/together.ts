import type { Reader, ReadOptions, Statement } from './query.ts';

interface Waiting {
  readonly statement: Statement;
  readonly answer: PromiseWithResolvers<readonly unknown[]>;
}

/**
 * A Reader that sends all that is asked of it at one time in one round trip on one connection: a command that needs many small answers
 * would else open a connection for each, and logging in costs more than any of them. `options` hold for all; what a single read passes is
 * not looked at. Answers come in the order of the asking, each by itself.
 */
export function together(reader: Reader, options: ReadOptions): Reader {
  let waiting: Waiting[] = [];
  const send = (): void => {
    const batch = waiting;
    waiting = [];
    reader
      .readEach(
        batch.map(({ statement }) => statement),
        options,
      )
      .then(
        (answers) => batch.forEach(({ answer }, index) => answer.resolve(answers[index]!)),
        (error: unknown) => batch.forEach(({ answer }) => answer.reject(error)),
      );
  };
  const ask = async <Row>(statement: Statement<Row>): Promise<readonly Row[]> => {
    if (waiting.length === 0) setImmediate(send);
    const answer = Promise.withResolvers<readonly unknown[]>();
    waiting.push({ statement, answer });
    return (await answer.promise) as readonly Row[];
  };
  return {
    read: ask,
    readEach: async (statements) => {
      const answers = statements.map(ask);
      for (const answer of answers) answer.catch(() => undefined);
      return Promise.resolve(answers);
    },
  };
}
