import { describe, expect, test } from 'vitest';
import { parseJson } from '#core/json/parse.ts';
import { writeJson } from '#core/json/write.ts';
import { type EditorText, editorText } from '#features/metadata/edited-text.ts';

const document =
  '{"n": 1.10, "api_key": "abc-123", "list": [{"token": "abc"}, 1], "deep": {"password": "hunter2", "x": 1}, "ghp_0123456789abcdefghij": {"y": 1}}';
const opened = (reveals = false): EditorText => editorText(parseJson(document), [], { reveals });
const after = (change: (text: string) => string): string => {
  const { text, takeBack } = opened();
  return writeJson(takeBack(change(text)));
};

describe('with secrets masked', () => {
  test('no secret is in the text, and all are in what comes back', () => {
    expect(opened().text).not.toMatch(/abc|hunter2|ghp_/);
    expect(opened().isMasked).toBe(true);
    expect(after((text) => text)).toBe(document);
    expect(after((text) => text.replace('1.10', '1.1'))).toBe(document.replace('1.10', '1.1'));
    expect(after((text) => text.replace('"x": 1', '"x": {}'))).toBe(document.replace('"x": 1', '"x": {}'));
  });

  test('one that is written anew is taken, and one that is removed is gone', () => {
    expect(after((text) => text.replace('"api_key": "••••"', '"api_key": "new"'))).toContain('"api_key": "new"');
    expect(after((text) => text.replace(/ {2}"api_key": "••••",\n/, ''))).not.toContain('api_key');
  });

  test('in a long array too, where elements are changed, come and go', () => {
    const rows = Array.from({ length: 40 }, (_, index) => `{"name": "row number ${index} of many", "token": "secret-${index}"}`);
    const { text, takeBack } = editorText(parseJson(`[${rows.join(', ')}]`), [], { reveals: false });
    expect(text).not.toContain('secret-');
    const added = text.replace(/^\[/, '[{"name": "new"},');
    expect(writeJson(takeBack(added))).toBe(`[{"name": "new"}, ${rows.join(', ')}]`);
    const changed = text.replace('row number 7 of', 'row number 77 of');
    expect(writeJson(takeBack(changed))).toBe(`[${rows.join(', ').replace('number 7 of', 'number 77 of')}]`);
  });

  test.for([
    ['another element of its array', (text: string) => text.replace(/\n {4}1\n/, '\n    2\n')],
    ['its key', (text: string) => text.replace('"password"', '"pass"')],
    ['what is below a key that is a token', (text: string) => text.replace('"y": 1', '"y": 2')],
    ['a key that is a token', (text: string) => text.replace('"y": 1', '').replace(/,\s*"••••[^"]*": \{\s*\}/, '')],
  ] as const)('%s can not be changed: the mask would be stored', ([, change]) => {
    expect(change(opened().text)).not.toBe(opened().text);
    expect(() => after(change)).toThrow(expect.objectContaining({ code: 'masked-value' }));
  });
});

test('revealed, what is written is what is meant, but for a mask', () => {
  const { text, isMasked, takeBack } = opened(true);
  expect(isMasked).toBe(false);
  expect(writeJson(takeBack(text.replace('hunter2', 'hunter3')))).toBe(document.replace('hunter2', 'hunter3'));
  expect(() => takeBack(text.replace('hunter2', '••••'))).toThrow(expect.objectContaining({ code: 'masked-value' }));
});
