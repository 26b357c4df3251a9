/** What only psql understands, and where it stands first. */
export interface PsqlOnly {
  readonly line: number;
  readonly what: string;
}

/**
 * Whether the text at which the parser stopped is psql's: a meta-command (`\i`), a variable (`:name`), or rows of COPY FROM STDIN. `offset`
 * counts UTF-16 units.
 */
export function psqlAt(sql: string, offset: number): PsqlOnly | undefined {
  const line = lineAt(sql, offset);
  const rest = sql.slice(offset, offset + 200);
  const command = /^\\\S*/.exec(rest)?.[0];
  const before = withoutComments(sql.slice(0, offset));
  if (/\bcopy\b[^;]*\bfrom\s+stdin\b[^;]*;\s*[^;]*$/i.test(before)) return { line, what: 'rows of COPY FROM STDIN' };
  if (command !== undefined) return { line, what: `the psql command ${command}` };
  const variable = /^:(?:'[^']*'|"[^"]*"|[A-Za-z_]\w*)/.exec(rest)?.[0];
  return variable === undefined ? undefined : { line, what: `the psql variable ${variable}` };
}

function withoutComments(sql: string): string {
  return sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
}

/** The line of a place in a text, from 1. `offset` counts UTF-16 units. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
