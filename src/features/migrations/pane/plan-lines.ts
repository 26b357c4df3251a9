import type { WriteRequest } from '#console/public/write-request.ts';
import { displayText } from '#core/display-text.ts';
import { emptyLine, type Line, span, words } from '#ui/line.ts';
import type { MigrationFile } from '../folder.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import { lint } from '../lint.ts';
import type { LintFinding } from '../lint/finding.ts';
import type { SharedLintFacts } from '../lint-facts.ts';
import type { ParsedMigration, TransactionMode } from '../parse.ts';
import type { MigrationStatus } from '../status.ts';
import { lintLines } from './detail-lines.ts';
import { type LazyRows, sqlRows } from './sql-rows.ts';

/** A file that would be run. */
export interface PlannedFile {
  readonly file: MigrationFile;
  readonly parsed: ParsedMigration;
  readonly status: MigrationStatus | undefined;
}

const modes: Readonly<Record<TransactionMode, string>> = {
  transactional: 'one transaction',
  'own-transaction': 'its own transactions',
  'non-transactional': 'statement by statement',
};

/** Nobody reads more before saying yes; the file's own view has all of it. */
const mostLines = 3000;

/** What would be run: the files and how, what to mend first, and every statement; ready when the secrets of those are masked. */
export async function planSections(
  files: readonly PlannedFile[],
  warnings: readonly string[],
  facts: SharedLintFacts | undefined,
): Promise<WriteRequest['sections']> {
  const statements = files.map(({ file, parsed }) => sqlRows(file, parsed, () => 'told-nothing', []));
  for (const rows of statements) await rows.ready(0, mostLines);
  const linted = files.map((planned) => ({ planned, findings: facts === undefined ? [] : findingsIn(planned, facts) }));
  const count = linted.reduce((sum, { findings }) => sum + findings.length, 0);
  return [
    {
      title: `${files.length} ${files.length === 1 ? 'file' : 'files'}`,
      lines: (columns) => [
        ...warnings.flatMap((warning) =>
          wrapWords(displayText(warning), columns - 2).map((text): Line => [span(displayText(text), 'warning')]),
        ),
        ...linted.flatMap(({ planned, findings }) => fileLines(planned, findings, columns)),
      ],
    },
    {
      title: `${count} ${count === 1 ? 'finding' : 'findings'}`,
      lines: (columns) =>
        count === 0
          ? [[words('  Nothing to mend before it is applied.', 'good')]]
          : linted.flatMap(({ planned, findings }) =>
              findings.length === 0 ? [] : [nameLine(planned), ...lintLines(findings, columns).slice(1), emptyLine],
            ),
    },
    { title: 'statements', lines: () => statementLines(files, statements) },
  ];
}

function findingsIn({ file, parsed, status }: PlannedFile, facts: SharedLintFacts): readonly LintFinding[] {
  return lint(file, parsed, { ...facts, hasRollback: status?.flags.includes('has-rollback') ?? false });
}

const nameLine = ({ file }: PlannedFile): Line => [span(displayText(file.name), 'strong')];

function fileLines({ file, parsed, status }: PlannedFile, findings: readonly LintFinding[], columns: number): readonly Line[] {
  const { error, psqlOnly, statements, mode, header } = parsed;
  const serious = findings.filter(({ severity }) => severity !== 'advice').length;
  const how = `${statements.length} ${statements.length === 1 ? 'statement' : 'statements'}, ${modes[mode]}`;
  return [
    [words('  '), ...nameLine({ file, parsed, status })],
    ...(header.description === undefined
      ? []
      : [[words('    '), span(displayText(header.description, { maxWidth: columns }), 'muted' as const)]]),
    error === undefined
      ? [words(`    ${how}`)]
      : [words('    will be refused: ', 'danger'), span(displayText(psqlOnly?.what ?? error.message, { maxWidth: columns }))],
    ...(serious === 0
      ? []
      : [[words(`    ${serious} serious ${serious === 1 ? 'finding' : 'findings'}: tab shows them`, 'warning' as const)]]),
    ...(status?.row?.success === true && file.place.kind !== 'rollback'
      ? [[words('    recorded as applied: nothing is done', 'muted' as const)]]
      : []),
  ];
}

function statementLines(files: readonly PlannedFile[], statements: readonly LazyRows[]): readonly Line[] {
  const lines: Line[] = [];
  let left = 0;
  for (const [place, planned] of files.entries()) {
    const rows = statements[place]!;
    const room = Math.max(0, mostLines - lines.length);
    lines.push(nameLine(planned));
    for (let index = 0; index < Math.min(room, rows.count); index += 1) lines.push(rows.row(index));
    left += Math.max(0, rows.count - room);
  }
  return left === 0 ? lines : [...lines, [words(`  ${left} more lines: the file's own view has them`, 'muted')]];
}
