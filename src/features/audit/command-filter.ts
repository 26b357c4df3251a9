import type { CommandContext, CommandOption, RepeatedOptions } from '#core/command.ts';
import { AdminError } from '#core/errors.ts';
import { momentOption } from '#core/parse-moment.ts';
import type { Database } from '#database/database.ts';
import { type AuditFilter, type Choice, everyEntry } from './filter.ts';
import { unknownTables } from './record-table.ts';
import { type AuditSource, auditSourceOf, whyNoSource } from './source.ts';

type Options = Readonly<Record<string, string | undefined>>;

const choices = [
  ['table', 'name', 'about this table; Contact, contact and contacts are one'],
  ['action', 'name', 'with this action: INSERT, UPDATE, METADATA_EDIT…'],
  ['actor', 'name', 'by this actor'],
  ['record', 'id', 'about this record'],
  ['text', 'part', 'with this anywhere in them, documents included'],
] as const;

/** Options that say which entries; all but the times may be repeated. `--tenant` is one of every command. */
export const filterOptions: readonly CommandOption[] = [
  ...choices.map(([name, value, which]) => ({
    flags: `--${name} <${value}>`,
    description: `only entries ${which}; may be repeated${name === 'text' ? ', then all must fit' : ''}`,
    isRepeatable: true,
  })),
  ...choices.map(([name, value]) => ({
    flags: `--exclude-${name} <${value}>`,
    description: 'leave those out; may be repeated',
    isRepeatable: true,
  })),
  { flags: '--since <time>', description: 'from this time on: 5m, 2h, 7d ago, or ISO 8601; UTC where it names no zone' },
  { flags: '--until <time>', description: 'before this time' },
];

/** What the options ask for. */
export interface AskedFilter {
  /** Without `since`, which history begins at and which does not hold for what is still to come. */
  readonly filter: AuditFilter;
  readonly since: string | undefined;
  /** What to say about it. */
  readonly notices: readonly string[];
}

/** Reads the filter's options. Throws an AdminError (usage) for a time that is none, and for an empty value. */
export function filterFrom(options: Options, repeated: RepeatedOptions, now = new Date()): AskedFilter {
  const notices: string[] = [];
  const moment = (name: 'since' | 'until'): string | undefined => {
    const typed = options[name];
    if (typed === undefined) return undefined;
    const { at, isZoneAssumed } = momentOption(`--${name}`, typed, now);
    if (isZoneAssumed) notices.push(`--${name} names no time zone: taken as UTC, ${at}`);
    return at;
  };
  const choice = (name: string): Choice => ({
    include: filled(`--${name}`, repeated[name]),
    exclude: filled(`--exclude-${name}`, repeated[`exclude${name.charAt(0).toUpperCase()}${name.slice(1)}`]),
  });
  const since = moment('since');
  const until = moment('until');
  const filter = {
    ...everyEntry,
    tables: choice('table'),
    actions: choice('action'),
    actors: choice('actor'),
    records: choice('record'),
    text: choice('text'),
    until,
  };
  return { filter, since, notices };
}

/** An empty value, as of a script's variable that was not set, would let nothing or everything through without a word. */
function filled(option: string, values: readonly string[] = []): readonly string[] {
  if (!values.includes('')) return values;
  throw new AdminError({
    kind: 'usage',
    code: 'bad-option',
    whatHappened: `${option} holds "".`,
    whatToDo: `Give a value, or leave ${option} out.`,
  });
}

/**
 * The audit log of the database; tells where it is not sure to have all of it, and what there is to say about the filter. Throws an AdminError
 * (not-found) that says what is missing.
 */
export async function requireSource({ database, narrate }: CommandContext<Database>, asked?: AskedFilter): Promise<AuditSource> {
  const catalog = await database.catalog();
  const source = auditSourceOf(catalog);
  if (source !== undefined) {
    asked?.notices.forEach(narrate);
    // Nothing printed would look like nothing that happened. It is no error: tables go, and applications write names of their own.
    const { include = [], exclude = [] } = asked?.filter.tables ?? {};
    for (const name of unknownTables(catalog, [...include, ...exclude])) narrate(`warning: this database has no table "${name}"`);
    if (!source.id.isNotNull) narrate('warning: audit_log has no primary key on id: entries without an id are left out');
    return source;
  }
  throw new AdminError({
    kind: 'not-found',
    code: 'no-audit-log',
    ...(whyNoSource(catalog) ?? { whatHappened: 'The audit log can not be read.', whatToDo: 'Try again.' }),
  });
}
