import { displayText, label } from '#core/display-text.ts';
import { maskSql } from '#core/mask-sql.ts';
import { type Line, span, words } from '#ui/line.ts';
import { sqlLines } from '#ui/sql-lines.ts';
import type { Tone } from '#ui/theme.ts';
import type { MigrationFile } from '../folder.ts';
import { isLargeSql, MaskedLines } from '../masked-sql.ts';
import type { ParsedMigration, ParsedStatement } from '../parse.ts';
import { type Outcome, outcomeWords } from './outcomes.ts';

/** Rows of a text of any length: only those on screen are laid out. */
export interface LazyRows {
  readonly count: number;
  readonly row: (index: number) => Line;
  /** Resolves when rows can be given in full, of which some lines are still masked; undefined where they can. */
  readonly ready: (first: number, end: number) => Promise<unknown> | undefined;
}

/** A place in a file, from 1; what is said there stands below its line. */
export interface Remark {
  readonly line: number;
  readonly column: number | undefined;
  readonly text: string;
}

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
  /** What it is the text of. */
  readonly of: object;
  readonly line: number;
  /** Nobody reads the colours of large ones. */
  readonly isLarge: boolean;
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
  const put = (of: object, text: string, line: number, textNow: () => string): void => {
    const block: Block = { of, line, isLarge: isLargeSql(text), text: textNow, reveals, lineAt: undefined };
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
      put(statement, statement.text, statement.line, () => indented((bytes ??= Buffer.from(file.sql)), file, statement));
    }
  } else put(file, file.sql, 1, () => file.sql);
  return {
    count: rows.length,
    row: (index) => lineOf(rows[index]!),
    ready: (first, end) => {
      const waits = rows.slice(Math.max(0, first), Math.max(0, end)).flatMap((row) => readyOf(row) ?? []);
      return waits.length === 0 ? undefined : Promise.all(waits);
    },
  };
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
  block.lineAt ??= laidOut(block);
  return block.lineAt(index) ?? [];
}

function laidOut({ of, isLarge, text, reveals }: Block): (index: number) => Line | undefined {
  if (!isLarge) {
    const lines = sqlLines(reveals ? text() : maskSql(text()));
    return (index) => lines[index];
  }
  if (reveals) {
    const lines = text().split('\n');
    return (index) => plainLine(lines[index] ?? '');
  }
  const masked = maskedOf(of, text);
  return (index) => {
    const line = masked.lineAt(index);
    if (line !== undefined) return plainLine(line);
    return masked.hasFailed ? [words('can not be shown: its secrets could not be masked', 'danger')] : [words('...', 'muted')];
  };
}

const plainLine = (text: string): Line => [span(displayText(text, { maxWidth: 500 }))];

const masked = new WeakMap<object, MaskedLines>();

/** Masked once, however often what it is part of is laid out anew. */
function maskedOf(of: object, text: () => string): MaskedLines {
  const known = masked.get(of) ?? new MaskedLines(text());
  masked.set(of, known);
  return known;
}

function readyOf(row: Row): Promise<void> | undefined {
  if (row.kind !== 'sql' || !row.block.isLarge || row.block.reveals) return undefined;
  return maskedOf(row.block.of, row.block.text).ready(row.index);
}
