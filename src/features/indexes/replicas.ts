import { AdminError } from '#core/errors.ts';
import { readSystemIdentifier } from '#database/queries.ts';
import { checkedRow, type Reader, type ReadOptions, statement } from '#database/query.ts';
import { type Observation, observationOf } from './observed.ts';
import { describeStatisticsQuery, listScansQuery } from './queries.ts';

/** A standby of the same cluster: it counts its own scans. `name` is what it is called on screen: host and port. */
export interface Replica {
  readonly name: string;
  readonly reader: Reader;
}

/** What a replica has counted, by the index's oid, which it shares with the primary. */
export interface ReplicaScans {
  readonly name: string;
  readonly observation: Observation;
  readonly scans: ReadonlyMap<string, { readonly scans: number; readonly lastUsed: string | null }>;
}

/**
 * Reads the scans that each replica has counted, one round trip each. Throws an AdminError: configuration where a replica is no standby (the
 * primary itself would count twice), another server or another database, since its oids would mean other indexes, or is given twice; and what the replica answers or that it does not.
 */
export async function readReplicas(
  primary: Reader,
  replicas: readonly Replica[],
  options: ReadOptions,
): Promise<readonly ReplicaScans[]> {
  if (replicas.length === 0) return [];
  const own = await identityOf(primary, options);
  const started = new Map<string, string>();
  return Promise.all(
    replicas.map(async ({ name, reader }) => {
      const [identity, scans] = await Promise.all([
        identityOf(reader, options),
        reader.read(statement(listScansQuery, {}), options),
      ]);
      if (
        !identity.isStandby ||
        identity.databaseOid !== own.databaseOid ||
        (identity.system ?? own.system) !== (own.system ?? identity.system)
      ) {
        throw new AdminError({
          kind: 'configuration',
          code: 'not-a-replica',
          whatHappened: `${name} is no replica of this database.`,
          whatToDo: 'Give --replica the standby of the database that is opened, and the same database name.',
        });
      }
      // No two servers start in the same microsecond; one server may well have two names.
      const other = started.get(identity.startedAt);
      if (other !== undefined) throw sameReplica(name, other);
      started.set(identity.startedAt, name);
      return {
        name,
        observation: identity.observation,
        scans: new Map(scans.map((row) => [row.index_oid, { scans: Number(row.scans), lastUsed: row.last_used }])),
      };
    }),
  );
}

function sameReplica(name: string, other: string): AdminError {
  return new AdminError({
    kind: 'configuration',
    code: 'same-replica',
    whatHappened: `${name} is the same server as ${name === other ? 'another --replica' : other}: its scans would count twice.`,
    whatToDo: 'Give each standby once.',
  });
}

/** Which cluster and database this is; the cluster's number is refused to some roles, then the database's oid must do. */
async function identityOf(reader: Reader, options: ReadOptions) {
  const [system, statistics] = await reader.readEach<unknown>(
    [statement(readSystemIdentifier, {}), statement(describeStatisticsQuery, {})],
    options,
  );
  const about = checkedRow(describeStatisticsQuery, (await statistics!)[0], 1);
  const identifier = await system!.then(
    (rows) => checkedRow(readSystemIdentifier, rows[0], 1).system_identifier,
    (error: unknown) => {
      if (error instanceof AdminError && error.kind !== 'connection') return undefined;
      throw error;
    },
  );
  return {
    isStandby: about.is_standby,
    system: identifier,
    databaseOid: about.database_oid,
    startedAt: about.started_at,
    observation: observationOf(about),
  };
}
