import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { measure } from '#core/json/measure.ts';
import { parseJson } from '#core/json/parse.ts';
import { writeJson, writePrettyJson } from '#core/json/write.ts';
import { anyDocument, nested } from './documents.ts';

test('what is written is read back the same, compact and pretty', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      expect(parseJson(writeJson(document))).toEqual(document);
      expect(parseJson(writePrettyJson(document))).toEqual(document);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  '{"a": 1, "b": [1, 2]}',
  '{}',
  '[]',
  '[[], {}, "", null, true, false, -0.0, 1.10]',
  String.raw`{"\u0001\u001f": "\"\\/\b\f\n\r\té` + '\u007f\u2028😀"}',
])('%s is written byte for byte as PostgreSQL wrote it', (text) => {
  expect(writeJson(parseJson(text))).toBe(text);
});

test('pretty text has two spaces a level, and none more below a hundred', () => {
  expect(writePrettyJson(parseJson('{"a":[1,{}],"b":{"c":[]}}'))).toBe(
    ['{', '  "a": [', '    1,', '    {}', '  ],', '  "b": {', '    "c": []', '  }', '}'].join('\n'),
  );
  expect(writePrettyJson(parseJson(nested(1000))).length).toBeLessThan(500_000);
});

test('bytes are those of the compact text in UTF-8', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      expect(measure(document).bytes).toBe(Buffer.byteLength(writeJson(document)));
    }),
  );
});
