import { AdminError } from '#core/errors.ts';
import type { CommandContext } from '#core/command.ts';
import type { Database } from './database.ts';

/** Throws an AdminError (refused) in a read-only session, and unless `--yes` was given. `whatToDo` says how to look first, and what to give. */
export function requireConfirmation(
  { database, isConfirmed }: Pick<CommandContext<Database>, 'database' | 'isConfirmed'>,
  what: string,
  whatToDo: string,
): void {
  database.gate.requireWriting();
  if (!isConfirmed) throw notConfirmed(what, whatToDo);
}

/**
 * The same, but asks whoever sits at the terminal where `--yes` was not given: on production by `word`, which has to be typed. Throws an
 * AdminError (refused) where the answer is no, or nobody can be asked.
 */
export async function confirmWrite(
  {
    database,
    isConfirmed,
    isProduction,
    ask,
  }: Pick<CommandContext<Database>, 'database' | 'isConfirmed' | 'isProduction' | 'ask'>,
  what: string,
  { word, whatToDo }: { readonly word: string; readonly whatToDo: string },
): Promise<void> {
  database.gate.requireWriting();
  if (isConfirmed) return;
  if (ask === undefined) throw notConfirmed(what, whatToDo);
  const question = isProduction ? `PRODUCTION. To ${what}, type ${word}: ` : `To ${what}: y or n? `;
  const answer = ((await ask(question)) ?? '').trim();
  if (isProduction ? answer === word : /^y(es)?$/i.test(answer)) return;
  throw new AdminError({
    kind: 'refused',
    code: 'not-confirmed',
    whatHappened: `To ${what} was not confirmed.`,
    whatToDo: 'Nothing was done.',
  });
}

function notConfirmed(what: string, whatToDo: string): AdminError {
  return new AdminError({
    kind: 'refused',
    code: 'not-confirmed',
    whatHappened: `To ${what} is a write, and it was not confirmed.`,
    whatToDo,
  });
}
