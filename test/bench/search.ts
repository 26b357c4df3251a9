import { spawn } from 'node:child_process';
import { parameterValues, type Reader, type Statement, statementText } from '#database/query.ts';
import { listTenantsQuery } from '#features/tenants/queries.ts';
import { listTenants, type TenantPageRequest } from '#features/tenants/tenants.ts';
import { type BenchDatabase, openReader } from './database.ts';
import { freshEnvironment, programPath } from './peers.ts';
import { literal } from './show.ts';
import { interleaved } from './statistics.ts';
import { against, type Finding, notAvailable } from './table.ts';

const rounds = 15;
const pageRows = 100;
const searches = ['northwind', 'oods 0421', '富士', 'f47ac1', 'no such tenant'];

/** The pane's own search in this process against the same statement, prepared, in a psql that is connected. */
export async function benchSearch(database: BenchDatabase): Promise<readonly Finding[]> {
  const path = programPath('psql');
  if (path === undefined) return [notAvailable('search', 'psql', 'postgresql-client')];
  const reader = await openReader(database);
  const psql = startPsql(path, freshEnvironment(database));
  // As the console's own statement is, the plan is made for the values each time: the generic one would be slower.
  await psql.time('set plan_cache_mode = force_custom_plan');
  await psql.time(`prepare list_tenants as ${statementText(listTenantsQuery).replace(/;\s*$/, '')}`);
  const findings: Finding[] = [];
  for (const search of searches) {
    const request = { search, sort: 'name', descending: false, pageRows } as const;
    const statement = `execute list_tenants(${(await valuesOf(request)).map(literal).join(', ')})`;
    const [ours = [], peer = []] = await interleaved(rounds, [
      async () => {
        const startedMs = performance.now();
        await listTenants(reader, request);
        return performance.now() - startedMs;
      },
      () => psql.time(statement),
    ]);
    findings.push(against(`search "${search}", 100,000 tenants`, ours, { name: 'psql \\timing', values: peer }, 1.2));
  }
  psql.end();
  await reader.close();
  return findings;
}

/** The values that the service sends for a page. */
async function valuesOf(request: TenantPageRequest): Promise<unknown[]> {
  const sent: Statement[] = [];
  const listener: Reader = {
    read: (wanted) => {
      sent.push(wanted);
      return Promise.resolve([]);
    },
    readEach: () => Promise.resolve([]),
  };
  await listTenants(listener, request);
  return parameterValues(sent[0]!.query, sent[0]!.parameters);
}

interface Psql {
  /** Milliseconds that psql says a statement took, its rows fetched but not printed. */
  time(statement: string): Promise<number>;
  end(): void;
}

/** A psql that is connected and runs one statement after another. */
export function startPsql(path: string, environment: NodeJS.ProcessEnv): Psql {
  const child = spawn(path, ['-X', '-q', '-v', 'ON_ERROR_STOP=1'], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  let heard: (() => void) | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    heard?.();
  });
  child.stdin.write('\\o /dev/null\n\\timing on\n');
  return {
    time(statement) {
      output = '';
      child.stdin.write(`${statement};\n`);
      return new Promise((resolve, reject) => {
        child.once('exit', reject);
        heard = () => {
          const took = /^Time: ([\d.]+) ms/m.exec(output)?.[1];
          if (took === undefined) return;
          child.off('exit', reject);
          resolve(Number(took));
        };
      });
    },
    end: () => child.stdin.end(),
  };
}
