import { describe, expect, test } from 'vitest';
import { auditChange } from '#core/audit-change.ts';
import type { Change } from '#core/json/changes.ts';
import { formatPointer } from '#core/json/pointer.ts';
import { writeJson } from '#core/json/write.ts';
import { nested } from './json/documents.ts';

/** A change as one line: `changed /a: 1 -> 2`, `set /a: 2`. */
function line({ path, change, before, after }: Change): string {
  const [old, fresh] = [before, after].map((node) => (node === undefined ? '' : writeJson(node)));
  return `${change} ${formatPointer(path)}: ${[old, fresh].filter((text) => text !== '').join(' -> ')}`;
}

const manual = (before: string | null, after: string | null): string[] =>
  auditChange({ before, after, changes: null }).changes.map(line);
const production = (changes: string | null): string[] => auditChange({ before: null, after: null, changes }).changes.map(line);

const edit = `{"id": "0190", "table": "contacts", "column": "metadata", "record_id": "c1", "reason": "ticket", "operator": "olga",
  "patch": [{"op": "test", "path": "/rate", "value": 1.10}, {"op": "replace", "path": "/rate", "value": 1.1},
    {"op": "add", "path": "/a~1b", "value": 1e400}, {"op": "test", "path": "/gone", "value": []}, {"op": "remove", "path": "/gone"}],
  "inverse": [{"op": "test", "path": "/rate", "value": 1.1}, {"op": "replace", "path": "/rate", "value": 1.10}]}`;

describe('the manual’s old_data and new_data', () => {
  test.for([
    ['an update', '{"a": 1, "m": {"x": 1.10}}', '{"a": 1, "m": {"x": 1.1}}', ['changed /m/x: 1.10 -> 1.1']],
    ['an insert', null, '{"a": 1, "b": null}', ['added /a: 1', 'added /b: null']],
    ['a deletion', '{"a": 1}', null, ['removed /a: 1']],
    ['JSON null is nothing', 'null', '{"a": 1}', ['added /a: 1']],
    ['nothing at all', null, null, []],
    ['a value that is no object', null, '[1]', ['added : [1]']],
    ['from one value to another', '[1]', '"x"', ['changed : [1] -> "x"']],
    ['a column called edit', '{"edit": {"id": 1}}', '{"edit": {"id": 2}}', ['changed /edit/id: 1 -> 2']],
  ] as const)('%s', ([, before, after, lines]) => {
    expect(manual(before, after)).toEqual(lines);
  });

  test('are taken before changes, where a log has both', () => {
    const { changes } = auditChange({ before: '{"a": 1}', after: '{"a": 2}', changes: '{"a": 3}' });
    expect(changes.map(line)).toEqual(['changed /a: 1 -> 2']);
  });
});

describe('production’s changes', () => {
  test.for([
    ['{"before": {"a": 1, "b": 1}, "after": {"a": 2, "b": 1}}', ['changed /a: 1 -> 2']],
    ['{"before": null, "after": {"a": 2}}', ['added /a: 2']],
    ['{"after": {"a": 2}}', ['added /a: 2']],
    ['{"before": {"a": 1}, "after": {"a": 2}, "source": "import"}', ['changed /a: 1 -> 2', 'set /source: "import"']],
    ['{"old": {"a": 1}, "new": {"a": 1.0}}', ['changed /a: 1 -> 1.0']],
    [
      '{"a": {"old": 1, "new": 2}, "b": {"old": {"x": 1, "y": 1}, "new": {"x": 1, "y": 2}}}',
      ['changed /a: 1 -> 2', 'changed /b/y: 1 -> 2'],
    ],
    ['{"a": {"old": null, "new": "x"}}', ['changed /a: null -> "x"']],
    ['{"a": {"old": 1, "new": 2}, "b": {"new": 3}, "c": {"old": 4}}', ['changed /a: 1 -> 2', 'removed /c: 4', 'added /b: 3']],
    ['{"a": {"old": 1, "new": 2}, "note": "by hand"}', ['changed /a: 1 -> 2', 'set /note: "by hand"']],
    ['{"a": {"from": 1, "to": 2}, "b": {"from": "x", "to": "y"}}', ['changed /a: 1 -> 2', 'changed /b: "x" -> "y"']],
    ['{"a": {"before": 1, "after": 2}}', ['changed /a: 1 -> 2']],
    ['{"status": "inactive", "n": 12345678901234567890}', ['set /status: "inactive"', 'set /n: 12345678901234567890']],
    [
      '{"period": {"from": "2025-01-01", "to": "2025-02-01"}, "n": 1}',
      ['set /period: {"from": "2025-01-01", "to": "2025-02-01"}', 'set /n: 1'],
    ],
    ['{"flags": {"new": true}}', ['set /flags: {"new": true}']],
    ['{"from": "a@x.example", "to": "b@x.example"}', ['set /from: "a@x.example"', 'set /to: "b@x.example"']],
    ['{"new": true, "old": false}', ['set /new: true', 'set /old: false']],
    ['{"a": {}}', ['set /a: {}']],
    ['{"before": {"x": 1}, "note": 1}', ['set /before: {"x": 1}', 'set /note: 1']],
    ['["a", 1]', ['set : ["a", 1]']],
    ['"moved"', ['set : "moved"']],
    ['{}', []],
    ['null', []],
    [null, []],
  ] as const)('%s', ([document, lines]) => {
    expect(production(document)).toEqual(lines);
  });

  test('hints come with old and new', () => {
    const { changes } = auditChange({ before: null, after: null, changes: '{"a": {"old": "42", "new": 42}}' });
    expect(changes[0]).toMatchObject({ typeChanged: true, hint: expect.stringContaining('a string becomes a number') });
  });
});

describe('a metadata edit of ours', () => {
  test.for([
    [
      'manual',
      { before: '{"metadata": {"/rate": 1.10}}', after: `{"metadata": {"/rate": 1.1}, "edit": ${edit}}`, changes: null },
    ],
    [
      'production',
      { before: null, after: null, changes: `{"before": {"metadata": {}}, "after": {"metadata": {}}, "edit": ${edit}}` },
    ],
  ] as const)('in the shape of %s is told by its patch', ([, documents]) => {
    const change = auditChange(documents);
    expect(change.changes.map(line)).toEqual(['changed /rate: 1.10 -> 1.1', 'added /a~1b: 1e400', 'removed /gone: []']);
    expect(change.edit).toMatchObject({ id: '0190', column: 'metadata', recordId: 'c1', reason: 'ticket', wasNull: false });
  });

  test.for([
    ['{"id": "1"}', 'set /edit: {"id": "1"}'],
    [edit.replace('"replace"', '"mend"'), 'set /edit: '],
    ['"x"', 'set /edit: "x"'],
  ])('that is malformed is data like other data: %s', ([text, expected]) => {
    const { changes, edit: found } = auditChange({ before: null, after: null, changes: `{"edit": ${text}}` });
    expect(found).toBeUndefined();
    expect(changes.map(line)).toEqual([expect.stringContaining(expected!)]);
  });

  test('may hold a document as deep as the console edits, and a deeper one is refused', () => {
    const value = nested(1000);
    const deep = `{"edit": ${edit.replace('1e400', () => value)}}`;
    expect(auditChange({ before: null, after: deep, changes: null }).edit).toBeDefined();
    expect(() => production(`{"a": ${nested(1010)}}`)).toThrow(/deep|nested|levels/i);
  });
});
