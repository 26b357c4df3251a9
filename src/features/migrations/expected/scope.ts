import type { Node, RangeVar, VariableSetStmt } from '@pgsql/types';
import { cutName } from './derived-names.ts';
import { fact, type FactKind } from './fact.ts';
import { nodesBelow, relationName, type WrittenName } from '../tree.ts';
import type { World } from './world.ts';

/** A name with the schema that it stands for. */
export interface FullName {
  readonly schema: string;
  readonly name: string;
}

/** Where the names of one file point: its search path, and the temporary tables that it makes, which nobody will ever see. */
export class Scope {
  readonly world: World;
  readonly #defaultPath: readonly string[];
  #path: readonly string[];
  readonly #temporary = new Set<string>();

  constructor(world: World, searchPath: readonly string[]) {
    this.world = world;
    this.#defaultPath = searchPath;
    this.#path = searchPath;
  }

  /** The schema in which something new without a schema is made. */
  get creationSchema(): string {
    return this.#path[0] ?? 'public';
  }

  /** The schema of a name: the written one, else the first of the search path that is known to have it, else the first. */
  full({ schema, name: written }: WrittenName, kinds: readonly FactKind[] = ['relation']): FullName {
    const name = cutName(written);
    if (schema !== undefined) return { schema: cutName(schema), name };
    const having = this.#path.find((candidate) => kinds.some((kind) => this.#isKnown(kind, candidate, name)));
    return { schema: having ?? this.creationSchema, name };
  }

  /** The table that a statement names, or undefined where it is a temporary one. */
  table(relation: RangeVar | undefined): FullName | undefined {
    if (relation === undefined || this.isTemporary(relation)) return undefined;
    return this.full(relationName(relation));
  }

  isTemporary({ schemaname, relname = '', relpersistence }: RangeVar): boolean {
    if (relpersistence === 't' || schemaname === 'pg_temp') this.#temporary.add(relname);
    return this.#temporary.has(relname) && (schemaname === undefined || schemaname === 'pg_temp');
  }

  /** Follows `set search_path` and `set_config('search_path', …)`. */
  follow(node: Node): void {
    if ('VariableSetStmt' in node) this.#set(node.VariableSetStmt);
    if (!('SelectStmt' in node)) return;
    for (const call of nodesBelow<{ args?: Node[] }>(node, 'FuncCall')) {
      const [name, value] = nodesBelow<{ sval?: { sval?: string } }>(call.args, 'A_Const').map(({ sval }) => sval?.sval);
      if (name === 'search_path' && value !== undefined)
        this.#usePath(value.split(',').map((part) => part.trim().replaceAll('"', '')));
    }
  }

  #isKnown(kind: FactKind, schema: string, name: string): boolean {
    if (kind !== 'function') return this.world.has(fact(kind, schema, name));
    return this.world.known.of(schema, name).some((known) => known.fact.kind === kind);
  }

  #set({ name, kind, args }: VariableSetStmt): void {
    if (name !== 'search_path') return;
    if (kind === 'VAR_SET_VALUE') {
      this.#usePath(nodesBelow<{ sval?: { sval?: string } }>(args, 'A_Const').flatMap(({ sval }) => sval?.sval ?? []));
    } else this.#path = this.#defaultPath;
  }

  /** Does something with names that point into a schema first. */
  inSchema(schema: string, work: () => void): void {
    const before = this.#path;
    this.#path = [schema, ...before];
    work();
    this.#path = before;
  }

  #usePath(schemas: readonly string[]): void {
    this.#path = schemas.filter((schema) => schema !== '' && schema !== '$user' && !schema.startsWith('pg_'));
  }
}
