import { describe, expect, test } from 'vitest';
import { label } from '#core/display-text.ts';
import {
  type ContentContext,
  contentLines,
  type FactContext,
  factLines,
  gapLines,
  partOf,
} from '#features/audit/pane/entry-lines.ts';
import { entryRow, gapRow } from '#features/audit/pane/entry-log.ts';
import { type Line, span } from '#ui/line.ts';
import { anEntry } from './entries.ts';

const textOf = (line: Line): string => line.map(({ text }) => text).join('');
const shown = (lines: readonly Line[]): string => lines.map(textOf).join('\n');
const nowMs = Date.parse('2026-03-01T10:05:00Z');
const gap = { whatHappened: 'The table was emptied.', fromAt: '2026-03-01 10:00:04+00', untilAt: '2026-03-01 10:04:30+00' };

describe('an entry', () => {
  const entry = anEntry(1);
  const context: ContentContext & FactContext = {
    detail: {
      ...entry,
      before: '{"name": "old", "api_key": "sk_live_1234567890abcdef", "n": 12345678901234567890}',
      after: '{"name": "new", "api_key": "sk_live_fedcba0987654321", "n": 12345678901234567890}',
      changes: null,
      more: { ipAddress: '10.0.0.1', userAgent: null, requestId: null },
    },
    failure: null,
    transaction: { size: 3, place: 2 },
    tenantName: undefined,
    isWhole: false,
    showsSecrets: false,
    isLocal: false,
    nowMs,
  };
  const told = (change: Partial<typeof context> = {}): string => {
    const all = { ...context, ...change };
    return shown([...factLines(entryRow(entry), all, 80), ...contentLines(all, 80)]);
  };

  test('that was updated since it came says that its documents are those of now', () => {
    expect(told()).not.toContain('was updated');
    expect(told({ detail: { ...context.detail!, fullXid: '1' } })).toContain(
      'the entry itself was updated: this is how it is now',
    );
  });

  test('shows only the paths that changed, old against new, secrets masked', () => {
    const text = told();
    expect(text).toMatch(/~ changed \/name\n {4}before "old"\n {4}after {2}"new"/);
    expect(text).toContain('2 of 3 loaded entries of one transaction');
    expect(text).toContain('10.0.0.1');
    expect(text).not.toContain('1234567890abcdef');
    expect(text).not.toContain('/n\n');
  });

  test('shows whole documents with every digit, secrets masked there too, and shows them when asked', () => {
    const text = told({ isWhole: true });
    expect(text).toContain('"n": 12345678901234567890');
    expect(text).not.toContain('1234567890abcdef');
    expect(told({ isWhole: true, showsSecrets: true })).toContain('sk_live_1234567890abcdef');
    expect(told({ showsSecrets: true })).toContain('sk_live_fedcba0987654321');
  });

  test('says how many lines there are below, and shows all of them at the end', () => {
    const lines = Array.from({ length: 20 }, (_, index): Line => [span(label(`line ${index}`))]);
    const part = (from: number, rows: number): string[] => partOf(lines, from, rows, 'space scrolls').map(textOf);
    expect(part(0, 5)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', '16 more lines, space scrolls']);
    expect(part(15, 5)).toEqual(['line 15', 'line 16', 'line 17', 'line 18', 'line 19']);
    expect(part(0, 22)).toHaveLength(22);
    expect(part(0, 1)).toEqual(['line 0']);
  });

  test('shows where long values begin to differ, and the whole of them on demand', () => {
    const note = `He said so. ${'On and on it went, line after line. '.repeat(30)}`;
    const before = JSON.stringify({ note: `${note}The end.` });
    const after = JSON.stringify({ note: `${note}To be continued.` });
    const detail = { ...context.detail!, before, after };
    const text = told({ detail });
    expect(text).toMatch(/before \.\.\..* The end\."\n {4}after {2}\.\.\..* To be continued\."/);
    const lines = told({ detail, isWhole: true }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join(' ').replaceAll(/ +/g, ' ')).toContain(`${note}To be continued.`);
  });

  test('that is gone, being read, or too deep to be shown says so', () => {
    expect(told({ detail: null })).toContain('not in the audit log any more');
    expect(told({ detail: undefined })).toContain('reading ...');
    const deep = '['.repeat(3000) + ']'.repeat(3000);
    expect(told({ detail: { ...context.detail!, before: null, after: deep } })).toMatch(/deep|levels|nested/);
  });

  test('of a metadata edit carries its reason', () => {
    const edit = {
      id: 'e',
      table: 'contacts',
      column: 'metadata',
      record_id: '1',
      patch: [],
      inverse: [],
      reason: 'ticket 42',
      operator: 'me',
    };
    expect(told({ detail: { ...context.detail!, before: null, after: JSON.stringify({ edit }) } })).toContain('ticket 42');
  });
});

test('a gap tells in full what it means, between which times, however narrow the screen', () => {
  const lines = gapLines(gapRow(gap), false, 36);
  expect(Math.max(...lines.map((line) => textOf(line).length))).toBeLessThanOrEqual(36);
  const text = lines.map(textOf).join(' ');
  expect(text).toMatch(
    /after +2026-03-01 10:00:04 UTC noticed +2026-03-01 10:04:30 UTC .*The table was emptied\..*may be missing/,
  );
  expect(
    gapLines(gapRow({ ...gap, fromAt: null }), false, 36)
      .map(textOf)
      .join(),
  ).toContain('no entry before it');
});
