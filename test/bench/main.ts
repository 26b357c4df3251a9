/**
 * The console's bounds beside its peers on one server and in one run: `npm run bench`, or some parts of it, as `npm run bench -- start keys`.
 * A table to read, never a test: it exits 0 whatever it finds.
 */
import { benchAudit } from './audit.ts';
import { benchAuditKeys } from './audit-keys.ts';
import { makeBigDatabase } from './big-database.ts';
import { startBenchServer } from './database.ts';
import { benchIndexKeys } from './index-keys.ts';
import { benchIndexes } from './indexes.ts';
import { benchKeys } from './keys.ts';
import { benchLargeDocuments } from './large-document.ts';
import { benchMemory } from './memory.ts';
import { benchMigrationKeys } from './migration-keys.ts';
import { benchMigrations } from './migrations.ts';
import { benchSearch } from './search.ts';
import { benchShow } from './show.ts';
import { benchStartUp } from './start-up.ts';
import { type Finding, printTable } from './table.ts';

for (const [name, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
  process.once(name, () => process.exit(128 + number));
}

const onDemo = { start: benchStartUp, show: benchShow };
const onServer = {
  documents: benchLargeDocuments,
  indexes: benchIndexes,
  'index-keys': benchIndexKeys,
  migrations: benchMigrations,
  'migration-keys': benchMigrationKeys,
  audit: benchAudit,
  'audit-keys': benchAuditKeys,
};
const onBig = { search: benchSearch, keys: benchKeys, memory: benchMemory };

const asked = process.argv.slice(2);
const isAsked = (part: string): boolean => asked.length === 0 || asked.includes(part);
const findings: Finding[] = [];
const server = await startBenchServer();
try {
  for (const [part, bench] of Object.entries(onDemo)) if (isAsked(part)) findings.push(...(await bench(server.demo)));
  for (const [part, bench] of Object.entries(onServer)) if (isAsked(part)) findings.push(...(await bench(server)));
  if (Object.keys(onBig).some(isAsked)) {
    const big = await makeBigDatabase(server);
    console.log(`100,000 tenants and ${big.rows.toLocaleString('en')} rows of theirs, made in ${big.seconds.toFixed(0)} s`);
    for (const [part, bench] of Object.entries(onBig)) if (isAsked(part)) findings.push(...(await bench(big)));
  }
} catch (error) {
  console.error('The bench broke off:', error);
} finally {
  await server.stop();
}
printTable(findings);
process.exit(0);
