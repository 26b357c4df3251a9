import { displayText, label } from '#core/display-text.ts';
import { maskSql, maskSqlLines } from '#core/mask-sql.ts';
import { type Line, span, words } from '#ui/line.ts';
import { sqlLines } from '#ui/sql-lines.ts';
import type { Tone } from '#ui/theme.ts';
import type { MigrationFile } from '../folder.ts';
import type { ParsedMigration, ParsedStatement } from '../parse.ts';
import { type Outcome, outcomeWords } from './outcomes.ts';

/** Rows of a text of any length: only those on screen are laid out. */
export interface LazyRows {
  readonly count: number;
  readonly row: (index: number) => Line;
}

/** A place in a file, from 1; what is said there stands below its line. */
export interface Remark {
  readonly line: number;
  readonly column: number | undefined;
  readonly text: string;
}

/** Statements longer than this are shown as they are: nobody reads their colours. */
const mostHighlighted = 200_000;

const outcomeTones: Readonly<Record<Outcome, Tone>> = {
  done: 'good',
  failed: 'danger',
  lost: 'warning',
  'not-run': 'muted',
  'under-way': 'accent',
  'told-nothing': 'muted',
};

type Row =
  | { readonly kind: 'heading'; readonly statement: ParsedStatement; readonly outcome: Outcome }
  | { readonly kind: 'sql'; readonly block: Block; readonly index: number }
  | { readonly kind: 'remark'; readonly remark: Remark };

interface Block {
  readonly line: number;
  readonly text: () => string;
  readonly reveals: boolean;
  lineAt: ((index: number) => Line | undefined) | undefined;
}

/**
 * A file's statements with their outcome and their lines, or the whole text of one that does not parse; remarks stand below the lines that
 * they are about, with a caret. Secrets are masked unless `reveals`.
 */
export function sqlRows(
  file: MigrationFile,
  parsed: ParsedMigration,
  outcome: (statement: ParsedStatement) => Outcome,
  remarks: readonly Remark[],
  reveals = false,
): LazyRows {
  const rows: Row[] = [];
  const byLine = Map.groupBy(remarks, ({ line }) => line);
  // There may be ten thousand statements: only their lines are counted here.
  const put = (text: string, line: number, textNow: () => string): void => {
    const block: Block = { line, text: textNow, reveals, lineAt: undefined };
    let index = 0;
    for (let end = 0; end !== -1; index += 1) {
      rows.push({ kind: 'sql', block, index });
      for (const remark of byLine.get(line + index) ?? []) rows.push({ kind: 'remark', remark });
      end = text.indexOf('\n', end) + 1 || -1;
    }
  };
  if (parsed.error === undefined) {
    let bytes: Buffer | undefined;
    for (const statement of parsed.statements) {
      rows.push({ kind: 'heading', statement, outcome: outcome(statement) });
      put(statement.text, statement.line, () => indented((bytes ??= Buffer.from(file.sql)), file, statement));
    }
  } else put(file.sql, 1, () => file.sql);
  return { count: rows.length, row: (index) => lineOf(rows[index]!) };
}

/** The statement with the spaces before it, so that its columns are those of the file. */
function indented(bytes: Buffer, { hasCarriageReturns }: MigrationFile, { text, startByte, line }: ParsedStatement): string {
  if (line === 1 && startByte === 0) return text;
  const head = bytes.toString('utf8', Math.max(0, startByte - mostIndent), startByte);
  const before = head.slice(head.lastIndexOf('\n') + 1);
  const shown = /^\s*$/.test(before) ? before + text : text;
  return hasCarriageReturns ? shown.replaceAll('\r\n', '\n') : shown;
}

const mostIndent = 200;

function lineOf(row: Row): Line {
  switch (row.kind) {
    case 'heading': {
      const { ordinal, kind, line } = row.statement;
      return [
        words(`${ordinal}. `, 'muted'),
        span(displayText(kind), 'strong'),
        words(`, line ${line}  `, 'muted'),
        words(outcomeWords[row.outcome], outcomeTones[row.outcome]),
      ];
    }
    case 'sql':
      return [words(`${String(row.block.line + row.index).padStart(5)}  `, 'muted'), ...blockLine(row.block, row.index)];
    case 'remark': {
      const { column, text } = row.remark;
      const caret = column === undefined ? '' : `${' '.repeat(Math.max(0, column - 1))}^ `;
      return [span(label(' '.repeat(7))), span(label(caret), 'danger'), span(displayText(text, { maxWidth: 500 }), 'danger')];
    }
  }
}

function blockLine(block: Block, index: number): Line {
  block.lineAt ??= laidOut(block.text(), block.reveals);
  return block.lineAt(index) ?? [];
}

function laidOut(text: string, reveals: boolean): (index: number) => Line | undefined {
  if (text.length <= mostHighlighted) {
    const lines = sqlLines(reveals ? text : maskSql(text));
    return (index) => lines[index];
  }
  const texts = reveals ? text.split('\n') : undefined;
  const textAt = texts === undefined ? maskSqlLines(text) : (index: number) => texts[index];
  return (index) => [span(displayText(textAt(index) ?? '', { maxWidth: 500 }))];
}
