import type { Node } from '@pgsql/types';
import type { ParsedMigration } from './parse.ts';

/**
 * The objects that a migration makes, changes, fills or drops, by name; in `public` without the schema. What it only reads or refers to is not
 * among them, nor what dynamic SQL does. Names are not displayable text yet.
 */
export function touchedBy({ statements }: ParsedMigration): ReadonlySet<string> {
  const nodes = statements.flatMap(({ node, block }) => [node, ...(block?.statements ?? []).map((inner) => inner.node)]);
  return new Set(nodes.flatMap(objectsOf));
}

/** Where the nodes of statements keep what they are about. */
const places = ['relation', 'relations', 'table', 'view', 'object', 'objects', 'funcname', 'typeName', 'sequence'] as const;

function objectsOf(node: Node): readonly string[] {
  const [kind = '', body] = Object.entries(node)[0] ?? [];
  if (kind === 'SelectStmt' || kind === 'VariableSetStmt' || typeof body !== 'object' || body === null) return [];
  const fields = body as Readonly<Record<string, unknown>>;
  const made = kind === 'IndexStmt' && typeof fields['idxname'] === 'string' ? [fields['idxname']] : [];
  return [...made, ...places.flatMap((place) => namesIn(fields[place]))];
}

/** Names in a field: relations, functions with their arguments, and lists of name parts. */
function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    const parts = partsOf(value);
    return parts === undefined ? value.flatMap(namesIn) : [parts];
  }
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  if (typeof fields['relname'] === 'string') return [joined([fields['schemaname'], fields['relname']])];
  for (const wrapper of ['RangeVar', 'List', 'ObjectWithArgs', 'TypeName'] as const) {
    const inner = fields[wrapper];
    if (typeof inner !== 'object' || inner === null) continue;
    const { items, objname, names } = inner as Readonly<Record<string, unknown>>;
    return namesIn(items ?? objname ?? names ?? inner);
  }
  return [];
}

/** `public.contacts` as the parser has it: a list of strings. */
function partsOf(list: readonly unknown[]): string | undefined {
  const parts = list.map((item) => {
    const text = typeof item === 'object' && item !== null ? (item as { String?: { sval?: string } }).String : undefined;
    return text?.sval;
  });
  return parts.length > 0 && parts.every((part) => part !== undefined) ? joined(parts) : undefined;
}

function joined(parts: readonly unknown[]): string {
  const named = parts.filter((part) => typeof part === 'string' && part !== '');
  return (named[0] === 'public' && named.length > 1 ? named.slice(1) : named).join('.');
}
