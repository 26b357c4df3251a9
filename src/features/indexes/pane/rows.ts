import type { CheckId, CheckResult, Considered, Finding, Severity } from '../finding.ts';
import { columnsText, kindText } from '../index-words.ts';
import { type Index, type IndexReading, titleOf } from '../model.ts';

/** The three lists of the pane: every index, what was found, and what was considered and not raised. */
export type View = 'indexes' | 'findings' | 'considered';

/** A row of one of them, with the index that it is about where there is one. */
export type Row = { readonly key: string; readonly index: Index | undefined } & (
  | { readonly kind: 'index'; readonly index: Index }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'considered'; readonly considered: Considered }
);

/** What narrows a list; undefined and empty are no condition. */
export interface Narrowing {
  /** As an operator writes it. */
  readonly table: string | undefined;
  readonly method: string | undefined;
  /** `any`: with a finding of whichever check. */
  readonly check: CheckId | 'any' | undefined;
  /** Lower case. */
  readonly search: string;
}

/** The checks' result with its findings by what they are about. */
export interface Judged extends CheckResult {
  /** By `schema.name` of the index. */
  readonly findingsOf: ReadonlyMap<string, readonly Finding[]>;
  /** How many findings of each severity there are; those that there are. */
  readonly counts: ReadonlyMap<Severity, number>;
}

export function judged(result: CheckResult): Judged {
  const ofIndexes = result.findings.filter(({ index }) => index !== null);
  const grouped = Map.groupBy(result.findings, ({ severity }) => severity);
  return {
    ...result,
    findingsOf: Map.groupBy(ofIndexes, ({ schema, index }) => `${schema}.${index}`),
    counts: new Map([...grouped].map(([severity, findings]) => [severity, findings.length])),
  };
}

/** An index by its name: rebuilding gives it another oid. */
export const keyOfIndex = ({ schema, name }: Index): string => `${schema}\n${name}`;

/** What was found about an index. */
export function findingsAbout(judgement: Judged | undefined, { schema, name }: Index): readonly Finding[] {
  return judgement?.findingsOf.get(`${schema}.${name}`) ?? [];
}

interface Made {
  readonly judgement: Judged | undefined;
  readonly rows: readonly Row[];
}

const made = new WeakMap<IndexReading, Map<View, Made>>();

/** Every row of a view, in no order; made once for what was read and judged, since keys must not wait for thousands of them. */
export function allRows(view: View, reading: IndexReading | undefined, judgement: Judged | undefined): readonly Row[] {
  if (reading === undefined) return [];
  const byView = made.get(reading) ?? new Map<View, Made>();
  made.set(reading, byView);
  const before = byView.get(view);
  if (before !== undefined && (view === 'indexes' || before.judgement === judgement)) return before.rows;
  const rows = makeRows(view, reading, judgement);
  byView.set(view, { judgement, rows });
  return rows;
}

function makeRows(view: View, reading: IndexReading, judgement: Judged | undefined): readonly Row[] {
  if (view === 'indexes') return reading.indexes.map((index) => ({ kind: 'index', key: keyOfIndex(index), index }));
  const named = new Map(reading.indexes.map((index) => [`${index.schema}.${index.name}`, index]));
  const about = ({ schema, index }: Finding | Considered): Index | undefined => named.get(`${schema}.${index}`);
  return view === 'findings'
    ? (judgement?.findings ?? []).map((finding) => ({
        kind: 'finding',
        key: keyOf(finding, finding.sql),
        finding,
        index: about(finding),
      }))
    : (judgement?.considered ?? []).map((considered) => ({
        kind: 'considered',
        key: keyOf(considered, considered.notRaisedBecause),
        considered,
        index: about(considered),
      }));
}

/** Whether the narrowing leaves a row. */
export function isShown(row: Row, judgement: Judged | undefined, narrowing: Narrowing): boolean {
  return row.kind === 'index' ? isIndexShown(row.index, judgement, narrowing) : isSubjectShown(row, narrowing);
}

/** Where a row's index or columns are. */
export function subjectOf(row: Row): { readonly table: string; readonly object: string; readonly check: CheckId | undefined } {
  if (row.kind === 'index') {
    return { table: titleOf({ schema: row.index.schema, name: row.index.table }), object: row.index.name, check: undefined };
  }
  const { schema, table, index, columns, check } = row.kind === 'finding' ? row.finding : row.considered;
  return {
    table: titleOf({ schema, name: table }),
    object: index ?? (columns.length === 0 ? '' : `(${columns.join(', ')})`),
    check,
  };
}

const keyOf = ({ check, schema, table, index, columns }: Finding | Considered, end: string): string =>
  [check, schema, table, index ?? '', columns.join(), end].join('\n');

const haystacks = new WeakMap<Index, string>();

/** What a search looks in; made once an index. */
export function haystackOf(index: Index): string {
  const known =
    haystacks.get(index) ??
    [
      titleOf({ schema: index.schema, name: index.table }),
      index.name,
      index.method,
      columnsText(index),
      index.constraint,
      kindText(index),
    ]
      .join('\n')
      .toLowerCase();
  haystacks.set(index, known);
  return known;
}

function isIndexShown(index: Index, judgement: Judged | undefined, { table, method, check, search }: Narrowing): boolean {
  if (table !== undefined && titleOf({ schema: index.schema, name: index.table }) !== table) return false;
  if (method !== undefined && index.method !== method) return false;
  if (check !== undefined && !findingsAbout(judgement, index).some((finding) => check === 'any' || finding.check === check)) {
    return false;
  }
  return search === '' || haystackOf(index).includes(search);
}

function isSubjectShown(row: Row, narrowing: Narrowing): boolean {
  const subject = subjectOf(row);
  if (narrowing.table !== undefined && subject.table !== narrowing.table) return false;
  if (narrowing.method !== undefined && row.index?.method !== narrowing.method) return false;
  if (narrowing.check !== undefined && narrowing.check !== 'any' && subject.check !== narrowing.check) return false;
  if (narrowing.search === '') return true;
  const words = row.kind === 'finding' ? row.finding.reason : row.kind === 'considered' ? row.considered.notRaisedBecause : '';
  return [subject.table, subject.object, subject.check, words].join('\n').toLowerCase().includes(narrowing.search);
}

const severities: readonly Severity[] = ['critical', 'warning', 'notice'];

/** The gravest first; the same severity keeps its order. */
export function bySeverity(left: Row, right: Row): number {
  if (left.kind !== 'finding' || right.kind !== 'finding') return 0;
  return severities.indexOf(left.finding.severity) - severities.indexOf(right.finding.severity);
}
