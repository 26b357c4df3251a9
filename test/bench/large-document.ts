import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchDatabase, BenchServer } from './database.ts';
import { besideDocument, type KeyTimes, openDocument, press, pressEach, shown } from './document-session.ts';
import { addLargeDocuments, type LargeDocument } from './large-documents.ts';
import { consoleCommand, freshEnvironment, programPath, runTime } from './peers.ts';
import type { Session } from './pty.ts';
import { percentile } from './statistics.ts';
import { against, type Finding, notAvailable, within } from './table.ts';

const rounds = 3;
const openingMs = 500;
const keyMs = 25;
/** How many times psql's time a save may take. */
const saveRatio = 1.5;

/** Documents of 5 MB: opened, walked through, searched, edited and saved, in the pane and headless, beside the same in psql. */
export async function benchLargeDocuments(server: BenchServer): Promise<readonly Finding[]> {
  const database = await server.clone('large');
  const psql = programPath('psql');
  if (psql === undefined) return [notAvailable('documents of 5 MB', 'psql', 'postgresql-client')];
  const findings: Finding[] = [];
  const documents = await addLargeDocuments(database);
  for (const document of documents) findings.push(...(await benchDocument(database, document, psql)));
  for (const { file } of documents) rmSync(file);
  return findings;
}

async function benchDocument(database: BenchDatabase, document: LargeDocument, psql: string): Promise<readonly Finding[]> {
  const opened: number[] = [];
  const readByPsql: number[] = [];
  const saved = { pane: [] as number[], headless: [] as number[], psql: [] as number[] };
  const shownToSave: number[] = [];
  const times: KeyTimes = new Map();
  for (let round = 0; round < rounds; round++) {
    const session = await besideDocument(database, document);
    readByPsql.push(await readAndParse(database, document, psql));
    opened.push(await openDocument(session));
    await edit(session, document, round, times);
    saved.psql.push(await saveInPsql(database, document, psql));
    const [previewMs, savedMs] = await saveInPane(session);
    shownToSave.push(previewMs);
    saved.pane.push(savedMs);
    // The draft of what was saved is forgotten when the keys rest; what is left would be offered next time.
    await session.untilQuiet(700);
    if (document.keysToValue.includes('l')) await walk(session, times);
    await session.kill();
    saved.headless.push(await saveHeadless(database, document, round));
  }
  const { title } = document;
  const peer = { name: 'psql, the same statements', values: saved.psql };
  return [
    within(`${title}: Enter to its rows (worst of ${rounds})`, told(opened), Math.max(...opened), openingMs, 'ms'),
    against(`${title}: the same`, opened, { name: 'psql -c, JSON.parse', values: readByPsql }, undefined),
    ...[...times].map(([kind, values]) => {
      const at95 = percentile(values, 0.95);
      return within(`${title}: ${kind} (p95 of ${values.length})`, told(values), at95, keyMs, 'ms');
    }),
    within(`${title}: w to what would be saved`, told(shownToSave), Math.max(...shownToSave), openingMs, 'ms'),
    against(`${title}: one value saved in the pane`, saved.pane, peer, saveRatio),
    against(`${title}: one value saved by metadata set`, saved.headless, peer, saveRatio),
  ];
}

const told = (values: readonly number[]): string => {
  const [middle, at95, most] = [percentile(values, 0.5), percentile(values, 0.95), Math.max(...values)].map((ms) =>
    ms.toFixed(0),
  );
  return `median ${middle}, p95 ${at95}, worst ${most} ms`;
};

/** From a document that was just opened to a draft with one string changed, with what keeps the draft going on behind the keys. */
async function edit(session: Session, { keysToValue }: LargeDocument, round: number, times: KeyTimes): Promise<void> {
  await pressEach(session, keysToValue, 'open and go down, just opened', times);
  await press(session, 'e', 'edit', times);
  await pressEach(session, ` ${'typed'.repeat(3)}`, 'type', times);
  session.write('\u0015');
  await session.untilQuiet(100);
  session.write(`"Saved ${round} ${process.pid}"`);
  await session.untilQuiet(100);
  await press(session, '\r', 'take the value', times);
  await pressEach(session, 'kjkjkjkjkjkjkjkjkjkj', 'move while the draft is kept', times);
  await pressEach(session, 'uUuU', 'undo, redo', times);
  await pressEach(session, 'kjkjkjkjkjkjkjkjkjkj', 'move while the draft is kept', times);
}

/** Milliseconds from w to the changes on screen, and from the Enter that confirms to the word that it was saved. */
async function saveInPane(session: Session): Promise<readonly [number, number]> {
  const pressedMs = performance.now();
  session.write('w');
  const previewMs = (await shown(session, (lines) => lines.join('\n').includes('~ changed /'))) - pressedMs;
  session.write('bench');
  // A confirmation takes no Enter that comes together with other keys.
  await session.untilQuiet(500);
  const confirmedMs = performance.now();
  session.write('\r');
  return [previewMs, (await shown(session, (lines) => lines.join('\n').includes('Saved as edit'))) - confirmedMs];
}

async function walk(session: Session, times: KeyTimes): Promise<void> {
  await session.untilQuiet(300);
  session.write('g');
  await pause(300);
  await press(session, 'L', 'expand all', times);
  await pressEach(session, 'jkjkjkjkjjjjjjjj', 'j, k', times);
  session.write('g');
  await session.untilQuiet(100);
  await pressEach(session, '/contact', 'search', times);
  session.write('\r');
  await session.untilQuiet(500);
  if (session.lines().join('\n').includes('1 match')) return;
  await pressEach(session, 'nnnnnnnnnnnnNNNNNNNN', 'n, N', times);
  session.write('g');
  await session.untilQuiet(100);
  await pressEach(session, '-+-+', 'shallower, deeper', times);
  await press(session, 'L', 'expand all', times);
  await pressEach(session, ['\u001b[6~', '\u001b[6~', 'G', 'g', 'G', 'g'], 'page, first, last', times);
  await press(session, 'h', 'collapse all', times);
}

/** The document read by psql, and parsed without its digits: what no client that shows it can do without. */
async function readAndParse(database: BenchDatabase, { id }: LargeDocument, psql: string): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(psql, ['-X', '-A', '-t', '-c', `select metadata::text from contacts where id = '${id}'`], {
    env: freshEnvironment(database),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => child.once('close', resolve));
  JSON.parse(Buffer.concat(chunks).toString('utf8'));
  return performance.now() - startedMs;
}

/** What any edit of a document takes: read it, lock and read it, write all of it and read it back. */
function saveInPsql(database: BenchDatabase, { twinId: id, file }: LargeDocument, psql: string): Promise<number> {
  const script = `${file}.sql`;
  const where = `from contacts where id = '${id}'`;
  writeFileSync(
    script,
    `\\set document \`cat ${file}\`
     \\o /dev/null
     select metadata::text ${where};
     begin;
     select metadata::text ${where} for update;
     update contacts set metadata = :'document'::jsonb, updated_at = now() where id = '${id}' returning metadata::text;
     commit;`,
  );
  return runTime(psql, ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', script], freshEnvironment(database)).finally(() =>
    rmSync(script),
  );
}

function saveHeadless(database: BenchDatabase, { id, path }: LargeDocument, round: number): Promise<number> {
  const { program, args } = consoleCommand(database);
  const command = ['metadata', 'set', 'contacts', id, path, `"Set ${round}"`, '--reason', 'bench', '--yes', '--json'];
  return runTime(program, [...args, ...command], freshEnvironment(database));
}
