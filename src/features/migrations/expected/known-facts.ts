import { type Fact, fact, factKey } from './fact.ts';

/** What is known of a fact now: columns it names and relations it hangs on besides its own. */
export interface Known {
  readonly fact: Fact;
  readonly value: string;
  readonly columns: readonly string[];
  readonly relations: readonly string[];
}

/** The facts that are true now. Found by what they are about without a look at all of them: a folder can make a hundred thousand. */
export class KnownFacts {
  readonly #all = new Map<string, Known>();
  readonly #groups = new Map<string, Map<string, Known>>();

  get(wanted: Fact): Known | undefined {
    return this.#all.get(factKey(wanted));
  }

  set(known: Known): void {
    const key = factKey(known.fact);
    const groups = groupsOf(known);
    const before = this.#all.get(key);
    for (const group of before === undefined ? [] : groupsOf(before)) if (!groups.includes(group)) this.#leave(group, key);
    this.#all.set(key, known);
    for (const group of groups) {
      const members = this.#groups.get(group);
      if (members === undefined) this.#groups.set(group, new Map([[key, known]]));
      else members.set(key, known);
    }
  }

  delete(gone: Fact): void {
    const key = factKey(gone);
    const known = this.#all.get(key);
    if (known === undefined) return;
    this.#all.delete(key);
    for (const group of groupsOf(known)) this.#leave(group, key);
  }

  /** All of them, in the order in which they came to be known; so are those of every group. */
  all(): readonly Known[] {
    return [...this.#all.values()];
  }

  /** What is said of the relation, function or type of a name. */
  of(schema: string, name: string): readonly Known[] {
    return this.#members(groupOf(schema, name));
  }

  /** What hangs on a relation: its indexes and sequences, foreign keys to it, views over it. */
  on(schema: string, name: string): readonly Known[] {
    return this.#members(groupOn(factKey(fact('relation', schema, name))));
  }

  /** Constraints of a name, whichever table they are on. */
  constraints(schema: string, name: string): readonly Known[] {
    return this.#members(groupOfConstraint(schema, name));
  }

  /** The partitions of a table. */
  partitions(schema: string, name: string): readonly Known[] {
    return this.#members(groupOfPartitions(`${schema}.${name}`));
  }

  #members(group: string): readonly Known[] {
    return [...(this.#groups.get(group)?.values() ?? [])];
  }

  #leave(group: string, key: string): void {
    const members = this.#groups.get(group);
    members?.delete(key);
    if (members?.size === 0) this.#groups.delete(group);
  }
}

const groupOf = (schema: string, name: string): string => `of\u0000${schema}\u0000${name}`;
const groupOn = (relation: string): string => `on\u0000${relation}`;
const groupOfConstraint = (schema: string, name: string): string => `constraint\u0000${schema}\u0000${name}`;
const groupOfPartitions = (parent: string): string => `partitions\u0000${parent}`;

function groupsOf({ fact: { kind, schema, name, part }, value, relations }: Known): readonly string[] {
  return [
    groupOf(schema, name),
    ...relations.map(groupOn),
    ...(kind === 'constraint' ? [groupOfConstraint(schema, part)] : []),
    ...(kind === 'partition' ? [groupOfPartitions(value)] : []),
  ];
}
