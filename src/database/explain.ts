import type pg from 'pg';
import { z } from 'zod';
import { limitExplain } from './queries.ts';
import { parameterValues, statementText } from './query.ts';
import { beginReadTransaction, type ReadTransaction } from './read-transaction.ts';

/** A statement that somebody else wrote. */
export interface ForeignStatement {
  /** One SELECT, INSERT, UPDATE, DELETE or MERGE, as our parser has found, with `$1`, `$2`, … for what is not known. */
  readonly text: string;
  /** The highest number of these. */
  readonly parameterCount: number;
  /** Schemas, where tables without one are looked for. */
  readonly searchPath: readonly string[];
}

/** A node of a plan, as EXPLAIN (FORMAT JSON, VERBOSE) has it; of its many fields those that somebody reads. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly Operation?: string | undefined;
  readonly Schema?: string | undefined;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly 'Index Cond'?: string | undefined;
  readonly Filter?: string | undefined;
  readonly 'Conflict Arbiter Indexes'?: readonly string[] | undefined;
  readonly 'Total Cost': number;
  readonly 'Plan Rows': number;
  readonly Plans?: readonly PlanNode[] | undefined;
}

/** The plan's root. */
export type Plan = PlanNode;

const text = z.string().optional();
const node: z.ZodType<PlanNode> = z.object({
  'Node Type': z.string(),
  Operation: text,
  Schema: text,
  'Relation Name': text,
  'Index Name': text,
  'Index Cond': text,
  Filter: text,
  'Conflict Arbiter Indexes': z.array(z.string()).optional(),
  'Total Cost': z.number(),
  'Plan Rows': z.number(),
  get Plans() {
    return z.array(node).optional();
  },
});
const answer = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: node })]) })]);

/** The plan in the rows that EXPLAIN gives. */
export function planFrom(rows: readonly unknown[]): Plan {
  return answer.parse(rows, { jitless: true })[0]['QUERY PLAN'][0].Plan;
}

/** One name for all: a new one each time would be one more entry in pg_stat_statements each time. */
const name = 'aisha_console_explained';
const lockTimeoutMs = 200;

/**
 * Asks how a statement would be run, in one round trip, in a read-only transaction that is rolled back. The statement is prepared and its generic
 * plan explained, on all versions alike (EXPLAIN (GENERIC_PLAN) of 16 reads `$1` of a simple query only). It is never run: it stands behind
 * PREPARE, in a message that the server takes no second statement in, and EXPLAIN has no ANALYZE. What planning runs by itself (immutable
 * functions without parameters, and stable ones for estimates) runs with this role's rights: who asks makes sure that nobody else made them.
 * Works through a transaction pooler: the server's connection is ours until the transaction ends, and what was prepared goes before it does.
 */
export function sendExplain(
  client: pg.PoolClient,
  { text: statement, parameterCount, searchPath }: ForeignStatement,
  statementTimeoutMs: number,
): ReadTransaction {
  const { send, end } = beginReadTransaction(client, statementTimeoutMs);
  const aside = (sql: string): void => void send(sql).catch(() => undefined);
  const apart = (sql: string): void => ['savepoint aside', sql, 'rollback to savepoint aside'].forEach(aside);
  const path = searchPath.map((schema) => `"${schema.replaceAll('"', '""')}"`).join(', ');
  const values = parameterValues(limitExplain, { lockTimeout: String(lockTimeoutMs), searchPath: path });
  const limited = send(statementText(limitExplain), values);
  // What an interrupted one may have left in a pooler's connection.
  apart(`deallocate ${name}`);
  aside('savepoint explained');
  const prepared = send(`prepare ${name} as ${statement}`);
  const nulls = parameterCount === 0 ? '' : `(${Array.from({ length: parameterCount }, () => 'null').join(', ')})`;
  const explained = send(`explain (format json, verbose) execute ${name}${nulls}`);
  aside('rollback to savepoint explained');
  aside(`deallocate ${name}`);
  // The first of them to fail says why: those behind it only that the transaction has failed.
  const result = (async () => {
    const [, , { rows }] = await Promise.all([limited, prepared, explained]);
    return rows;
  })();
  return { results: [result], ...end('rollback') };
}
