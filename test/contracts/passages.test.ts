import { describe, expect, test } from 'vitest';
import { readStatementFiles } from './statement-file.ts';

/** A passage that several statements share, since each is to be read and run by itself. */
interface Copy {
  readonly file: string;
  readonly text: string;
}

/** The text between the two comments that mark a passage, its parameters numbered by their first use, without the indentation. */
function passagesOf(text: string): readonly { readonly name: string; readonly text: string }[] {
  return [...text.matchAll(/^ *-- Passage: (.+)\.\n(.*?)^ *-- End of the passage\.$/gms)].map(([, name, passage]) => {
    const places: string[] = [];
    const numbered = passage!.replaceAll(/\$\d+/g, (place) => {
      if (!places.includes(place)) places.push(place);
      return `$${places.indexOf(place) + 1}`;
    });
    return { name: name!, text: numbered.replaceAll(/^ +/gm, '') };
  });
}

const copies = new Map<string, Copy[]>();
for (const { name: file, text } of await readStatementFiles()) {
  for (const passage of passagesOf(text)) {
    copies.set(passage.name, [...(copies.get(passage.name) ?? []), { file, text: passage.text }]);
  }
}

test('every mark of a passage belongs to a pair', async () => {
  for (const { name, text } of await readStatementFiles()) {
    const marks = text.match(/-- (?:Passage: |End of the passage)/g)?.length ?? 0;
    expect({ name, marks }).toEqual({ name, marks: passagesOf(text).length * 2 });
  }
  expect(copies.size).toBeGreaterThan(6);
});

describe.for([...copies])('the passage about %s', ([, [first, ...others]]) => {
  test('is the same in every statement that has it', () => {
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) expect(other.text, `${other.file} against ${first!.file}`).toBe(first!.text);
  });
});
