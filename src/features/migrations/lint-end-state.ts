import type { Observed } from './evidence.ts';
import type { Expected } from './expected.ts';
import { anyValue, fact, factKey } from './expected/fact.ts';
import type { EndState } from './lint/facts.ts';

/** Words by which SQL made up at run time finds its tables in the catalog. */
const catalogWords = ['pg_tables', 'pg_class', 'information_schema'];

/** What is there once every migration of the folder ran, besides what is there already. What may have been dropped counts as there. */
export function endState({ timelines, hidden, bodies }: Expected, observed: Observed): EndState {
  const facts = new Map(observed);
  for (const [key, { entries }] of timelines) {
    for (const { value, isConditional } of entries) {
      if (value === undefined) {
        if (!isConditional) facts.delete(key);
      } else if (value !== anyValue || !facts.has(key)) facts.set(key, value);
    }
  }
  // Asked for of every table that a file makes, and a folder can make thousands: each looks at its own only.
  const values = [...facts].filter(([key]) => key.startsWith('index\u0000')).map(([, value]) => value);
  const indexes = Map.groupBy(values, firstWord);
  const triggers = Map.groupBy(
    [...facts].filter(([key]) => key.startsWith('trigger\u0000')),
    ([key]) => key.slice(0, key.lastIndexOf('\u0000')),
  );
  /** Whether SQL made up at run time may have done it: nobody can say, so it is not said to be missing. */
  const isHidden = (word: string, table: string): boolean =>
    hidden.some((words) => words.has(word) && [table, ...catalogWords].some((name) => words.has(name)));
  const setsUpdatedAt = (value: string): boolean =>
    bodies.get(value.slice(0, value.lastIndexOf(' ')))?.includes('updated_at') ?? true;
  return {
    nameOf: (schema, name) => lastName(timelines, facts, { schema, name }),
    hasRowSecurity: (schema, table) => facts.has(factKey(fact('row-security', schema, table))) || isHidden('security', table),
    hasIndexOn: (schema, table, column) =>
      isHidden('index', table) ||
      (indexes.get(firstWord(`${schema}.${table}`)) ?? []).some((value) => {
        const isOfTable = value.startsWith(`${schema}.${table} `) && !value.endsWith(' partial');
        return isOfTable && (value.includes(` (${column}, `) || value.includes(` (${column})`));
      }),
    hasUpdateTrigger: (schema, table) =>
      isHidden('trigger', table) ||
      (triggers.get(`trigger\u0000${schema}\u0000${table}`) ?? []).some(
        ([, value]) => isBeforeUpdate(value) && setsUpdatedAt(value),
      ),
    hasColumn: (schema, table, column) => facts.has(factKey(fact('column', schema, table, column))),
  };
}

/** Of what begins with the name of a table, which may hold blanks. */
function firstWord(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}

/** Follows renames from file to file. */
function lastName(
  timelines: Expected['timelines'],
  facts: ReadonlyMap<string, string>,
  from: { readonly schema: string; readonly name: string },
): ReturnType<EndState['nameOf']> {
  let at = from;
  for (let step = 0; step < timelines.size; step += 1) {
    const key = factKey(fact('relation', at.schema, at.name));
    if (facts.has(key)) return at;
    const next = timelines
      .get(key)
      ?.entries.flatMap(({ carriedOn }) => carriedOn.map((each) => each.key))
      .at(-1);
    const renamed = next === undefined ? undefined : timelines.get(next)?.fact;
    if (renamed === undefined) return undefined;
    at = { schema: renamed.schema, name: renamed.name };
  }
  return undefined;
}

/** Of pg_trigger.tgtype: 1 is FOR EACH ROW, 2 BEFORE, 16 UPDATE; 0 where it is not known. */
function isBeforeUpdate(value: string): boolean {
  const bits = Number(value.slice(value.lastIndexOf(' ') + 1));
  return value === anyValue || [1, 2, 16].every((bit) => (bits & bit) !== 0);
}
