import { AdminError } from '#core/errors.ts';
import type { Database } from '#database/database.ts';
import type { ForeignStatement } from '#database/explain.ts';
import { type Reader, type ReadOptions, statement } from '#database/query.ts';
import type { Index, IndexReading } from '../model.ts';
import { listForeignNamesQuery } from '../queries.ts';
import type { SeenStatement } from '../statements.ts';
import type { NamedRelation } from './names.ts';
import { type PlanUse, useIn } from './plan-words.ts';
import { familyOf, type FindRelation, readRelations } from './relations.ts';

/** A statement that reads an index's table, and whether the planner would use the index for it. */
export interface ExplainedStatement {
  readonly statement: SeenStatement;
  readonly answer: ({ readonly state: 'planned' } & PlanUse) | { readonly state: 'unknown'; readonly because: string };
}

/** Those that use it first, then the dearest. */
export interface ExplainedUses {
  readonly statements: readonly ExplainedStatement[];
  /** So many more read the table, and were not asked about: they are beyond the limit. */
  readonly notAsked: number;
}

/** What is needed of a Database. */
export type Explainer = Reader & Pick<Database, 'explain'>;

/** So many statements, so long altogether and each: to look at an index is to cost nobody anything. */
export const explainLimits = { statements: 20, totalMs: 3000, eachMs: 500 };

/**
 * Asks the planner about the statements that took most time on the index's table, one after the other and within the limits; none is run. One
 * that names something of a stranger's is not asked about (list-foreign-names.sql). Throws an AdminError where the connection is lost.
 */
export async function explainUses(
  database: Explainer,
  reading: IndexReading,
  seen: readonly SeenStatement[],
  index: Index,
  options: ReadOptions = {},
): Promise<ExplainedUses> {
  const tables = familyOf(reading, index);
  const find = await readRelations(database, reading, options);
  const isOfTable = (named: NamedRelation): boolean =>
    named.isRead && (find(named)?.tableOids.some((oid) => tables.has(oid)) ?? false);
  const reads = seen.filter(({ names }) => names.relations.some(isOfTable));
  const asked = reads.toSorted((a, b) => b.totalMs - a.totalMs).slice(0, explainLimits.statements);
  const strangers = await strangersIn(database, asked, options);
  const lateMs = performance.now() + explainLimits.totalMs;
  const explained: ExplainedStatement[] = [];
  for (const each of asked) {
    if (performance.now() > lateMs) break;
    const because = each.names.whyNot ?? strangers(each);
    const answer =
      because === undefined
        ? await explainOne(database, reading, each, { index, tables, find }, options)
        : ({ state: 'unknown', because } as const);
    explained.push({ statement: each, answer });
  }
  const isUsed = ({ answer }: ExplainedStatement): boolean => answer.state === 'planned' && answer.isUsed;
  return {
    statements: [...explained.filter(isUsed), ...explained.filter((each) => !isUsed(each))],
    notAsked: reads.length - explained.length,
  };
}

/** Reads once for all of them which names are a stranger's; gives why a statement is not asked about for that. */
async function strangersIn(
  database: Reader,
  statements: readonly SeenStatement[],
  options: ReadOptions,
): Promise<(one: SeenStatement) => string | undefined> {
  const names = [...new Set(statements.flatMap(({ names: { words } }) => words))];
  const rows = names.length === 0 ? [] : await database.read(statement(listForeignNamesQuery, { names }), options);
  return ({ names: { words } }) => {
    const found = rows.find(({ name }) => words.includes(name));
    if (found === undefined) return undefined;
    return `${found.name} can mean the ${found.kind} ${found.name} of ${found.owner}, whose code planning could run with the rights of this role`;
  };
}

async function explainOne(
  database: Explainer,
  reading: IndexReading,
  { text, names }: SeenStatement,
  { index, tables, find }: { readonly index: Index; readonly tables: ReadonlySet<string>; readonly find: FindRelation },
  options: ReadOptions,
): Promise<ExplainedStatement['answer']> {
  const bare = names.relations.filter(({ schema }) => schema === undefined);
  const searchPath = [...new Set(['public', ...bare.flatMap((named) => find(named)?.schema ?? [])])];
  const wanted: ForeignStatement = { text: withCasts(text), parameterCount: names.parameterCount, searchPath };
  try {
    const plan = await database.explain(wanted, { ...options, statementTimeoutMs: explainLimits.eachMs });
    const key = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}\n${name}`;
    const indexes = new Set([index, ...partsOf(reading, index)].map(key));
    const named = [...tables].flatMap((oid) => reading.tables.get(oid) ?? []);
    return { state: 'planned', ...useIn(plan, indexes, new Set(named.map(key))) };
  } catch (error) {
    if (!(error instanceof AdminError) || error.kind === 'connection' || error.kind === 'interrupted') throw error;
    return { state: 'unknown', because: whyUnknown(error) };
  }
}

/** `interval $1`, which pg_stat_statements makes of `interval '1 day'`, as SQL has it. */
const withCasts = (text: string): string => text.replaceAll(/\b(interval|date|timestamp|timestamptz)\s+(\$\d+)/gi, '$2::$1');

/** The parts of a partitioned index, however deep. */
function partsOf(reading: IndexReading, { oid, isPartitioned }: Index): readonly Index[] {
  if (!isPartitioned) return [];
  return reading.indexes.filter((part) => part.parentOid === oid).flatMap((part) => [part, ...partsOf(reading, part)]);
}

const reasons: Readonly<Record<string, string>> = {
  '42501': 'this role may not read all that it reads',
  '42P18': 'the types of its parameters can not be told from it',
  '42725': 'the types of its parameters can not be told from it',
  '42P08': 'the types of its parameters can not be told from it',
  '42P01': 'it means a table that this role does not find by that name',
  '3F000': 'it means a schema that is not there',
  '42601': 'a constant stood where SQL takes no parameter',
  '57014': `planning takes longer than ${explainLimits.eachMs} ms`,
  '55P03': 'somebody has locked what it reads',
  '25006': 'the server is a standby, which plans no changes',
};

function whyUnknown({ sqlState, detail, message }: AdminError): string {
  const said = (detail ?? message).split('\n')[0] ?? '';
  const known = reasons[sqlState ?? ''];
  return known === undefined ? `the server can not plan it: ${said}` : `${known} (${said})`;
}
