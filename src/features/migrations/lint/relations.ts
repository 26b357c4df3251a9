import type { Node, RangeVar } from '@pgsql/types';
import { nodesBelow, relationName, type WrittenName } from '../tree.ts';
import { droppedNames } from './drop-names.ts';
import type { LintFacts, TableFacts } from './facts.ts';

/** What a name stands for where a statement names it. */
export type Resolved =
  | { readonly kind: 'existing'; readonly schema: string; readonly name: string; readonly table: TableFacts }
  /** Made by the file: nobody waits for it, and it is empty. `isAnew`: each run of the file makes it anew. */
  | { readonly kind: 'new'; readonly schema: string; readonly name: string; readonly isAnew: boolean }
  | { readonly kind: 'temporary' | 'gone' | 'unknown'; readonly schema: string; readonly name: string };

interface Change {
  readonly position: number;
  readonly resolved: Resolved;
}

/** What the tables' names stand for as a file goes on: it makes, renames and drops them, and moves its search path. */
export class Relations {
  readonly #facts: LintFacts;
  readonly #changes = new Map<string, Change[]>();
  readonly #paths: { readonly position: number; readonly path: readonly string[] }[];

  constructor(facts: LintFacts) {
    this.#facts = facts;
    this.#paths = [{ position: -1, path: facts.searchPath }];
  }

  /** What a relation is for the statement at a position. */
  resolve(relation: RangeVar | undefined, position: number): Resolved {
    const written = relation === undefined ? { schema: undefined, name: '' } : relationName(relation);
    if (relation?.relpersistence === 't') return { kind: 'temporary', schema: 'pg_temp', name: written.name };
    return this.resolveName(written, position);
  }

  resolveName({ schema: written, name }: WrittenName, position: number): Resolved {
    const path = this.pathAt(position);
    for (const schema of written === undefined ? ['pg_temp', ...path] : [written]) {
      const change = this.#changes.get(`${schema}.${name}`)?.findLast((each) => each.position < position);
      if (change !== undefined && change.resolved.kind !== 'gone') return change.resolved;
      const table = change === undefined ? this.#facts.table(schema, name) : undefined;
      if (table !== undefined) return { kind: 'existing', schema, name, table };
    }
    return { kind: 'unknown', schema: written ?? path[0] ?? 'public', name };
  }

  /** Where names without a schema point. */
  pathAt(position: number): readonly string[] {
    return this.#paths.findLast((each) => each.position < position)?.path ?? [];
  }

  /** Whether the file dropped a relation of the database before, or put another in its place. */
  isGone(schema: string, name: string, position: number): boolean {
    const last = this.#changes.get(`${schema}.${name}`)?.findLast((each) => each.position < position);
    return last !== undefined && last.resolved.kind !== 'existing';
  }

  /** Whether the name stands for nothing once the file is done. */
  isGoneInTheEnd(schema: string, name: string): boolean {
    return this.#changes.get(`${schema}.${name}`)?.at(-1)?.resolved.kind === 'gone';
  }

  /** Whether each run of the file makes the table anew, so that whatever is done to it is done for the first time. */
  isMadeAnew(resolved: Resolved): boolean {
    if (resolved.kind === 'temporary') return true;
    return resolved.kind === 'new' && (resolved.isAnew || this.isGoneInTheEnd(resolved.schema, resolved.name));
  }

  /** Follows a statement. A guarded one leaves what is there already. */
  follow(node: Node, position: number, isGuarded: boolean): void {
    if ('CreateStmt' in node) this.#make(node.CreateStmt.relation, position, isGuarded || node.CreateStmt.if_not_exists === true);
    else if ('CreateTableAsStmt' in node)
      this.#make(node.CreateTableAsStmt.into?.rel, position, isGuarded || node.CreateTableAsStmt.if_not_exists === true);
    else if ('SelectStmt' in node && node.SelectStmt.intoClause !== undefined)
      this.#make(node.SelectStmt.intoClause.rel, position, isGuarded);
    else if ('DropStmt' in node && /_(TABLE|VIEW|MATVIEW|FOREIGN_TABLE)$/.test(node.DropStmt.removeType ?? '')) {
      for (const parts of droppedNames(node.DropStmt.objects)) {
        const { kind, schema, name } = this.resolveName({ schema: parts.at(-2), name: parts.at(-1) ?? '' }, position);
        this.#change({ kind: 'gone', schema: kind === 'temporary' ? 'pg_temp' : schema, name }, position);
      }
    } else if ('RenameStmt' in node && /_(TABLE|VIEW|MATVIEW)$/.test(node.RenameStmt.renameType ?? '')) {
      this.#move(node.RenameStmt.relation, { name: node.RenameStmt.newname ?? '' }, position);
    } else if ('AlterObjectSchemaStmt' in node && node.AlterObjectSchemaStmt.relation !== undefined) {
      this.#move(node.AlterObjectSchemaStmt.relation, { schema: node.AlterObjectSchemaStmt.newschema ?? '' }, position);
    } else if ('VariableSetStmt' in node && node.VariableSetStmt.name === 'search_path') {
      const path = nodesBelow<{ sval?: { sval?: string } }>(node.VariableSetStmt.args, 'A_Const').flatMap(
        ({ sval }) => sval?.sval ?? [],
      );
      const isSet = node.VariableSetStmt.kind === 'VAR_SET_VALUE';
      this.#paths.push({ position, path: isSet ? path.filter((schema) => schema !== '$user') : this.#facts.searchPath });
    }
  }

  #make(relation: RangeVar | undefined, position: number, mayBeThere: boolean): void {
    if (relation === undefined) return;
    const name = relation.relname ?? '';
    if (relation.relpersistence === 't' || relation.schemaname === 'pg_temp')
      return this.#change({ kind: 'temporary', schema: 'pg_temp', name }, position);
    const schema = relation.schemaname ?? this.pathAt(position)[0] ?? 'public';
    const before = this.resolveName({ schema, name }, position);
    if (mayBeThere && (before.kind === 'existing' || before.kind === 'new')) return;
    const isAnew = !mayBeThere && this.#changes.get(`${schema}.${name}`)?.at(-1)?.resolved.kind === 'gone';
    this.#change({ kind: 'new', schema, name, isAnew }, position);
  }

  #move(relation: RangeVar | undefined, to: { readonly schema?: string; readonly name?: string }, position: number): void {
    const from = this.resolve(relation, position);
    if (from.kind === 'unknown' || from.kind === 'gone') return;
    this.#change({ kind: 'gone', schema: from.schema, name: from.name }, position);
    this.#change({ ...from, ...to }, position);
  }

  #change(resolved: Resolved, position: number): void {
    const key = `${resolved.schema}.${resolved.name}`;
    const known = this.#changes.get(key) ?? [];
    known.push({ position, resolved });
    this.#changes.set(key, known);
  }
}
