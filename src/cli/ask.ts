import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks on the terminal without showing what is typed; for passwords. The prompt goes to stderr. Ctrl-C rejects. */
export async function askHidden(question: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      lines.question('', { signal }).then(resolve, reject);
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** Asks on the terminal, on stderr. Undefined where the input ends (Ctrl-D). Ctrl-C interrupts us as it does elsewhere; then it rejects. */
export async function askLine(question: string, signal: AbortSignal): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  let isAnswered = false;
  lines.once('SIGINT', () => {
    process.stderr.write('\n');
    process.kill(process.pid, 'SIGINT');
  });
  try {
    return await new Promise((resolve, reject) => {
      lines.once('close', () => {
        if (!isAnswered && !signal.aborted) process.stderr.write('\n');
        resolve(undefined);
      });
      lines
        .question(question, { signal })
        .then((answer) => {
          isAnswered = true;
          resolve(answer);
        })
        .catch(reject);
    });
  } finally {
    lines.close();
  }
}

/** What somebody without a database chose. */
export type Offer =
  | { readonly choice: 'demo' }
  | { readonly choice: 'connect'; readonly url: string }
  | { readonly choice: 'quit' };

/** Tells how to give a database and, on the terminal, offers the demo, a connection string, or the way out. */
export async function offerWithoutDatabase(signal: AbortSignal): Promise<Offer> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    process.stderr.write(
      'No database is configured.\n\n  d  open the demo, an embedded PostgreSQL with sample data\n  c  enter a connection string\n  q  quit\n\n',
    );
    for (;;) {
      const answer = (await lines.question('d, c or q? ', { signal })).trim().toLowerCase();
      if (answer === 'd' || answer === 'demo') return { choice: 'demo' };
      if (answer === 'q' || answer === 'quit') return { choice: 'quit' };
      if (answer === 'c' || answer === 'connect') break;
    }
  } finally {
    lines.close();
  }
  const url = await askHidden('Connection string (not shown, it holds a password): ', signal);
  return url.trim() === '' ? { choice: 'quit' } : { choice: 'connect', url: url.trim() };
}
