import { type ReactNode, useEffect, useMemo } from 'react';
import type { Area } from '#console/public/contract.ts';
import { displayText } from '#core/display-text.ts';
import { formatBytes, formatTimestamp } from '#core/format.ts';
import { changesBetween } from '#core/json/changes.ts';
import { childCount } from '#core/json/measure.ts';
import { type JsonNode, kindName } from '#core/json/node.ts';
import { formatPointer, postgresPath } from '#core/json/pointer.ts';
import { markOf, treeLines } from '#ui/json-tree/tree-lines.ts';
import { matchNumber } from '#ui/json-tree/tree-search.ts';
import { cursorRow, withHeight } from '#ui/json-tree/tree-state.ts';
import { Lines } from '#ui/Lines.tsx';
import { fitRows, type Line, span, spreadLine, words } from '#ui/line.ts';
import { fieldLine } from '#ui/text-field.ts';
import { type Theme, useTheme } from '#ui/theme.ts';
import type { DocumentState } from './document-state.ts';
import { changeDocument, type MetadataStore } from './metadata-state.ts';
import { promptHint, promptLabel } from './prompts.ts';
import { columnInSql } from './session-actions.ts';

/** The title above, where one is (in both ways of writing a path) and what is typed below. */
const linesAround = 4;

/** The document as a tree, and the line that edits it. */
export function DocumentView({
  columns,
  rows,
  store,
  document,
}: Area & { readonly store: MetadataStore; readonly document: DocumentState }): ReactNode {
  const theme = useTheme();
  const { base, tree: draft } = document;
  const changeCount = useMemo(() => changesBetween(base, draft.root).length, [base, draft.root]);
  const height = Math.max(1, rows - linesAround);
  useEffect(
    () => changeDocument(store, (now) => (now.tree.height === height ? now : { ...now, tree: withHeight(now.tree, height) })),
    [store, height],
  );
  const tree = fitRows(treeLines(withHeight(document.tree, height), columns, theme), height);
  const below = document.prompt === undefined ? placeLines(document, columns, theme) : promptLines(document, columns, theme);
  return (
    <Lines
      columns={columns}
      lines={[titleLine(document, changeCount, columns, theme), ...tree, ...fitRows(below, linesAround - 1)]}
    />
  );
}

function titleLine(document: DocumentState, changeCount: number, columns: number, theme: Theme): Line {
  const { place, label, updatedAt } = document.stored;
  const left: Line = [
    words(' '),
    span(displayText(`${place.table.title}.${place.column.name}`), 'strong'),
    words(' of '),
    span(displayText(label === '' ? place.id : label, { maxWidth: 40 }), 'strong'),
    span(displayText(label === '' ? '' : `  ${place.id}`), 'muted'),
  ];
  const state =
    changeCount > 0
      ? [words(`${changeCount} ${changeCount === 1 ? 'change' : 'changes'} not saved`, 'warning')]
      : [
          span(formatBytes(document.textBytes), 'muted'),
          span(displayText(updatedAt === null ? '' : ` ${theme.ascii ? '-' : '·'} ${formatTimestamp(updatedAt)}`), 'muted'),
        ];
  return spreadLine(left, [words('  '), ...state, words(' ')], columns, theme);
}

function placeLines(document: DocumentState, columns: number, theme: Theme): readonly Line[] {
  const { tree, stored, matches } = document;
  const row = cursorRow(tree);
  const node = row.node ?? row.base;
  const found = matches === undefined || matches.text === '' ? [] : matchWords(document);
  return [
    [words(theme.horizontal.repeat(columns), 'muted')],
    spreadLine(
      [
        words(' '),
        span(displayText(row.path.length === 0 ? '(root)' : formatPointer(row.path), { maxWidth: columns }), 'accent'),
        words(`  ${node === undefined ? '' : kindWords(node)}${markOf(row) === '-' ? ', removed in the draft' : ''}`, 'muted'),
      ],
      [...found, words(' ')],
      columns,
      theme,
    ),
    [
      words(' '),
      span(displayText(postgresPath(columnInSql(stored.place.column.name), row.path, tree.root), { maxWidth: columns }), 'muted'),
    ],
  ];
}

function matchWords({ matches, tree }: DocumentState): Line {
  if (matches === undefined) return [];
  const count = `${matches.paths.length}${matches.capped || !matches.isDone ? '+' : ''}`;
  const at = matches.root === tree.root ? matchNumber(matches, tree.cursor) : undefined;
  return [
    words(
      matches.paths.length === 0 && matches.isDone
        ? 'nothing matches '
        : `${at === undefined ? '' : `${at} of `}${count} ${count === '1' ? 'match' : 'matches'} of `,
      'muted',
    ),
    span(displayText(matches.text, { maxWidth: 24 }), 'strong'),
  ];
}

function kindWords(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return `object, ${childCount(node)} ${childCount(node) === 1 ? 'key' : 'keys'}`;
    case 'array':
      return `array, ${childCount(node)} ${childCount(node) === 1 ? 'element' : 'elements'}`;
    case 'string':
      return `string, ${node.value.length} ${node.value.length === 1 ? 'character' : 'characters'}`;
    case 'number':
    case 'boolean':
    case 'null':
      return kindName(node).replace(/^an? /, '');
  }
}

function promptLines(document: DocumentState, columns: number, theme: Theme): readonly Line[] {
  const { prompt } = document;
  if (prompt === undefined) return [];
  const hint = promptHint(document, prompt);
  const label = ` ${promptLabel(prompt)} `;
  const under =
    prompt.kind === 'search'
      ? matchWords(document)
      : [span(displayText(hint?.text ?? '', { maxWidth: columns }), hint?.isProblem ? 'warning' : 'muted')];
  return [
    spreadLine(
      [
        words(theme.horizontal.repeat(2), 'muted'),
        words(' '),
        span(displayText(prompt.kind === 'search' ? '' : formatPointer(prompt.path), { maxWidth: columns }), 'accent'),
      ],
      [],
      columns,
      theme,
    ),
    [words(label, 'accent'), ...fieldLine(prompt.field, columns - label.length - 1, theme)],
    [words(' '), ...under],
  ];
}
