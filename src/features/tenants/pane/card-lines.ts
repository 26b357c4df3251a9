import { type DisplayText, displayText, trusted } from '#core/display-text.ts';
import { type ExactJson, isExactNumber, isJsonObject } from '#core/exact-json.ts';
import { formatAge, formatCappedCount, formatCount, formatDate, formatTimestamp } from '#core/format.ts';
import { isSecretName, maskDocument, maskSecret } from '#core/mask.ts';
import { epochMs } from '#core/timestamps.ts';
import { cell, emptyLine, type Line, lineWidth, type Span, span, words } from '#ui/line.ts';
import type { Theme } from '#ui/theme.ts';
import type { ApiKey, Employee, Module, RecentAuditEntry, TableCount } from '../card.ts';
import type { Tenant } from '../tenants.ts';

/** One part of the card as far as it is known: undefined while it is on its way, null where this database has no such table. */
export type Part<Value> = { readonly value: Value | undefined | null; readonly failure: string | undefined };

/** Everything the card shows; each part arrives by itself. */
export interface CardParts {
  readonly tenant: Tenant;
  readonly document: Part<Readonly<Record<string, ExactJson>>>;
  readonly counts: Part<readonly TableCount[]>;
  readonly employees: Part<readonly Employee[]>;
  readonly modules: Part<readonly Module[]>;
  readonly apiKeys: Part<readonly ApiKey[]>;
  readonly audit: Part<readonly RecentAuditEntry[]>;
  readonly lastActivity: Part<string>;
  readonly nowMs: number;
}

const countColumns = { beside: 22, full: 32 };
/** Rows of counts beside the list: the fullest tables; the rest is in the open card. */
const countRowsBeside = 6;
const shownEmployees = 3;
const dayMs = 86_400_000;

/** The card in `columns`. `isFull` shows every column, employee and key; otherwise what fits beside the list. */
export function cardLines(parts: CardParts, columns: number, theme: Theme, isFull: boolean): readonly Line[] {
  const { tenant } = parts;
  const created = ageOf(tenant.created_at, parts.nowMs);
  const facts = [tenant.status, tenant.plan].map((fact) => displayText(fact ?? 'unknown'));
  return [
    [span(displayText(tenant.name, { maxWidth: columns }), 'strong')],
    [span(displayText(tenant.id), 'accent')],
    [span(trusted([...facts, ...(created === undefined ? [] : [trusted(`created ${created}`)])].join(` ${theme.dot} `)))],
    emptyLine,
    ...(isFull ? documentLines(parts, columns) : []),
    ...countLines(parts.counts, columns, theme, isFull),
    emptyLine,
    [words('last activity  ', 'muted'), ...activity(parts)],
    ...moduleLines(parts.modules, columns),
    ...employeeLines(parts.employees, columns, isFull),
    ...apiKeyLines(parts.apiKeys, isFull, parts.nowMs),
    ...metadataLines(parts, columns),
    emptyLine,
    ...auditLines(parts, columns, isFull),
  ];
}

function ageOf(timestamp: string | null | undefined, nowMs: number): DisplayText | undefined {
  const at = epochMs(timestamp);
  return at === undefined ? undefined : formatAge(Math.max(0, (nowMs - at) / 1000));
}

/** The words for a part that has no value: on its way, missing, or failed. */
function absent(part: Part<unknown>, missing: string): Span | undefined {
  if (part.failure !== undefined) return span(displayText(part.failure, { maxWidth: 200 }), 'danger');
  if (part.value === null) return words(missing, 'muted');
  return part.value === undefined ? words('...', 'muted') : undefined;
}

function documentLines({ document }: CardParts, columns: number): readonly Line[] {
  const instead = absent(document, '');
  if (instead !== undefined) return [[instead], emptyLine];
  const shown = maskDocument(document.value) as Readonly<Record<string, ExactJson>>;
  const width = Math.max(...Object.keys(shown).map((name) => name.length));
  const lines = Object.entries(shown).map(([name, value]): Line => [
    span(trusted(`${displayText(name).padEnd(width)}  `), 'muted'),
    span(displayText(valueText(value), { maxWidth: Math.max(10, columns - width - 2) })),
  ]);
  return [...lines, emptyLine];
}

function valueText(value: ExactJson): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function countLines(part: Part<readonly TableCount[]>, columns: number, theme: Theme, isFull: boolean): readonly Line[] {
  const instead = absent(part, '');
  if (instead !== undefined || !part.value) return [[words('counting ', 'muted'), instead ?? words('')]];
  if (part.value.length === 0) return [[words('no table here belongs to tenants', 'muted')]];
  const width = isFull ? countColumns.full : countColumns.beside;
  const across = Math.max(1, Math.floor((columns + 3) / (width + 3)));
  const sorted = part.value.toSorted((a, b) => b.rows - a.rows || (a.table < b.table ? -1 : 1));
  const shown = isFull ? sorted : sorted.slice(0, across * countRowsBeside);
  const left = sorted.slice(shown.length);
  const down = Math.ceil(shown.length / across);
  const lines = Array.from({ length: down }, (_, row) =>
    Array.from({ length: across }, (_column, column) => shown[row * across + column]).flatMap((count, column): Line => {
      if (count === undefined) return [];
      const tone = count.rows === 0 && count.failure === undefined ? 'muted' : 'plain';
      const name = span(cell(displayText(count.table), width - 8, theme), tone);
      return [...(column === 0 ? [] : [words('   ', tone)]), name, countSpan(count)];
    }),
  );
  if (left.length === 0) return lines;
  return [
    ...lines,
    [
      span(
        trusted(`and ${left.length} more tables: ${formatCount(left.reduce((sum, { rows }) => sum + rows, 0))} rows`),
        'muted',
      ),
    ],
  ];
}

function countSpan(count: TableCount): Span {
  if (count.failure !== undefined) return words('     n/a', 'warning');
  return span(trusted(formatCappedCount(count).padStart(8)), count.rows === 0 ? 'muted' : 'plain');
}

function activity({ lastActivity, nowMs }: CardParts): Line {
  const instead = absent(lastActivity, 'none recorded');
  return [instead ?? span(ageOf(lastActivity.value, nowMs) ?? displayText(lastActivity.value ?? ''))];
}

function moduleLines(part: Part<readonly Module[]>, columns: number): readonly Line[] {
  const title = words('modules        ', 'muted');
  const instead = absent(part, 'this database has no modulesettings');
  if (instead !== undefined || !part.value) return [[title, instead ?? words('')]];
  if (part.value.length === 0) return [[title, words('none set', 'muted')]];
  return flow(
    title,
    part.value.map((module): Line => [
      span(trusted(`${displayText(module.module ?? 'unnamed')} `)),
      module.is_enabled === null ? words('?', 'muted') : module.is_enabled ? words('on', 'good') : words('off', 'muted'),
    ]),
    columns,
  );
}

/** Items one after the other, in as many lines as they need, under the first. */
function flow(title: Span, items: readonly Line[], columns: number): readonly Line[] {
  const lines: Line[] = [[title]];
  for (const item of items) {
    const last = lines.at(-1)!;
    const isFirst = last.length === 1;
    if (!isFirst && lineWidth(last) + lineWidth(item) + 2 > columns)
      lines.push([span(trusted(' '.repeat(title.text.length))), ...item]);
    else lines[lines.length - 1] = [...last, ...(isFirst ? [] : [words('  ')]), ...item];
  }
  return lines;
}

function employeeLines(part: Part<readonly Employee[]>, columns: number, isFull: boolean): readonly Line[] {
  const title = words('employees      ', 'muted');
  const instead = absent(part, 'this database has no employees');
  if (instead !== undefined || !part.value) return [[title, instead ?? words('')]];
  if (part.value.length === 0) return [[title, words('none', 'muted')]];
  const shown = isFull ? part.value : part.value.slice(0, shownEmployees);
  const rest = part.value.length - shown.length;
  const described = shown.map((employee): Line => [
    span(displayText(employee.name ?? employee.email ?? employee.id, { maxWidth: 30 })),
    span(
      trusted(
        ` ${displayText([employee.role, isFull ? employee.email : null, employee.status].filter(Boolean).join(', '), { maxWidth: columns })}`,
      ),
      'muted',
    ),
  ]);
  if (isFull) return described.map((line, index) => [index === 0 ? title : words(' '.repeat(15)), ...line]);
  return flow(
    title,
    [...described, ...(rest > 0 ? [[span(trusted(`and ${formatCount(rest)} more`), 'muted' as const)]] : [])],
    columns,
  );
}

function apiKeyLines(part: Part<readonly ApiKey[]>, isFull: boolean, nowMs: number): readonly Line[] {
  const title = words('api keys       ', 'muted');
  const instead = absent(part, 'this database has no api_key');
  if (instead !== undefined || !part.value) return [[title, instead ?? words('')]];
  if (part.value.length === 0) return [[title, words('none', 'muted')]];
  const active = part.value.filter((key) => key.is_active !== false).length;
  if (!isFull)
    return [[title, span(trusted(`${formatCount(active)} active, ${formatCount(part.value.length - active)} revoked`))]];
  return part.value.map((key, index) => [
    index === 0 ? title : words(' '.repeat(15)),
    span(trusted(`${displayText(key.name ?? 'unnamed', { maxWidth: 30 })}  `)),
    span(displayText(`${key.key_prefix ?? ''}${maskSecret('hidden')}`), 'muted'),
    span(
      trusted(
        `  ${key.is_active === false ? 'revoked' : 'active'}, ${key.last_used_at === null ? 'never used' : `used ${ageOf(key.last_used_at, nowMs) ?? 'at an unknown time'}`}`,
      ),
    ),
  ]);
}

function metadataLines({ document }: CardParts, columns: number): readonly Line[] {
  const title = words('metadata       ', 'muted');
  const metadata = document.value?.['metadata'];
  if (document.value === undefined || document.value === null) return [];
  if (metadata === undefined) return [[title, words('no such column here', 'muted')]];
  if (!isJsonObject(metadata))
    return [[title, span(displayText(`not an object: ${valueText(metadata)}`, { maxWidth: columns - 16 }), 'warning')]];
  const keys = Object.entries(metadata);
  if (keys.length === 0) return [[title, words('empty', 'muted')]];
  return flow(
    title,
    keys.map(([name, value]): Line => [
      span(trusted(`${displayText(name, { maxWidth: 30 })} `)),
      span(displayText(kindOf(name, value)), 'muted'),
    ]),
    columns,
  );
}

function kindOf(name: string, value: ExactJson): string {
  if (isSecretName(name)) return 'secret';
  if (Array.isArray(value)) return `[${value.length}]`;
  if (isJsonObject(value)) return `{${Object.keys(value).length}}`;
  return value === null ? 'null' : isExactNumber(value) ? 'number' : typeof value;
}

function auditLines({ audit, nowMs }: CardParts, columns: number, isFull: boolean): readonly Line[] {
  const title: Line = [words('recent audit', 'muted')];
  const instead = absent(audit, 'this database has no audit_log');
  if (instead !== undefined || !audit.value) return [[...title, words('  '), instead ?? words('')]];
  if (audit.value.length === 0) return [[...title, words('  none among the newest entries', 'muted')]];
  return [title, ...audit.value.map((entry) => auditLine(entry, columns, nowMs, isFull))];
}

function auditLine(entry: RecentAuditEntry, columns: number, nowMs: number, isFull: boolean): Line {
  const record = entry.record_id === null ? '' : isFull ? entry.record_id : `${entry.record_id.slice(0, 4)}…`;
  const what = `${(entry.action ?? '').padEnd(6)} ${(entry.table_name ?? '').padEnd(13)} ${record}`;
  return [
    span(trusted(`${auditTime(entry.at, nowMs, isFull)}  `), 'muted'),
    span(displayText(what, { maxWidth: columns })),
    span(trusted(`  ${displayText(entry.actor ?? '', { maxWidth: 60 })}`), 'muted'),
  ];
}

/** In the open card date and time; beside the list the time of an entry of the last day, else month and day. */
function auditTime(at: string | null, nowMs: number, isFull: boolean): DisplayText {
  const moment = epochMs(at);
  if (at === null || moment === undefined) return displayText(isFull ? 'no time'.padEnd(19) : '  -  ');
  if (isFull) return formatTimestamp(at);
  return nowMs - moment < dayMs ? trusted(formatTimestamp(at).slice(11, 16)) : trusted(formatDate(at).slice(5));
}
