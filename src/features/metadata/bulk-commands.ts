import type { CommandContext, CommandDefinition, CommandOption, CommandResult, RepeatedOptions } from '#core/command.ts';
import { wholeNumber } from '#core/command.ts';
import { AdminError } from '#core/errors.ts';
import { parsePatch } from '#core/json/patch-text.ts';
import { parsePointer } from '#core/json/pointer.ts';
import { readCursor, writeCursor } from '#core/page-cursor.ts';
import type { TenantIdentity } from '#core/tenant-identity.ts';
import { requireConfirmation as requireYes } from '#database/confirmation.ts';
import type { Database } from '#database/database.ts';
import { previewBulk, runBulk, undoBulk } from './bulk.ts';
import { type BulkChange, parseAssignment } from './bulk-change.ts';
import { tenantsOf } from './bulk-tenants.ts';
import { bulkJson, bulkText, pageText, previewJson, previewText, progressLine } from './bulk-output.ts';
import type { BulkResult } from './bulk-rows.ts';
import { readPatchText, requireConfirmation, usage } from './command-input.ts';
import { findDocumentColumn, placeOf } from './documents.ts';
import { searchDocuments, type SearchCondition } from './search.ts';

type Options = Readonly<Record<string, string | undefined>>;
type Context = CommandContext<Database>;

const conditionOptions: readonly CommandOption[] = [
  { flags: '--contains <json>', description: 'documents that contain this JSON' },
  { flags: '--has-key <key>', description: 'documents with this key at the top' },
  { flags: '--path <pointer>', description: 'with --equals: documents with this value at a JSON Pointer' },
  { flags: '--equals <json>', description: 'the value of --path' },
  { flags: '--jsonpath <path>', description: 'documents where an SQL/JSON path holds or finds something' },
  { flags: '--column <name>', description: 'another jsonb column than metadata' },
];
const tableArgument = { name: 'table', description: 'contacts, or schema.table' };

/** `metadata search` and `metadata bulk`. */
export const metadataBulkCommands: readonly CommandDefinition<Database>[] = [
  {
    path: ['metadata', 'search'],
    summary: 'find records by their documents, a page at a time; within --tenant where given',
    arguments: [tableArgument],
    options: [
      ...conditionOptions,
      { flags: '--limit <rows>', description: 'rows of the page, 1 to 1000', defaultText: '50' },
      { flags: '--after <cursor>', description: 'continue behind this page: its "next"' },
    ],
    prepare([table = ''], options) {
      const condition = conditionFrom(options) ?? { kind: 'all', text: '' };
      const pageRows = wholeNumber('--limit', options['limit'], { fallback: 50, least: 1, most: 1000 });
      const order = `the key of ${table}`;
      const from = options['after'] === undefined ? undefined : readCursor(options['after'], order).id;
      return async ({ database, tenant, signal, narrate }) => {
        const place = findDocumentColumn(await database.catalog(), table, options['column']);
        const after = from === undefined ? undefined : placeOf(place, from).id;
        const page = await searchDocuments(database, place, condition, { tenant, after, pageRows, signal });
        const next = page.next === undefined ? null : writeCursor({ sortKey: '', id: page.next }, order);
        if (page.servedBy === undefined) narrate(`no index serves this search: rows of ${table} are read through`);
        if (next !== null) narrate(`more follow: --after ${next}`);
        const rows = page.rows.map(({ id, tenantId, label, preview }) => ({ id, tenant_id: tenantId, label, preview }));
        return { json: { rows, next, served_by: page.servedBy ?? null }, text: () => pageText(page) };
      };
    },
  },
  {
    path: ['metadata', 'bulk'],
    writes: true,
    summary: 'change all documents that a search finds, or take such a change back with --undo',
    arguments: [{ ...tableArgument, isOptional: true }],
    options: [
      ...conditionOptions,
      { flags: '--set <pointer=json>', description: 'give a path a value; may be repeated', isRepeatable: true },
      { flags: '--unset <pointer>', description: 'remove a path; may be repeated', isRepeatable: true },
      { flags: '--file <patch>', description: 'a JSON Patch (RFC 6902) instead; - reads standard input' },
      { flags: '--reason <text>', description: 'why, for the audit log' },
      { flags: '--dry-run', description: 'show how many, whose, and samples; change nothing; not with --undo' },
      { flags: '--all-tenants', description: 'not only the rows of --tenant' },
      { flags: '--batch <rows>', description: 'rows between two reports, 1 to 1000', defaultText: '100' },
      { flags: '--bulk <id>', description: 'go on with a bulk change that was stopped' },
      { flags: '--undo <id>', description: "take a bulk change back; with --tenant in that tenant's rows" },
    ],
    prepare([table], options, repeated = {}) {
      if (options['undo'] !== undefined && options['dryRun'] !== undefined) throw noDryRun();
      if (options['undo'] !== undefined) return (context) => undo(context, options['undo'] ?? '', options);
      if (table === undefined) throw usage('table-missing', 'No table was given.', 'Give one, or --undo ID.');
      const condition = conditionFrom(options);
      if (condition === undefined) {
        throw usage(
          'no-condition',
          'A bulk change needs a condition.',
          "Give one; for every document that is an object: --contains '{}'.",
        );
      }
      const inline = inlineChange(repeated, options['file'] !== undefined);
      const batchRows = wholeNumber('--batch', options['batch'], { fallback: 100, least: 1, most: 1000 });
      return (context) => bulk(context, table, { condition, inline, batchRows }, options);
    },
  },
];

/** The condition that the options give; undefined for none. Throws an AdminError (usage) for more than one, or half of one. */
function conditionFrom(options: Options): SearchCondition | undefined {
  const { contains, hasKey, path, equals, jsonpath } = options;
  if ((path === undefined) !== (equals === undefined)) {
    throw usage('half-a-condition', '--path and --equals belong together.', 'Give both: --path /a/b --equals \'"Website"\'.');
  }
  const given: SearchCondition[] = [];
  if (contains !== undefined) given.push({ kind: 'contains', text: contains });
  if (hasKey !== undefined) given.push({ kind: 'key', text: hasKey });
  if (path !== undefined && equals !== undefined) given.push({ kind: 'path-equals', path, text: equals });
  if (jsonpath !== undefined) given.push({ kind: 'jsonpath', text: jsonpath });
  if (given.length <= 1) return given[0];
  throw usage('two-conditions', 'More than one condition was given.', 'Give one; --jsonpath can hold several with &&.');
}

/** `--set` and `--unset`; undefined where `--file` holds the change. */
function inlineChange({ set = [], unset = [] }: RepeatedOptions, hasFile: boolean): BulkChange | undefined {
  if (hasFile === set.length + unset.length > 0) {
    throw usage('what-change', 'Say what to change, in one way.', 'Give --set and --unset, or --file.');
  }
  if (hasFile) return undefined;
  return { kind: 'paths', set: set.map(parseAssignment), unset: unset.map((pointer) => parsePointer(pointer)) };
}

function scopeFrom({ tenant }: Context, options: Options): TenantIdentity | 'all-tenants' {
  const isForAll = Boolean(options['allTenants']);
  if (tenant !== undefined && !isForAll) return tenant;
  if (tenant === undefined && isForAll) return 'all-tenants';
  throw isForAll
    ? usage('two-scopes', '--tenant and --all-tenants exclude each other.', 'Give one of them.')
    : usage('no-scope', 'Whose rows to change was not said.', 'Give --tenant ID, or --all-tenants.');
}

async function bulk(
  context: Context,
  table: string,
  asked: { readonly condition: SearchCondition; readonly inline: BulkChange | undefined; readonly batchRows: number },
  options: Options,
): Promise<CommandResult> {
  const { database, signal, author, narrate } = context;
  const { condition, batchRows } = asked;
  requireRecord(context);
  const scope = scopeFrom(context, options);
  const change = asked.inline ?? ({ kind: 'patch', patch: parsePatch(await readPatchText(options['file'])) } as const);
  const catalog = await database.catalog();
  const place = findDocumentColumn(catalog, table, options['column']);
  if (options['dryRun']) {
    const preview = await previewBulk(database, { place, condition, scope, change }, { signal });
    const tenants = await tenantsOf(database, catalog, preview.count, { signal });
    return { json: previewJson(preview, tenants), text: () => previewText(preview, tenants) };
  }
  requireConfirmation(context, `change ${table} in bulk`);
  const result = await runBulk(
    database,
    catalog,
    {
      place,
      condition,
      scope,
      change,
      author,
      batchRows,
      reason: options['reason'] ?? '',
      bulkId: options['bulk'],
      onStart: (bulkId) => narrate(`bulk change ${bulkId}`),
    },
    { signal, onProgress: (progress) => narrate(progressLine(progress, 'changed')) },
  );
  if (result.stopped !== undefined) narrate(`stopped; to go on, run it again with --bulk ${result.bulkId}`);
  return resultOf(result, 'changed');
}

const undoing = 'What was changed since is not touched, and is listed.';

function noDryRun(): AdminError {
  return usage('no-dry-run', 'Taking a bulk change back has no dry run.', `Leave --dry-run out. ${undoing}`);
}

async function undo(context: Context, bulkId: string, options: Options): Promise<CommandResult> {
  requireRecord(context);
  requireYes(context, `undo the bulk change ${bulkId}`, `${undoing} Give --yes and --reason.`);
  const { database, tenant, signal, author, narrate } = context;
  const request = { reason: options['reason'] ?? '', author, tenant };
  const onProgress = (progress: Parameters<typeof progressLine>[0]): void => narrate(progressLine(progress, 'undone'));
  const result = await undoBulk(database, await database.catalog(), bulkId, request, { signal, onProgress });
  if (result.stopped !== undefined) narrate('stopped; to go on, run it again');
  return resultOf(result, 'undone');
}

/** A bulk change without its entries could be neither resumed nor undone. Throws an AdminError (usage). */
function requireRecord({ isUnaudited }: Context): void {
  if (!isUnaudited) return;
  throw usage(
    'unaudited-bulk',
    '--unaudited does not hold for bulk changes: they are resumed and undone by their audit entries.',
    'Leave it out.',
  );
}

function resultOf(result: BulkResult, done: string): CommandResult {
  const { stopped, failed } = result;
  const failure = stopped?.why === 'failed' ? stopped.error : failed.length > 0 ? rowsFailed(failed.length, done) : undefined;
  return { json: bulkJson(result), text: () => bulkText(result, done), ...(failure && { failure }) };
}

function rowsFailed(count: number, done: string): AdminError {
  return new AdminError({
    kind: 'findings',
    code: 'rows-failed',
    whatHappened: `${count} ${count === 1 ? 'record was' : 'records were'} not ${done}; the reasons are in the result.`,
    whatToDo: 'Put them right and run it again with the same id: what is done is left alone.',
  });
}
