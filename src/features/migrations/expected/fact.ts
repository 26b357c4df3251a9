/** What a catalog can be asked about. Properties that have a usual state (no row security, nullable) are facts only while they differ from it. */
export type FactKind =
  | 'schema'
  | 'extension'
  | 'relation'
  | 'column'
  | 'column-type'
  | 'not-null'
  | 'default'
  | 'index'
  | 'constraint'
  | 'validated'
  | 'policy'
  | 'trigger'
  | 'row-security'
  | 'forced-row-security'
  | 'function'
  | 'function-setting'
  | 'type'
  | 'enum-value'
  | 'comment'
  | 'partition';

/** One thing that is there or not. `name` is the table, index, function or type; `part` the column, constraint, policy, … of it. */
export interface Fact {
  readonly kind: FactKind;
  readonly schema: string;
  readonly name: string;
  readonly part: string;
}

/** A fact's name for maps; the same for a statement and for the catalog. */
export function factKey({ kind, schema, name, part }: Fact): string {
  return [kind, schema, name, part].join('\u0000');
}

/** Makes a fact; the schema is empty where the kind has none. */
export function fact(kind: FactKind, schema: string, name: string, part = ''): Fact {
  return { kind, schema, name, part };
}

/** A value that cannot be told from a statement, or need not be: it equals any other. */
export const anyValue = '';

/** Whether two states of a fact are the same: both gone, or both there with values that do not contradict each other. */
export function isSameState(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left === right || left === anyValue || right === anyValue;
}

const described: Readonly<Record<FactKind, (part: string, owner: string) => string>> = {
  schema: (_, owner) => `schema ${owner}`,
  extension: (_, owner) => `extension ${owner}`,
  relation: (_, owner) => owner,
  column: (part, owner) => `column ${owner}.${part}`,
  'column-type': (part, owner) => `type of ${owner}.${part}`,
  'not-null': (part, owner) => `not null on ${owner}.${part}`,
  default: (part, owner) => `default of ${owner}.${part}`,
  index: (_, owner) => `index ${owner}`,
  constraint: (part, owner) => `constraint ${part} on ${owner}`,
  validated: (part, owner) => `validation of ${part} on ${owner}`,
  policy: (part, owner) => `policy ${part} on ${owner}`,
  trigger: (part, owner) => `trigger ${part} on ${owner}`,
  'row-security': (_, owner) => `row-level security on ${owner}`,
  'forced-row-security': (_, owner) => `forced row-level security on ${owner}`,
  function: (part, owner) => `function ${owner}(${part})`,
  'function-setting': (part, owner) =>
    `${part.slice(part.indexOf('\u0001') + 1)} of function ${owner}(${part.slice(0, part.indexOf('\u0001'))})`,
  type: (_, owner) => `type ${owner}`,
  'enum-value': (part, owner) => `value ${part} of ${owner}`,
  comment: (part, owner) => `comment on ${part === '' ? owner : `${owner}.${part}`}`,
  partition: (_, owner) => `attachment of partition ${owner}`,
};

/** As an operator reads it: `index idx_a`, without the schema where that is `public`. Not displayable text yet. */
export function describeFact({ kind, schema, name, part }: Fact): string {
  return described[kind](part, schema === '' || schema === 'public' ? name : `${schema}.${name}`);
}
