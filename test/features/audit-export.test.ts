import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDetails } from '#features/audit/details.ts';
import { everyEntry } from '#features/audit/filter.ts';
import { exportEntries, type ExportProgress } from '#features/audit/export.ts';
import { listEntries } from '#features/audit/history.ts';
import { type Log, openLog, shapes } from './audit-log.ts';
import { counting } from './reading.ts';

const directory = mkdtempSync(join(tmpdir(), 'aisha-console-export-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(directory, `export-${++files}`);
const plain = { filter: everyEntry, format: 'ndjson', reveals: false, replaces: false } as const;

/** RFC 4180, read as a spreadsheet does. */
function recordsOf(csv: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, bare = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    records.at(-1)!.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === '\r\n') records.push([]);
  }
  return records.slice(0, -1);
}

describe.for(shapes)('export on %s', (shape) => {
  let log: Log;
  beforeAll(async () => {
    log = await openLog(shape);
  });
  afterAll(() => log.admin.end());
  const addEntry = async (document: string, actor = 'jane'): Promise<string> => {
    const { rows } = await log.admin.query<{ id: string }>(
      shape === 'demo'
        ? `insert into audit_log (action, table_name, record_id, new_data, changed_by) values ('INSERT', 'contacts', gen_random_uuid(), $1, $2) returning id`
        : `insert into audit_log (action, entity_type, entity_id, changes, user_email) values ('create', 'contact', 'x', $1, $2) returning id`,
      [document, actor],
    );
    return rows[0]!.id;
  };
  const document = shape === 'demo' ? 'after' : 'changes';

  test('writes every entry of the table once, newest first, to a file that is this user’s alone', async () => {
    const file = newFile();
    const progress: ExportProgress[] = [];
    const done = await exportEntries(log.database, log.source, { ...plain, file }, { onProgress: (now) => progress.push(now) });
    const text = readFileSync(file, 'utf8');
    const entries = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; at: string | null });
    const time = log.source.time.name;
    const { rows } = await log.admin.query<{ id: string }>(
      `select id::text as id from audit_log order by ${time} desc nulls last, length(id::text) desc, id::text desc`,
    );
    expect(entries.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(done).toMatchObject({ entries: rows.length, bytes: Buffer.byteLength(text) });
    expect(progress.at(-1)).toEqual(done);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Object.keys(entries[0]!)).toEqual([
      'id',
      'at',
      'action',
      'table',
      'record_id',
      'tenant_id',
      'actor',
      'before',
      'after',
      'changes',
    ]);
  });

  test('keeps every digit and masks secrets unless they are asked for', async () => {
    const id = await addEntry(
      '{"big": 12345678901234567890, "rate": 1.10, "api_key": "sk-not-a-key", "edit": {"patch": [{"op": "replace", "path": "/smtp/password", "value": "hunter2"}]}}',
    );
    const [masked, revealed] = [newFile(), newFile()];
    const filter = { ...everyEntry, text: { include: ['sk-not-a-key'], exclude: [] } };
    expect(await exportEntries(log.database, log.source, { ...plain, filter, file: masked })).toMatchObject({
      entries: 1,
      isMasked: true,
    });
    const text = readFileSync(masked, 'utf8');
    expect(text).toContain('"big": 12345678901234567890');
    expect(text).toContain('"rate": 1.10');
    expect(text).not.toMatch(/sk-not-a-key|hunter2/);
    expect(await exportEntries(log.database, log.source, { ...plain, filter, file: revealed, reveals: true })).toMatchObject({
      isMasked: false,
    });
    const { rows } = await log.admin.query<{ text: string }>(
      `select ${shape === 'demo' ? 'new_data' : 'changes'}::text as text from audit_log where id = $1`,
      [id],
    );
    expect(readFileSync(revealed, 'utf8')).toContain(`"${document}": ${rows[0]!.text}`);
  });

  test('CSV is read back field by field, and nothing in it is a formula', async () => {
    const actors = ['=HYPERLINK("http://x")', '+1', '-1', '@x', '\t=1', 'a "b", c', ' x ', 'line\r\nbreak', '東京', ''];
    for (const actor of actors) await addEntry('{"csv": "a,b\\n\\"c\\""}', actor);
    const file = newFile();
    const filter = { ...everyEntry, text: { include: ['"csv"'], exclude: [] } };
    await exportEntries(log.database, log.source, { ...plain, filter, file, format: 'csv' });
    const [header, ...records] = recordsOf(readFileSync(file, 'utf8'));
    expect(header?.join()).toBe('id,at,action,table,record_id,tenant_id,actor,before,after,changes');
    expect(records.map((record) => record[6]).toReversed()).toEqual(
      actors.map((actor) => (/^[=+\-@\t]/.test(actor) ? `'${actor}` : actor)),
    );
    for (const record of records) expect(record[header!.indexOf(document)]).toBe('{"csv": "a,b\\n\\"c\\""}');
    expect(readFileSync(file, 'utf8')).toContain(',"",,');
  });

  test('never replaces a file unless it is told to, nor ever what is no file', async () => {
    const file = newFile();
    writeFileSync(file, 'theirs');
    const refused = expect.objectContaining({ kind: 'conflict', code: 'export-exists' });
    await expect(exportEntries(log.database, log.source, { ...plain, file })).rejects.toEqual(refused);
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    await exportEntries(log.database, log.source, { ...plain, file, replaces: true });
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"id"/);
    const link = newFile();
    symlinkSync('/dev/null', link);
    const noFile = expect.objectContaining({ code: 'export-not-written' });
    await expect(exportEntries(log.database, log.source, { ...plain, file: link, replaces: true })).rejects.toEqual(noFile);
    await expect(exportEntries(log.database, log.source, { ...plain, file: '/no/such/folder/x' })).rejects.toEqual(noFile);
  });

  test('a file made by somebody else while it is being written stays theirs', async () => {
    const file = newFile();
    const onProgress = (): void => writeFileSync(file, 'theirs');
    await expect(exportEntries(log.database, log.source, { ...plain, file }, { onProgress })).rejects.toMatchObject({
      code: 'export-exists',
    });
    expect(readFileSync(file, 'utf8')).toBe('theirs');
  });

  test('when it is stopped nothing is left', async () => {
    const before = readdirSync(directory);
    const stop = new AbortController();
    const onProgress = (): void => stop.abort(new Error('stopped'));
    const request = { ...plain, file: newFile() };
    const small = { ...log.source };
    await log.admin.query(
      shape === 'demo'
        ? `insert into audit_log (action, table_name) select 'X', 'contacts' from generate_series(1, 1500)`
        : `insert into audit_log (action) select 'X' from generate_series(1, 1500)`,
    );
    await expect(exportEntries(log.database, small, request, { signal: stop.signal, onProgress })).rejects.toThrow('stopped');
    expect(readdirSync(directory)).toEqual(before);
  });

  test('documents of megabytes are read a few at a time, in order, and one that is gone has none', async () => {
    await log.admin.query('delete from audit_log');
    for (let count = 0; count < 8; count += 1) await addEntry(JSON.stringify({ n: count, x: 'x'.repeat(700_000) }));
    const { entries } = await listEntries(log.database, log.source, everyEntry, { most: 10 });
    await log.admin.query('delete from audit_log where id = any ($1::uuid[])', [[entries[3]!.id, entries[7]!.id]]);
    const reader = counting(log.database);
    const sizes: number[] = [];
    const numbers: (number | undefined)[] = [];
    for await (const details of readDetails(reader, log.source, entries)) {
      sizes.push(details.reduce((sum, entry) => sum + (entry[document]?.length ?? 0), 0));
      for (const entry of details)
        numbers.push(entry[document] === null ? undefined : (JSON.parse(entry[document]) as { n: number }).n);
    }
    expect(Math.max(...sizes)).toBeLessThan(2_100_000);
    expect(reader.trips.length).toBeGreaterThan(2);
    expect(numbers).toEqual([0, 1, 2, undefined, 4, 5, 6, undefined]);
  });
});
