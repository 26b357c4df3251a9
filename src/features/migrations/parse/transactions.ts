import type { DefElem, Node } from '@pgsql/types';

/** Whether a statement begins or ends a transaction itself; savepoints stay inside one. */
export function controlsTransaction(node: Node): boolean {
  if (!('TransactionStmt' in node)) return false;
  const { kind } = node.TransactionStmt;
  return kind !== 'TRANS_STMT_SAVEPOINT' && kind !== 'TRANS_STMT_RELEASE' && kind !== 'TRANS_STMT_ROLLBACK_TO';
}

const refusing: readonly string[] = [
  'AlterSystemStmt',
  'CreatedbStmt',
  'DropdbStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'CreateSubscriptionStmt',
  'DropSubscriptionStmt',
];

/** Why PostgreSQL refuses the statement inside a transaction, or undefined. DO blocks that commit are found elsewhere. */
export function whyNotTransactional(node: Node): string | undefined {
  if ('IndexStmt' in node) return node.IndexStmt.concurrent ? 'create index concurrently' : undefined;
  if ('DropStmt' in node) return node.DropStmt.concurrent ? 'drop index concurrently' : undefined;
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd ? 'vacuum' : undefined;
  if ('ClusterStmt' in node) return node.ClusterStmt.relation === undefined ? 'cluster of all tables' : undefined;
  if ('DiscardStmt' in node) return node.DiscardStmt.target === 'DISCARD_ALL' ? 'discard all' : undefined;
  if ('ReindexStmt' in node) {
    const { kind, params } = node.ReindexStmt;
    if (isOptionSet(params, 'concurrently')) return 'reindex concurrently';
    return kind === 'REINDEX_OBJECT_INDEX' || kind === 'REINDEX_OBJECT_TABLE' ? undefined : 'reindex of more than one table';
  }
  if ('AlterTableStmt' in node)
    return detachesConcurrently(node.AlterTableStmt.cmds) ? 'detach partition concurrently' : undefined;
  const kind = Object.keys(node)[0] ?? '';
  return refusing.includes(kind) ? statementKind(node) : undefined;
}

/** Whether an option is given and not given as false. */
export function isOptionSet(options: readonly Node[] = [], name: string): boolean {
  const option = options.find(
    (node): node is { DefElem: DefElem } => 'DefElem' in node && node.DefElem.defname === name,
  )?.DefElem;
  if (option === undefined) return false;
  const value = option.arg;
  const isOff = value !== undefined && 'String' in value && /^(false|off)$/i.test(value.String.sval ?? '');
  const isZero = value !== undefined && 'Integer' in value && (value.Integer.ival ?? 0) === 0;
  return !isOff && !isZero;
}

function detachesConcurrently(commands: readonly Node[] = []): boolean {
  return commands.some((node) => {
    const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
    if (command?.subtype === 'AT_DetachPartition') {
      return command.def !== undefined && 'PartitionCmd' in command.def && command.def.PartitionCmd.concurrent === true;
    }
    return command?.subtype === 'AT_DetachPartitionFinalize';
  });
}

const namedKinds: Readonly<Record<string, string>> = {
  CreateStmt: 'create table',
  IndexStmt: 'create index',
  ViewStmt: 'create view',
  CreateSeqStmt: 'create sequence',
  CreateTrigStmt: 'create trigger',
  CreateEnumStmt: 'create type',
  CompositeTypeStmt: 'create type',
  CreateRangeStmt: 'create type',
  DefineStmt: 'create',
  AlterEnumStmt: 'alter type',
  AlterSeqStmt: 'alter sequence',
  AlterObjectSchemaStmt: 'set schema',
  AlterOwnerStmt: 'set owner',
  VariableSetStmt: 'set',
  CreatedbStmt: 'create database',
  DropdbStmt: 'drop database',
  TransactionStmt: 'transaction',
};

/** What kind of statement it is, in lower-case words: `create table`, `alter table`, `insert`. */
export function statementKind(node: Node): string {
  const kind = Object.keys(node)[0] ?? '';
  const words = kind
    .replace(/Stmt$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return namedKinds[kind] ?? words;
}
