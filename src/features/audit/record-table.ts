import type { Catalog, Table } from '#database/catalog.ts';

/** The table that an entry means: of just that name, or as applications write it: Contact for contacts. Undefined where there is none. */
export function tableNamed(catalog: Catalog, name: string): Table | undefined {
  const bare = name.replace(/^public\./, '');
  const readable = catalog.tables.filter(({ maySelect }) => maySelect);
  return readable.find(({ title }) => title === bare) ?? readable.find(({ title }) => wordOf(title) === wordOf(bare));
}

/** Those of the names that no table has, readable or not. */
export function unknownTables(catalog: Catalog, names: readonly string[]): readonly string[] {
  const known = new Set(catalog.tables.flatMap(({ title, name }) => [wordOf(title), wordOf(name)]));
  return names.filter((name) => !known.has(wordOf(name.replace(/^public\./, ''))));
}

/** One word for singular and plural, in the rule of the audit statements. */
const wordOf = (name: string): string => name.toLowerCase().replace(/ies$/, 'y').replace(/s$/, '');
