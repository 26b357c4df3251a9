import type { CommandDefinition } from '#core/command.ts';
import { displayText, label } from '#core/display-text.ts';
import { AdminError } from '#core/errors.ts';
import { textTable } from '#core/text-table.ts';
import type { Database } from '#database/database.ts';
import { findAnywhere, type FindResult } from './find.ts';
import { kindsOf } from './plan.ts';

const shownGaps = 5;

/** `find TEXT`: the headless twin of the find box. */
export const findCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['find'],
    summary: 'find what a ticket names: a UUID or its first characters, an e-mail, slug, domain, name or telephone number',
    arguments: [{ name: 'text', description: 'what to look for' }],
    options: [],
    prepare([text = '']) {
      if (kindsOf(text).length === 0) {
        throw new AdminError({
          kind: 'usage',
          code: 'nothing-to-find',
          whatHappened: `"${text}" is too short to look for.`,
          whatToDo: 'Give a UUID or at least 4 characters of one, an e-mail, a slug, a domain, a name or a telephone number.',
        });
      }
      return async ({ database, tenant, signal, narrate }) => {
        const result = await findAnywhere(database, await database.catalog(), text, { tenant, signal });
        narrateGaps(result, narrate);
        if (result.matches.length === 0) {
          const part = kindsOf(text).includes('email-part') ? 'the whole address' : 'a part of it';
          throw new AdminError({
            kind: 'not-found',
            code: 'nothing-found',
            whatHappened: `Nothing was found for "${text}"${tenant === undefined ? '' : ` in ${tenant.name}`}, taken as ${kindsOf(text).join(', ')}.`,
            whatToDo: `Try ${tenant === undefined ? part : 'without --tenant'}, or another spelling.`,
          });
        }
        return { json: { matches: result.matches, not_searched: result.notSearched }, text: () => matchesTable(result) };
      };
    },
  },
];

function narrateGaps({ notSearched }: FindResult, narrate: (line: string) => void): void {
  for (const gap of notSearched.slice(0, shownGaps)) narrate(`not searched as ${gap.kind}: ${gap.where} (${gap.reason})`);
  if (notSearched.length > shownGaps) narrate(`… and ${notSearched.length - shownGaps} more places not searched`);
}

function matchesTable({ matches }: FindResult): string {
  return textTable(
    ['TABLE', 'ID', 'LABEL', 'TENANT', 'WHY'].map((title) => ({ title: label(title) })),
    matches.map((match) =>
      [match.table, match.id, match.label, match.tenant_name ?? match.tenant_id ?? '', match.why].map((cell) =>
        displayText(cell),
      ),
    ),
  );
}
