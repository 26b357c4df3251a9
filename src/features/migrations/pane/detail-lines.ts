import { displayText, label } from '#core/display-text.ts';
import { formatBytes, formatDuration, formatTimestamp } from '#core/format.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import type { Tone } from '#ui/theme.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import type { LintFinding } from '../lint/finding.ts';
import type { TransactionMode } from '../parse.ts';
import type { MigrationStatus } from '../status.ts';
import { evidenceText, isDiffering } from '../summary.ts';
import { stateTone } from './columns.ts';
import { flagWords, toldFlags } from './flag-words.ts';
import { toldFailure } from './outcomes.ts';

const titleColumns = 14;

/** What is known of a migration before its text: state, error, header, evidence, findings. */
export function factLines(
  migration: MigrationStatus,
  { findings, rollback }: { readonly findings: readonly LintFinding[]; readonly rollback: MigrationStatus | undefined },
  columns: number,
): readonly Line[] {
  return [
    [span(displayText(migration.name, { maxWidth: columns }), 'strong')],
    stateLine(migration),
    ...flagLines(migration, columns),
    ...errorLines(migration, columns),
    ...recordLines(migration, columns),
    ...headerLines(migration, columns),
    ...evidenceLines(migration, columns),
    ...rollbackLines(migration, rollback, columns),
    ...lintLines(findings, columns),
    emptyLine,
  ];
}

function stateLine({ state, key }: MigrationStatus): Line {
  return [words(state, stateTone(state)), ...(key === undefined ? [] : [words('  key migration', 'accent')])];
}

/** What the list says in a word, in full. */
function flagLines({ flags }: MigrationStatus, columns: number): readonly Line[] {
  return toldFlags(flags).flatMap((flag) => {
    const { short, meaning } = flagWords(flag);
    const text = short === flag ? meaning : `${flag}: ${meaning}`;
    return titled(short, text, columns, flag === 'edited' ? 'danger' : 'warning');
  });
}

function titled(title: string, text: string, columns: number, tone: Tone = 'plain'): readonly Line[] {
  if (text === '') return [];
  const lines = wrapWords(displayText(text), Math.max(16, columns - titleColumns));
  return lines.map((line, index): Line => [
    words((index === 0 ? title : '').padEnd(titleColumns), 'muted'),
    span(displayText(line), tone),
  ]);
}

function errorLines(migration: MigrationStatus, columns: number): readonly Line[] {
  const { parsed, error, state } = migration;
  if (parsed?.error !== undefined) {
    const { line, column, message } = parsed.error;
    const what = parsed.psqlOnly === undefined ? message : `only psql can run it: ${parsed.psqlOnly.what}`;
    return titled('does not run', `line ${line}, column ${column}: ${what}`, columns, 'danger');
  }
  const told = toldFailure(migration);
  if (told === undefined) return titled(state === 'resolved' || state === 'baseline' ? 'because' : 'says', error ?? '', columns);
  const place = [
    told.statement !== undefined && `statement ${told.statement}`,
    told.line !== undefined && `line ${told.line}`,
    told.column !== undefined && `column ${told.column}`,
  ].filter(Boolean);
  const [first = '', ...others] = told.lines;
  return [
    ...titled('failed', place.length === 0 ? first : `${place.join(', ')}: ${first}`, columns, 'danger'),
    ...others.flatMap((line) => titled('', line, columns)),
    ...(told.isStale ? titled('', 'The file was changed since: lines are those of then.', columns, 'warning') : []),
  ];
}

function recordLines({ row, key, file, flags }: MigrationStatus, columns: number): readonly Line[] {
  const took = typeof row?.executionTimeMs === 'number' ? `, took ${formatDuration(row.executionTimeMs)}` : '';
  const when = row?.appliedAt === null || row === undefined ? '' : `${formatTimestamp(row.appliedAt)} UTC`;
  const by = row?.appliedBy ? ` by ${row.appliedBy}` : '';
  const digest = row?.checksum ? (flags.includes('edited') ? 'differs: the file was edited since' : 'as recorded') : '';
  return [
    ...titled('recorded', `${when}${by}${took}`, columns),
    ...titled('checksum', digest, columns, flags.includes('edited') ? 'danger' : 'plain'),
    ...titled('key', key === undefined ? '' : `${key.description}: ${key.impact}`, columns, 'accent'),
    ...(file === undefined
      ? titled('file', 'There is none of this name in the folder.', columns, 'danger')
      : titled('file', file.sql === '' ? '' : String(formatBytes(file.sizeBytes)), columns, 'muted')),
  ];
}

const modes: Readonly<Record<TransactionMode, string>> = {
  transactional: 'in one transaction',
  'own-transaction': 'in the transactions it opens itself',
  'non-transactional': 'statement by statement: it has statements that refuse a transaction',
};

function headerLines({ parsed }: MigrationStatus, columns: number): readonly Line[] {
  if (parsed === undefined) return [];
  const { description, date, author, dependencies, rollback } = parsed.header;
  return [
    ...titled('description', description ?? '', columns),
    ...titled('date', [date, author && `by ${author}`].filter(Boolean).join(' '), columns),
    ...titled('depends on', dependencies ?? '', columns),
    ...titled('rollback', rollback ?? '', columns),
    ...(parsed.error === undefined && parsed.statements.length > 0 ? titled('runs', modes[parsed.mode], columns) : []),
  ];
}

const mostMissing = 40;

function evidenceLines(migration: MigrationStatus, columns: number): readonly Line[] {
  const { evidence } = migration;
  if (evidence === undefined) return [];
  const short = evidenceText({ ...evidence, missing: [] }).replace(/: missing $/, '');
  const missing = evidence.present === 0 || evidence.missing.length === 0 ? [] : evidence.missing;
  return [
    ...titled('evidence', short, columns, isDiffering(migration) ? 'warning' : 'plain'),
    ...missing.slice(0, mostMissing).flatMap((what) => titled('', `missing: ${what}`, columns, 'warning')),
    ...(missing.length > mostMissing ? titled('', `and ${missing.length - mostMissing} more`, columns, 'muted') : []),
  ];
}

function rollbackLines({ file }: MigrationStatus, rollback: MigrationStatus | undefined, columns: number): readonly Line[] {
  if (file?.place.kind === 'rollback') return titled('undoes', file.place.undoes, columns);
  return rollback === undefined ? [] : titled('taken back by', rollback.name, columns);
}

const severityTones: Readonly<Record<LintFinding['severity'], Tone>> = { error: 'danger', warning: 'warning', advice: 'muted' };

/** Findings, each with its line and what to write instead. */
export function lintLines(findings: readonly LintFinding[], columns: number): readonly Line[] {
  if (findings.length === 0) return [];
  return [
    emptyLine,
    [words(`${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} before it is applied`, 'strong')],
    ...findings.flatMap(({ severity, line, what, whatToWrite, rule }) => [
      ...wrapWords(displayText(what), Math.max(16, columns - 2)).map((text, index): Line =>
        index === 0
          ? [words(severity, severityTones[severity]), words(` line ${line}: `, 'muted'), span(displayText(text))]
          : [words('  '), span(displayText(text))],
      ),
      [words(`  ${rule}`, 'muted')],
      ...writtenLines(whatToWrite),
    ]),
  ];
}

/** More is not typed off a screen; `migrations lint` prints all of it. */
const mostWritten = 40;

function writtenLines(whatToWrite: string): readonly Line[] {
  if (whatToWrite === '') return [];
  const lines = whatToWrite.split('\n');
  const shown = lines
    .slice(0, mostWritten)
    .map((text): Line => [span(label('    ')), span(displayText(text, { maxWidth: 500 }), 'accent')]);
  const left = lines.length - shown.length;
  return left === 0 ? shown : [...shown, [words(`    and ${left} more lines: migrations lint prints them`, 'muted')]];
}
