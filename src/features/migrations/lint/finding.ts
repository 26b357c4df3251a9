/** What lint looks at, by the id of the rule. */
export type LintRule =
  | 'missing-concurrently'
  | 'blocking-lock'
  | 'table-rewrite'
  | 'not-null-without-default'
  | 'drop-in-use'
  | 'will-be-refused'
  | 'missing-row-security'
  | 'missing-tenant-index'
  | 'missing-updated-at-trigger'
  | 'naming'
  | 'no-idempotency-guard'
  | 'no-rollback-file'
  | 'not-written'
  | 'unparseable';

/** `error`: fails or loses data on the tables as they are. `warning`: stops others at their work. `advice`: against the manual. */
export type LintSeverity = 'error' | 'warning' | 'advice';

/** Something to mend in a migration. Nothing in it is displayable text yet. */
export interface LintFinding {
  readonly rule: LintRule;
  readonly severity: LintSeverity;
  /** In the file, from 1. */
  readonly line: number;
  readonly what: string;
  /** SQL that parses as it stands, with comments where it takes more than one step; empty where nothing can be written instead. */
  readonly whatToWrite: string;
}

/** An identifier as SQL wants it: quoted only where it must be. */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const reserved = new Set(
  'all and any array as asc both case cast check collate column constraint create cross current_user default desc distinct do else end except false fetch for foreign from full grant group having in inner into is join left like limit natural not null offset on only or order outer primary references right select session_user some table then to true union unique user using when where window with'.split(
    ' ',
  ),
);

/** A number of rows as people write it. */
export function rowsText(rows: number): string {
  const count = Math.round(rows);
  return `about ${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`;
}

/** Some of what depends on something, in words. */
export function someOf(texts: readonly string[]): string {
  return `${texts.slice(0, 5).join(', ')}${texts.length > 5 ? `, … (${texts.length} in all)` : ''}`;
}
